"""AWS's query protocol from the server's side: forms in, XML out, both driven by botocore's model.

Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from xml.sax.saxutils import escape

import botocore.validate

from shipway.localcloud import wire

if TYPE_CHECKING:
    from botocore.model import Shape

Tree = dict[str, Any]


def parse_request(api: str, name: str, form: Mapping[str, str]) -> wire.Request:
    """The request's members, checked against AWS's model; `ServiceError` where it does not hold."""
    shape = wire.service_model(api).operation_model(name).input_shape
    if shape is None:
        return {}
    members = {key: value for key, value in form.items() if key not in {"Action", "Version"}}
    request = _parse(shape, _tree(members))
    report = botocore.validate.ParamValidator().validate(request, shape)
    if report.has_errors():
        raise wire.ServiceError("ValidationError", report.generate_report())
    return dict(request)


def encode_response(api: str, name: str, response: wire.Response | None) -> bytes:
    """The XML of a successful answer; members that are None are left out."""
    model = wire.service_model(api)
    shape = model.operation_model(name).output_shape
    result = "" if shape is None else _encode(shape, response or {})
    wrapped = f"<{name}Result>{result}</{name}Result>" if shape is not None else ""
    return (
        f'<{name}Response xmlns="{model.metadata["xmlNamespace"]}">{wrapped}'
        f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata></{name}Response>"
    ).encode()


def _tree(form: Mapping[str, str]) -> Tree:
    """``{"A.member.1.B": "x"}`` -> ``{"A": {"member": {"1": {"B": "x"}}}}``."""
    root: Tree = {}
    for path, value in form.items():
        node = root
        *parents, leaf = path.split(".")
        for part in parents:
            child = node.setdefault(part, {})
            if not isinstance(child, dict):  # ``A=`` is an empty list; ``A.member.1`` says more
                child = node[part] = {}
            node = child
        node[leaf] = value
    return root


def _parse(shape: Shape, node: Any) -> Any:
    match shape.type_name:
        case "structure":
            names = {name: member.serialization.get("name", name) for name, member in shape.members.items()}  # type: ignore[attr-defined] # of StructureShape
            return {
                name: _parse(shape.members[name], node[given])  # type: ignore[attr-defined] # as above
                for name, given in names.items()
                if isinstance(node, dict) and given in node
            }
        case "list":
            member = shape.member  # type: ignore[attr-defined] # of ListShape
            items = node.get(member.serialization.get("name", "member"), {}) if isinstance(node, dict) else {}
            return [_parse(member, items[number]) for number in sorted(items, key=int)]
        case "integer" | "long":
            return _number(node)
        case "boolean":
            return node == "true"
        case _:
            return node


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise wire.ServiceError("ValidationError", f"'{text}' is not an integer") from error


def _encode(shape: Shape, value: Any) -> str:
    match shape.type_name:
        case "structure":
            return "".join(
                f"<{tag}>{_encode(member, value[name])}</{tag}>"
                for name, member in shape.members.items()  # type: ignore[attr-defined] # of StructureShape
                if isinstance(value, Mapping) and value.get(name) is not None
                for tag in (member.serialization.get("name", name),)
            )
        case "list":
            member = shape.member  # type: ignore[attr-defined] # of ListShape
            tag = member.serialization.get("name", "member")
            return "".join(f"<{tag}>{_encode(member, item)}</{tag}>" for item in value)
        case "boolean":
            return "true" if value else "false"
        case "timestamp":
            return value.isoformat() if isinstance(value, datetime) else escape(str(value))
        case _:
            return escape(str(value))
