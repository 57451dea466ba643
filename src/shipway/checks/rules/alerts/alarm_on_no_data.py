"""ALERT009."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.alerts._metrics import Measured, measured
from shipway.model.alerts import Alarm
from shipway.model.text import TokenKind
from shipway.model.value import Known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.value import Value

# Dimensions without which a namespace has no metric.
_REQUIRED = {
    "AWS/ApplicationELB": ("LoadBalancer",),
    "AWS/NetworkELB": ("LoadBalancer",),
    "AWS/ECS": ("ClusterName",),
    "AWS/CodePipeline": ("PipelineName",),
    "AWS/SQS": ("QueueName",),
    "AWS/SNS": ("TopicName",),
}
_HOSTS = frozenset({"HealthyHostCount", "UnHealthyHostCount"})
_PER_TARGET_GROUP = frozenset({"RequestCountPerTarget", "LambdaInternalError", "LambdaUserError"})
# Where an account-wide series may exist beside those with dimensions.
_ALSO_WITHOUT = frozenset({"AWS/CodePipeline", "AWS/SNS"})

# Dimension -> resource type -> (attributes that give what CloudWatch wants, what to write).
# "" is Ref. Source: the "Return values" of each type's reference.
_VALUES: dict[str, dict[str, tuple[frozenset[str], str]]] = {
    "ServiceName": {"AWS::ECS::Service": (frozenset({"Name"}), "!GetAtt {}.Name")},
    "ClusterName": {"AWS::ECS::Cluster": (frozenset({""}), "!Ref {}")},
    "TargetGroup": {
        "AWS::ElasticLoadBalancingV2::TargetGroup": (
            frozenset({"TargetGroupFullName"}),
            "!GetAtt {}.TargetGroupFullName",
        )
    },
    "LoadBalancer": {
        "AWS::ElasticLoadBalancingV2::LoadBalancer": (
            frozenset({"LoadBalancerFullName"}),
            "!GetAtt {}.LoadBalancerFullName",
        )
    },
    "QueueName": {"AWS::SQS::Queue": (frozenset({"QueueName"}), "!GetAtt {}.QueueName")},
    "TopicName": {"AWS::SNS::Topic": (frozenset({"TopicName"}), "!GetAtt {}.TopicName")},
    "FunctionName": {"AWS::Lambda::Function": (frozenset({""}), "!Ref {}")},
    "ProjectName": {"AWS::CodeBuild::Project": (frozenset({""}), "!Ref {}")},
    "PipelineName": {"AWS::CodePipeline::Pipeline": (frozenset({""}), "!Ref {}")},
}


@rule(
    id="ALERT009",
    name="alarm-on-no-data",
    family=Family.ALERTS,
    title="Dimensions of the alarm match no metric",
    severity=Severity.ERROR,
    subject=Alarm,
    since="0.1",
    rationale="CloudWatch compares all dimensions character by character. With one missing, or an ARN where "
    "a name belongs, there is no such series: the alarm never fires, and no deployment is rolled back.",
    remediation="Give all dimensions of the series: for a target group's hosts TargetGroup and LoadBalancer "
    "with their full names, for a service ClusterName and ServiceName.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
    bad="""
Resources:
  Web: {Type: AWS::ECS::Service}
  Busy:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/ECS
      MetricName: CPUUtilization
      Dimensions:
        - {Name: ClusterName, Value: hello}
        - {Name: ServiceName, Value: !Ref Web}  # <-
  Unhealthy:  # <-
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/ApplicationELB
      MetricName: UnHealthyHostCount
""",
    good="""
Resources:
  Web: {Type: AWS::ECS::Service}
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Busy:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/ECS
      MetricName: CPUUtilization
      Dimensions:
        - {Name: ClusterName, Value: hello}
        - {Name: ServiceName, Value: !GetAtt Web.Name}
  Unhealthy:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/ApplicationELB
      MetricName: UnHealthyHostCount
      Dimensions:
        - {Name: LoadBalancer, Value: !GetAtt Balancer.LoadBalancerFullName}
        - {Name: TargetGroup, Value: !GetAtt Blue.TargetGroupFullName}
""",
)
def alarm_on_no_data(alarm: Alarm, graph: PipelineGraph) -> Findings:
    """What cannot be seen may be right."""
    types = {(each.stack, each.logical_id): each.cfn_type for each in graph.resources}
    for each in measured(alarm):
        missing = _missing(each)
        if missing:
            found = ", ".join(each.dimensions) or "no dimension"
            yield Finding(
                each.at_dimensions,
                f"{alarm.said} watches {each.metric} of {each.namespace} with {found}; it has no such series "
                f"without {' and '.join(missing)}",
                severity=Severity.WARNING if each.namespace in _ALSO_WITHOUT else None,
            )
        for index, (name, value) in enumerate(each.dimensions.items()):
            wrong = next(_wrong(name, value, types, each.namespace), None)
            if wrong:
                yield Finding(
                    each.at_dimensions.at(index, "Value"),
                    f"dimension {name} of {alarm.said} is {text_of(value)}, {wrong}",
                )


def _missing(each: Measured) -> list[str]:
    if not each.dimensions_seen or each.metric is None or each.namespace is None:
        return []
    required = list(_REQUIRED.get(each.namespace, ()))
    if each.namespace == "AWS/ApplicationELB":
        if each.metric in _HOSTS:
            required.append("TargetGroup")
        elif each.metric in _PER_TARGET_GROUP and "TargetGroup" in each.dimensions:
            return []
    return [name for name in required if name not in each.dimensions]


def _wrong(
    name: str, value: Value[str], types: dict[tuple[str, str], str], namespace: str | None
) -> Iterator[str]:
    text = text_of(value)
    token = text.sole
    if token is not None and token.kind is TokenKind.RESOURCE:
        wanted = _VALUES.get(name, {}).get(types.get((token.stack, token.name), ""))
        if wanted is not None and token.attribute not in wanted[0]:
            yield f"which is not the name that CloudWatch knows: write {wanted[1].format(token.name)}"
    elif name in _VALUES and str(text.parts[0] if text.parts else "").startswith("arn:"):
        yield "an ARN where CloudWatch knows a name"
    elif name == "LoadBalancer" and namespace == "AWS/ApplicationELB" and isinstance(value, Known):
        if not value.value.startswith("app/"):
            yield "not the end of the load balancer's ARN, `app/NAME/ID`"
    elif name == "TargetGroup" and isinstance(value, Known) and not value.value.startswith("targetgroup/"):
        yield "not the end of the target group's ARN, `targetgroup/NAME/ID`"
