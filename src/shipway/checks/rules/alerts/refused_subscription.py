"""ALERT013."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import Topic
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.value import Value

# https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
_ENDPOINTS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "email-json": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "http": re.compile(r"http://\S+"),
    "https": re.compile(r"https://\S+"),
    "sms": re.compile(r"\+?[0-9][0-9 -]{3,}"),
    "sqs": re.compile(r"arn:\S+"),
    "lambda": re.compile(r"arn:\S+"),
    "firehose": re.compile(r"arn:\S+"),
    "application": re.compile(r"arn:\S+"),
}
_RESERVED = re.compile(r"@(?:[\w-]+\.)*example\.(?:com|org|net)\Z", re.IGNORECASE)  # RFC 2606: nobody's
_PLACEHOLDER = re.compile(
    r"@your-?(?:company|domain|org)\.\w+\Z|\A(?:your[-._]?e?mail|change.?me|replace.?me)", re.IGNORECASE
)


@rule(
    id="ALERT013",
    name="refused-subscription",
    family=Family.ALERTS,
    title="Subscription has an address that takes no messages",
    severity=Severity.ERROR,
    subject=Topic,
    since="0.1",
    rationale="SNS refuses an endpoint that does not fit its protocol, and the stack is rolled back. A "
    "made-up address is taken, but nobody confirms the subscription, and nobody is told.",
    remediation="Give the address by a parameter without a default, and let an AllowedPattern check it.",
    source="https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
    bad="""
Resources:
  Alerts:
    Type: AWS::SNS::Topic
    Properties:
      Subscription:
        - Protocol: email
          Endpoint: https://example.org/alerts  # <-
""",
    good="""
Resources:
  Alerts:
    Type: AWS::SNS::Topic
    Properties:
      Subscription:
        - Protocol: https
          Endpoint: https://example.org/alerts
""",
)
def refused_subscription(topic: Topic, graph: PipelineGraph) -> Findings:
    """Parameters count with their defaults: whoever deploys without giving any gets those."""
    for location, protocol, endpoint in _addresses(topic, graph):
        kind = known(protocol)
        if not isinstance(endpoint, Known) or kind is None:
            continue
        pattern = _ENDPOINTS.get(kind)
        default = f" (the default of {', '.join(endpoint.assumes)})" if endpoint.assumes else ""
        shown = repr(endpoint.value)
        if pattern is None:
            yield Finding(location, f"{topic.said} has a subscription with the unknown protocol {kind}")
        elif not pattern.fullmatch(endpoint.value):
            yield Finding(
                location, f"{topic.said} has an {kind} subscription with the endpoint {shown}{default}"
            )
        elif kind.startswith("email") and _is_made_up(endpoint):
            yield Finding(
                location,
                f"{topic.said} sends mail to the made-up address {shown}{default}",
                Confidence.MEDIUM,
                severity=Severity.INFO if endpoint.assumes else Severity.WARNING,
            )


def _is_made_up(endpoint: Known[str]) -> bool:
    """A reserved domain counts as a default only: where it is written out, somebody shows how it is done."""
    return bool(
        _PLACEHOLDER.search(endpoint.value) or (endpoint.assumes and _RESERVED.search(endpoint.value))
    )


def _addresses(
    topic: Topic, graph: PipelineGraph
) -> Iterator[tuple[Location, Value[str] | None, Value[str] | None]]:
    for each in topic.subscriptions:
        yield each.location.at("Endpoint"), each.protocol, each.endpoint
    for subscription in graph.subscriptions_of(topic):
        yield subscription.at("Endpoint"), subscription.protocol, subscription.endpoint
