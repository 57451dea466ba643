"""AWS::CodePipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.pipeline import (
    Action,
    ArtifactStore,
    Pipeline,
    Stage,
    Trigger,
    Variable,
    Webhook,
    WebhookFilter,
)
from shipway.model.value import Many

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.model.value import Value
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _pipeline(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Pipeline:
    stages, triggers = cursor.items("Stages"), cursor.items("Triggers")
    return Pipeline(
        **declared,
        type=cursor.text("PipelineType"),
        role=cursor.text("RoleArn"),
        stages=Many.of([_stage(each) for each in stages], stages.rest),
        stores=_stores(cursor),
        triggers=Many.of([_trigger(each) for each in triggers], triggers.rest),
        variables=Many(
            Variable(location=each.location, name=each.text("Name"), default=each.text("DefaultValue"))
            for each in cursor.items("Variables")
        ),
        execution_mode=cursor.text("ExecutionMode"),
    )


def _stage(cursor: Cursor) -> Stage:
    name, actions = cursor.text("Name"), cursor.items("Actions")
    return Stage(
        location=cursor.location,
        name=name,
        actions=Many.of([_action(each, name) for each in actions], actions.rest),
    )


def _action(cursor: Cursor, stage: Value[str] | None) -> Action:
    inputs, outputs = cursor.items("InputArtifacts"), cursor.items("OutputArtifacts")
    return Action(
        location=cursor.location,
        name=cursor.text("Name"),
        stage=stage,
        category=cursor.text("ActionTypeId", "Category"),
        owner=cursor.text("ActionTypeId", "Owner"),
        provider=cursor.text("ActionTypeId", "Provider"),
        configuration=cursor.mapping("Configuration"),
        configuration_seen=not cursor.child("Configuration").opaque,
        inputs=_names(inputs),
        outputs=_names(outputs),
        role=cursor.text("RoleArn"),
        region=cursor.text("Region"),
        run_order=cursor.integer("RunOrder"),
        namespace=cursor.text("Namespace"),
    )


def _names(artifacts: Many[Cursor]) -> Many[Value[str]]:
    names = [each.text("Name") for each in artifacts]
    return Many.of([name for name in names if name is not None], artifacts.rest)


def _stores(cursor: Cursor) -> Many[ArtifactStore]:
    single = [cursor.child("ArtifactStore")] if cursor.has("ArtifactStore") else []
    regional = cursor.items("ArtifactStores")
    stores = [_store(each, None) for each in single]
    stores += [_store(each.child("ArtifactStore"), each.text("Region")) for each in regional]
    return Many.of(stores, regional.rest)


def _store(cursor: Cursor, region: Value[str] | None) -> ArtifactStore:
    return ArtifactStore(
        location=cursor.location,
        region=region,
        bucket=cursor.text("Location"),
        key=cursor.text("EncryptionKey", "Id"),
    )


def _trigger(cursor: Cursor) -> Trigger:
    configuration = cursor.child("GitConfiguration")
    filters = [each for kind in ("Push", "PullRequest") for each in configuration.items(kind)]
    branches: list[Value[str]] = []
    for each in filters:
        branches.extend(each.texts("Branches", "Includes"))
    return Trigger(
        location=cursor.location,
        provider=cursor.text("ProviderType"),
        source_action=configuration.text("SourceActionName"),
        events=tuple(kind for kind in ("Push", "PullRequest") if configuration.has(kind)),
        branches=Many(branches),
    )


def _webhook(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Webhook:
    filters = cursor.items("Filters")
    return Webhook(
        **declared,
        target_pipeline=cursor.text("TargetPipeline"),
        target_action=cursor.text("TargetAction"),
        authentication=cursor.text("Authentication"),
        secret=cursor.text("AuthenticationConfiguration", "SecretToken"),
        registers=cursor.boolean("RegisterWithThirdParty"),
        filters=Many.of(
            [
                WebhookFilter(
                    location=each.location,
                    json_path=each.text("JsonPath"),
                    match_equals=each.text("MatchEquals"),
                )
                for each in filters
            ],
            filters.rest,
        ),
    )


PARSERS: dict[str, Parser] = {
    "AWS::CodePipeline::Pipeline": _pipeline,
    "AWS::CodePipeline::Webhook": _webhook,
}
