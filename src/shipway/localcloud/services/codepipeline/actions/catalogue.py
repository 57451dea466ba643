"""The action providers that execute here; every other one fails when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.services.codepipeline.actions.approval import ManualApproval
from shipway.localcloud.services.codepipeline.actions.cloudformation import CloudFormationDeploy
from shipway.localcloud.services.codepipeline.actions.codebuild import CodeBuildBuild, CodeBuildTest
from shipway.localcloud.services.codepipeline.actions.codecommit import CodeCommitSource
from shipway.localcloud.services.codepipeline.actions.codedeploy_to_ecs import CodeDeployToEcs
from shipway.localcloud.services.codepipeline.actions.ecr_source import EcrSource
from shipway.localcloud.services.codepipeline.actions.ecs import EcsRolling
from shipway.localcloud.services.codepipeline.actions.s3_deploy import S3Deploy
from shipway.localcloud.services.codepipeline.actions.s3_source import S3Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.services.codepipeline.actions.action import Provider, Watched

_SOURCES = (CodeCommitSource(), S3Source())
_OTHERS = (
    EcrSource(),
    CodeBuildBuild(),
    CodeBuildTest(),
    ManualApproval(),
    CodeDeployToEcs(),
    EcsRolling(),
    S3Deploy(),
    CloudFormationDeploy(),
)

PROVIDERS: Mapping[tuple[str, str], Provider] = {each.key: each for each in (*_SOURCES, *_OTHERS)}
WATCHED: Mapping[tuple[str, str], Watched] = {each.key: each for each in _SOURCES}
