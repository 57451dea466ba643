"""May the role that signs a request make its call?"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from shipway.localcloud import emulator_iam
from shipway.localcloud.authorization.calls import read_call
from shipway.localcloud.authorization.deployed import guard_of, identity_of
from shipway.localcloud.authorization.refusals import Answer, explained, refuse
from shipway.localcloud.authorization.registry import read_registry
from shipway.localcloud.authorization.resources import Place, Wanted, wanted
from shipway.localcloud.authorization.s3 import read_s3
from shipway.localcloud.ledger import Fidelity
from shipway.permissions.authorize import refusal
from shipway.permissions.decision import Verdict
from shipway.permissions.evaluate import evaluate
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment
from shipway.permissions.principal import Principal
from shipway.permissions.request import Context, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.authorization.resources import Lookup
    from shipway.localcloud.ledger import Ledger
    from shipway.localcloud.wire import Caller
    from shipway.permissions.policy import Policy

_SESSION = ":assumed-role/"
# Needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
_FREE = frozenset({"sts:GetCallerIdentity"})
_REMEMBERED = 1000  # denied calls; a client that retries for hours must not fill the memory
_GUARDED = frozenset({"s3", "sns", "sqs", "kms", "ecr", "secretsmanager", "lambda"})


class HttpRequest(NamedTuple):
    """A request as the gateway hands it over."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """By lower-case name."""
    service: str
    """Of the signature's scope; ``registry`` for what is sent to ``/v2/``."""
    body: bytes


class Authorizer:
    """Judges requests of role sessions; whoever signs otherwise acts as the account's root.

    Args:
        lookup: Answers what requests only hint at.
        ledger: Where what cannot be judged is written.
    """

    def __init__(self, lookup: Lookup, ledger: Ledger) -> None:
        self._lookup = lookup
        self._ledger = ledger
        self._denied: deque[dict[str, str]] = deque(maxlen=_REMEMBERED)

    @staticmethod
    def concerns(caller: Caller) -> bool:
        """Whether a caller's requests are judged."""
        return _SESSION in caller.principal_arn

    def denied(self) -> list[dict[str, str]]:
        """The latest calls that were denied, for ``GET /_shipway/denied``."""
        return list(self._denied)

    def judge(self, request: HttpRequest, caller: Caller) -> Answer | None:
        """The refusal of a request that is denied; None for one that may pass."""
        protocol, service, needed = self._read(request, caller)
        if needed is None:
            self._ledger.note(
                Fidelity.NOT_HONOURED,
                f"authorisation of {service}",
                "Shipway does not know which permission the call needs: it is allowed",
            )
            return None
        for one in needed:
            message = self._refusal(one, caller)
            if message is not None:
                self._denied.append(
                    {
                        "principal": caller.principal_arn,
                        "action": one.action,
                        "resource": one.resource,
                        "message": message,
                    }
                )
                return refuse(protocol, service.partition(":")[0], message)
        return None

    def _read(self, request: HttpRequest, caller: Caller) -> tuple[str, str, tuple[Wanted, ...] | None]:
        """The protocol, what is called, and the permissions that it needs."""
        place = Place(caller.region, caller.account, self._lookup)
        if request.service == "registry":
            found = read_registry(request.method, request.path)
            needed = () if found is None else (Wanted(found[0], place.arn("ecr", f"repository/{found[1]}")),)
            return "registry", "ecr", needed
        if request.service == "s3":
            calls = read_s3(request.method, request.path, request.query, request.headers)
            name = f"s3 {request.method} ?{request.query}"
            return "s3", name, None if calls is None else tuple(Wanted(*call) for call in calls)
        target = request.headers.get("x-amz-target", "")
        call = read_call(request.method, request.path, request.service, target, request.body)
        if call is None:
            return "json", f"{request.service} {request.method} {request.path}", None
        return call.protocol, call.action, () if call.action in _FREE else wanted(call, place)

    def _refusal(self, one: Wanted, caller: Caller) -> str | None:
        """AWS's sentence for a permission that is denied."""
        _, _, rest = caller.principal_arn.partition(_SESSION)
        name, _, session = rest.partition("/")
        role = emulator_iam.role_documents(caller.account, name)
        if role is None:
            return None
        own = identity_of(role)
        policies = Policies(own.identity, own.boundary, self._guards(one, caller))
        context = Context.of(
            # Requests to AWS come over TLS, those to this cloud do not.
            {"aws:SecureTransport": "true", "aws:RequestedRegion": caller.region, **one.context},
            complete=False,
        )
        who = Principal.role(role.arn, session=session)
        decision = evaluate(Request(who, one.action, one.resource, context), policies)
        if decision.verdict is Verdict.UNKNOWN:
            self._ledger.note(
                Fidelity.NOT_HONOURED,
                f"authorisation of {one.action}",
                f"cannot be judged, and is allowed: {explained(decision)}",
                where=role.arn,
            )
        return refusal(decision)

    @staticmethod
    def _guards(one: Wanted, caller: Caller) -> tuple[Policy, ...]:
        """The policies of the resource that a call is about."""
        service = one.action.partition(":")[0]
        if service == "sts":
            role = emulator_iam.role_documents(caller.account, one.resource.rpartition("/")[2])
            return guard_of(role.trust if role else None, Attachment.TRUST)
        if service not in _GUARDED or not one.resource.startswith("arn:"):
            return ()
        arn = one.resource.partition("/")[0] if service == "s3" else one.resource
        document = emulator_iam.resource_document(service, arn, caller.account, caller.region)
        # A key that nobody knows may be open; anything else without a policy leaves it to the role's.
        return guard_of(document if service == "kms" else document or "", Attachment.RESOURCE)
