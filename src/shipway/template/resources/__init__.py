"""One parser module per AWS service: properties -> nodes of the model."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, TypedDict

from shipway.model.physical_names import NAME_PROPERTIES
from shipway.model.resource import Resource
from shipway.model.value import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from shipway.model.location import Location
    from shipway.model.resource import Properties
    from shipway.model.source_tree import SourceTree
    from shipway.model.value import Value
    from shipway.template.cursor import Cursor


class Declared(TypedDict):
    """What every resource has; parsers pass it on to the node: ``Bucket(**declared, versioning=...)``."""

    location: Location
    cfn_type: str
    stack: str
    name: Value[str] | None
    name_property: str
    deletion_policy: Value[str] | None
    update_replace_policy: Value[str] | None
    depends_on: tuple[str, ...]
    condition: str
    metadata: Mapping[str, object]
    properties: Properties


if TYPE_CHECKING:
    Parser: TypeAlias = Callable[[Declared, Cursor, SourceTree | None], Resource]

# Modules are imported when a template has such a resource: a template of queues needs no CodePipeline.
_MODULES = {
    "AWS::CloudWatch": "cloudwatch",
    "AWS::CodeBuild": "codebuild",
    "AWS::CodeCommit": "sources",
    "AWS::CodeConnections": "sources",
    "AWS::CodeDeploy": "codedeploy",
    "AWS::CodePipeline": "codepipeline",
    "AWS::CodeStarConnections": "sources",
    "AWS::CodeStarNotifications": "notifications",
    "AWS::EC2": "ec2",
    "AWS::ECR": "ecr",
    "AWS::ECS": "ecs",
    "AWS::ElasticLoadBalancingV2": "elbv2",
    "AWS::Events": "events",
    "AWS::IAM": "iam",
    "AWS::KMS": "kms",
    "AWS::Lambda": "lambda_",
    "AWS::Logs": "logs",
    "AWS::S3": "s3",
    "AWS::SNS": "sns",
    "AWS::SQS": "sqs",
    "AWS::SSM": "ssm",
    "AWS::SecretsManager": "secretsmanager",
    "AWS::StepFunctions": "stepfunctions",
}

_parsers: dict[str, Parser | None] = {}


def parse_resource(cursor: Cursor, sources: SourceTree | None) -> Resource:
    """The node for one entry of a Resources section: a typed one where the vocabulary has a word for it."""
    raw_type = cursor.text("Type")
    cfn_type = raw_type.value if isinstance(raw_type, Known) else ""
    properties = cursor.child("Properties")
    name_property = NAME_PROPERTIES.get(cfn_type, "")
    metadata = cursor.child("Metadata").raw
    declared = Declared(
        location=cursor.location,
        cfn_type=cfn_type,
        stack=cursor.scope.stack,
        name=properties.text(name_property) if name_property else None,
        name_property=name_property,
        deletion_policy=cursor.text("DeletionPolicy"),
        update_replace_policy=cursor.text("UpdateReplacePolicy"),
        depends_on=tuple(each.value for each in cursor.texts("DependsOn") if isinstance(each, Known)),
        condition=_plain(cursor.child("Condition").raw),
        metadata=metadata if isinstance(metadata, dict) else {},
        properties=properties,
    )
    parser = _parser_for(cfn_type)
    return parser(declared, properties, sources) if parser else Resource(**declared)


def _plain(raw: object) -> str:
    return raw if isinstance(raw, str) else ""


def _parser_for(cfn_type: str) -> Parser | None:
    if cfn_type not in _parsers:
        module = _MODULES.get(cfn_type.rpartition("::")[0])
        table: dict[str, Parser] = (
            import_module(f"shipway.template.resources.{module}").PARSERS if module else {}
        )
        _parsers[cfn_type] = table.get(cfn_type)
    return _parsers[cfn_type]
