"""The services that ministack lacks or only pretends; the order is the order in which they close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.services.cloudwatch.service import CloudWatch
from shipway.localcloud.services.codebuild import CodeBuild
from shipway.localcloud.services.codecommit import CodeCommit
from shipway.localcloud.services.codedeploy import CodeDeploy
from shipway.localcloud.services.codepipeline import CodePipeline
from shipway.localcloud.services.ec2 import Ec2
from shipway.localcloud.services.ecs.service import Ecs
from shipway.localcloud.services.elbv2.service import ElbV2
from shipway.localcloud.services.logs import Logs
from shipway.localcloud.services.mailbox import Mailbox
from shipway.localcloud.services.s3 import S3

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel, Service


def all_services(kernel: Kernel) -> list[Service]:
    """Every service of the cloud, made for this kernel."""
    makers: list[type[Service]] = [
        S3,
        Ec2,
        Logs,
        CloudWatch,
        Ecs,
        ElbV2,
        CodeCommit,
        CodeBuild,
        CodeDeploy,
        CodePipeline,
        Mailbox,
    ]
    return [make(kernel) for make in makers]
