"""One action of a pipeline, exactly as it is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import aws_codepipeline as codepipeline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_iam as iam

_BOUNDS = codepipeline.ActionArtifactBounds(min_inputs=0, max_inputs=5, min_outputs=0, max_outputs=5)


class PipelineAction(codepipeline.Action):
    """An action that adds nothing to the stack but itself.

    The CDK's own actions bring grants that are wider than what the action calls (RegisterTaskDefinition and
    PassRole on everything), rules that a trail must feed (ECR), and keys and stacks for other accounts. What
    an action needs beside itself is therefore declared by whoever makes it.

    Args:
        action_name: Its name in the stage.
        category: What it does.
        provider: Which service does it, e.g. ``"CodeBuild"``.
        configuration: What that service is told, by its own names.
        inputs: Artifacts it reads; the first is the primary one.
        outputs: Artifacts it makes.
        run_order: Actions of a stage run by this number, equal ones at once.
        role: What it acts as; the pipeline's role by default.
    """

    def __init__(
        self,
        *,
        action_name: str,
        category: codepipeline.ActionCategory,
        provider: str,
        configuration: Mapping[str, Any],
        inputs: Sequence[codepipeline.Artifact] = (),
        outputs: Sequence[codepipeline.Artifact] = (),
        run_order: int = 1,
        role: iam.IRole | None = None,
    ) -> None:
        super().__init__()
        self._configuration = dict(configuration)
        self._properties = codepipeline.ActionProperties(
            action_name=action_name,
            category=category,
            provider=provider,
            artifact_bounds=_BOUNDS,
            inputs=list(inputs),
            outputs=list(outputs),
            run_order=run_order,
            role=role,
        )

    @property
    def _provided_action_properties(self) -> codepipeline.ActionProperties:
        return self._properties

    def _bound(self, *_: Any, **__: Any) -> codepipeline.ActionConfig:
        return codepipeline.ActionConfig(configuration=self._configuration)
