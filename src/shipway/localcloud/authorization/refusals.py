"""How AWS's services say no: the same sentence, each in the form of its protocol."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4
from xml.sax.saxutils import escape

from shipway.permissions.symbols import SOME_NAME, SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.permissions.decision import Decision

_XML = "text/xml"
_JSON = "application/x-amz-json-1.1"


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str] = MappingProxyType({})


def refuse(protocol: str, service: str, message: str) -> Answer:
    """The answer to a call that is denied.

    Args:
        protocol: ``json``, ``query``, ``ec2``, ``rest``, ``s3`` or ``registry``.
        service: Prefix of the action.
        message: AWS's sentence.
    """
    number, said = str(uuid4()), escape(message)
    match protocol:
        case "s3":
            body = (
                '<?xml version="1.0" encoding="UTF-8"?>\n'
                f"<Error><Code>AccessDenied</Code><Message>{said}</Message><RequestId>{number}</RequestId></Error>"
            )
            return Answer(403, body.encode(), "application/xml")
        case "query":
            # https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
            code = "AuthorizationError" if service == "sns" else "AccessDenied"
            body = (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{said}</Message></Error>"
                f"<RequestId>{number}</RequestId></ErrorResponse>"
            )
            return Answer(403, body.encode(), _XML)
        case "ec2":
            body = (
                "<Response><Errors><Error><Code>UnauthorizedOperation</Code>"
                f"<Message>{said}</Message></Error></Errors><RequestID>{number}</RequestID></Response>"
            )
            return Answer(403, body.encode(), _XML)
        case "registry":
            # https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
            errors = [{"code": "DENIED", "message": message}]
            return Answer(403, json.dumps({"errors": errors}).encode(), "application/json")
    document = {"__type": "AccessDeniedException", "message": message, "Message": message}
    headers = {"x-amzn-errortype": "AccessDeniedException", "x-amzn-requestid": number}
    status = 403 if protocol == "rest" else 400
    return Answer(status, json.dumps(document).encode(), _JSON, headers)


def explained(decision: Decision) -> str:
    """What the ledger says of a call that nobody can judge."""
    nearest = decision.nearest
    sentence = nearest.sentence if nearest is not None else decision.reason
    return sentence.replace(SOME_NAME, "*").replace(SOME_TEXT, "*")
