"""What the strings of a template are once deployed, each value that it leaves open one opaque character.

`Ref`, `Fn::GetAtt ... Arn` and an ARN that somebody joins by hand are the same string here when they mean
the same resource: that is what makes policies of a template comparable with the calls of its parts.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from shipway.model.text import Token, TokenKind
from shipway.model.value import Known
from shipway.permissions.datafiles import read_data
from shipway.permissions.symbols import SOME_NAME, SOME_TEXT, Kind, Symbols

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource
    from shipway.model.text import Text
    from shipway.model.value import Value

_PLACEHOLDER = re.compile(
    r"\$\{(?P<word>\w+)(?::(?P<property>\w+))?(?:(?P<cut>[#^])(?P<text>[^|}]*))?(?:\|(?P<absent>[^}]*))?\}"
)

_FIELD = (  # compiled when CDK takes an ARN apart
    r'Fn::Select \[(?P<index>\d), \{"Fn::Split": \[":", '
    r'(?:\{"Fn::GetAtt": \["(?P<resource>\w+)", "Arn"\]\}|\{"Ref": "(?P<reference>\w+)"\})\]\}\]'
)
_FIXED = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
"""Where most people deploy; ARNs of other partitions compare alike."""


class Format(NamedTuple):
    """How resources of a type are named: `data/arns.json`, with its placeholders."""

    arn: str
    ref: str
    attributes: dict[str, str]


def format_of(cfn_type: str) -> Format | None:
    """The formats of a CloudFormation type; None where its ARN is not known."""
    entry = read_data("arns").get(cfn_type)
    return Format(entry["arn"], entry["ref"], entry["attributes"]) if entry else None


class Names:
    """Writes values and resources of one graph as symbolic strings."""

    def __init__(self, graph: PipelineGraph) -> None:
        self.symbols = Symbols()
        self.region = self.symbols.of(Kind.NAME, "AWS::Region")
        self.account = self.symbols.of(Kind.NAME, "AWS::AccountId")
        self._resources = {(each.stack, each.logical_id): each for each in graph.resources}
        self._several = len(graph.stacks) > 1
        self._names: dict[Resource, str] = {}
        self._open: set[Resource] = set()

    def of(self, value: Value[str] | None, unseen: str = SOME_TEXT) -> str:
        """The string of a value; `unseen` where nothing at all is known of it."""
        if isinstance(value, Known):
            return value.value
        text = value.text if value is not None else None
        return unseen if text is None else self.text(text)

    def text(self, text: Text) -> str:
        """A symbolic text of the model as a symbolic string."""
        return "".join(part if isinstance(part, str) else self._token(part) for part in text.parts)

    def show(self, string: str) -> str:
        """The string as ``Fn::Sub`` would write it; ``*`` stands for whatever a call will be about."""
        return self.symbols.show(string.replace(SOME_TEXT, "*").replace(SOME_NAME, "*"))

    def pasteable(self, string: str) -> str:
        """An ARN as ``Fn::Sub`` takes it: a resource's own by its reference, any other in any partition."""
        return self._references.get(string) or self.show(string).replace(
            "arn:aws:", "arn:${AWS::Partition}:", 1
        )

    @cached_property
    def _references(self) -> dict[str, str]:
        """What ``Fn::Sub`` writes to get the ARN of each resource, where a reference gives it."""
        found = {}
        for resource in self._resources.values():
            known = format_of(resource.cfn_type)
            if known is None or self._several:
                continue
            attribute = next((name for name, given in known.attributes.items() if given == "${Arn}"), None)
            if known.ref == "${Arn}":
                found[self.arn(resource)] = f"${{{resource.logical_id}}}"
            elif attribute is not None:
                found[self.arn(resource)] = f"${{{resource.logical_id}.{attribute}}}"
        return found

    @property
    def some_role(self) -> str:
        """The ARN of some role of the account."""
        return f"arn:aws:iam::{self.account}:role/{SOME_TEXT}"

    def here(self, service: str, rest: str) -> str:
        """The ARN of something in the template's own Region and account."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def arn(self, resource: Resource) -> str:
        """The ARN of a resource; an opaque value where its type's format is not known."""
        known = format_of(resource.cfn_type)
        if known is None:
            return self._unknown(resource, "Arn")
        return self._filled(known.arn, resource)

    def name(self, resource: Resource) -> str:
        """The physical name of a resource: the one that the template gives, or an opaque one."""
        if resource not in self._names:
            if resource in self._open:  # its name leads back to itself: CloudFormation refuses that
                return self._own(resource, "Name")
            self._open.add(resource)
            given = self.of(resource.name, "") if resource.name is not None else ""
            self._names[resource] = given or self._own(resource, "Name")
            self._open.discard(resource)
        return self._names[resource]

    def _token(self, token: Token) -> str:
        match token.kind:
            case TokenKind.PARAMETER if token.value is not None:
                return token.value
            case TokenKind.PSEUDO if token.name in _FIXED:
                return _FIXED[token.name]
            case TokenKind.PSEUDO:
                return self._pseudo(token)
            case TokenKind.RESOURCE:
                resource = self._resources.get((token.stack, token.name))
                if resource is not None:
                    return self._reference(resource, token.attribute)
            case TokenKind.OPAQUE if (field := self._field(token.name)) is not None:
                return field
        return self.symbols.of(
            Kind.ANYTHING, self._label(str(token).removeprefix("${").removesuffix("}"), token.stack)
        )

    def _field(self, expression: str) -> str | None:
        """One field of a resource's ARN, as CDK takes it apart to write an image's address."""
        found = re.fullmatch(_FIELD, expression)
        if found is None:
            return None
        wanted, attribute = found["resource"] or found["reference"], "Arn" if found["resource"] else ""
        named = [each for (_, name), each in self._resources.items() if name == wanted]
        fields = self._reference(named[0], attribute).split(":") if len(named) == 1 else []
        index = int(found["index"])
        return fields[index] if index < len(fields) else None

    def _pseudo(self, token: Token) -> str:
        # A stack's id is an ARN, and the topics that are told of its events are several.
        open_text = token.name in {"AWS::StackId", "AWS::NotificationARNs"}
        kind = Kind.ANYTHING if open_text else Kind.NAME
        return self.symbols.of(kind, self._label(token.name, token.stack))

    def _reference(self, resource: Resource, attribute: str) -> str:
        known = format_of(resource.cfn_type)
        given = None if known is None else known.attributes.get(attribute) if attribute else known.ref
        return self._unknown(resource, attribute) if given is None else self._filled(given, resource)

    def _filled(self, given: str, resource: Resource) -> str:
        return _PLACEHOLDER.sub(lambda found: self._placeholder(found, resource), given)

    def _placeholder(self, found: re.Match[str], resource: Resource) -> str:
        value = self._word(found["word"], found["property"] or "", resource)
        if not value and found["absent"] is not None:
            return found["absent"]
        match found["cut"]:
            case "#":
                return value.rpartition(found["text"])[2]
            case "^":
                return value.removeprefix(found["text"])
        return value

    def _word(self, word: str, wanted: str, resource: Resource) -> str:
        given = _WORDS.get(word)
        if given is not None:
            return given(self, resource)
        if word == "Property":
            return self.of(resource.properties.text(wanted), "")
        return self._own(resource, word)

    def path(self, resource: Resource) -> str:
        """The IAM path of a role, without the leading slash."""
        return self.of(resource.properties.text("Path"), "").removeprefix("/")

    def bus(self, resource: Resource) -> str:
        """The event bus of a rule, as it stands in the rule's ARN; empty for the default one."""
        bus = self.of(resource.properties.text("EventBusName"), "").rpartition("/")[2]
        return f"{bus}/" if bus and bus != "default" else ""

    def balancer_kind(self, resource: Resource) -> str:
        """What stands for a load balancer's type in its ARN."""
        return _BALANCER_KINDS.get(self.of(resource.properties.text("Type"), ""), "app")

    def six(self, resource: Resource) -> str:
        """The six random characters at the end of a secret's ARN."""
        label = self._identity(resource)
        return "".join(self.symbols.of(Kind.CHARACTER, f"{label} {n}") for n in range(6))

    def _own(self, resource: Resource, what: str) -> str:
        """What only this resource has: its made-up name, or an identifier that AWS makes up."""
        identity, behind = self._identity(resource), _written(resource, what)
        return self.symbols.of(Kind.RESOURCE_NAME, f"{identity}.{behind}" if behind else identity)

    def _unknown(self, resource: Resource, attribute: str) -> str:
        identity = self._identity(resource)
        return self.symbols.of(Kind.ANYTHING, f"{identity}.{attribute}" if attribute else identity)

    def _identity(self, resource: Resource) -> str:
        return self._label(resource.logical_id, resource.stack)

    def _label(self, name: str, stack: str) -> str:
        """A name as people read it; with its template where several may have the same one."""
        return f"{name} of {stack}" if self._several and stack else name


def _written(resource: Resource, what: str) -> str:
    """What ``Fn::Sub`` writes behind the logical id to get it; empty where Ref gives it."""
    known, given = format_of(resource.cfn_type), f"${{{what}}}"
    if known is None or known.ref == given:
        return ""
    return next((attribute for attribute, text in known.attributes.items() if text == given), what)


_BALANCER_KINDS = {"network": "net", "gateway": "gwy"}
_WORDS: dict[str, Callable[[Names, Resource], str]] = {
    "Name": Names.name,
    "Arn": Names.arn,
    "Path": Names.path,
    "Bus": Names.bus,
    "Kind": Names.balancer_kind,
    "Six": Names.six,
    "Region": lambda names, _: names.region,
    "Account": lambda names, _: names.account,
    "Partition": lambda _, __: _FIXED["AWS::Partition"],
    "URLSuffix": lambda _, __: _FIXED["AWS::URLSuffix"],
}
