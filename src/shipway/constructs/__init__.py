"""The CDK constructs: delivery pipelines that are right by construction.

Import this before ``aws_cdk``: it chooses the Node.js that the CDK runs on. ``App`` and ``Stack`` are the
CDK's own, here so that an app needs no second import.
"""

# ruff: noqa: E402 - the CDK starts Node.js as soon as it is imported, so the choice must come first.

from shipway.constructs.node import choose_node

choose_node()

from aws_cdk import App, Stack

from shipway.constructs.alerts import Alerts
from shipway.constructs.architecture import Architecture
from shipway.constructs.artifact_bucket import ArtifactBucket
from shipway.constructs.blue_green_balancer import BlueGreenBalancer
from shipway.constructs.blue_green_pipeline import BlueGreenPipeline
from shipway.constructs.blue_green_service import BlueGreenService
from shipway.constructs.bucket_source import BucketSource
from shipway.constructs.build_checks import BuildChecks, Severity
from shipway.constructs.buildspec import BuildSpecification
from shipway.constructs.connection_source import ConnectionSource
from shipway.constructs.delivery_pipeline import DeliveryPipeline
from shipway.constructs.deploy_stage import Engine
from shipway.constructs.environment import environment_suffix, naming_for
from shipway.constructs.github_deploy_role import GitHubDeployRole
from shipway.constructs.image_build import ImageBuild
from shipway.constructs.image_registry import ImageRegistry
from shipway.constructs.image_source import ImageSource
from shipway.constructs.native_release import NativeRelease
from shipway.constructs.network import Egress, Network
from shipway.constructs.promotion_pipeline import PromotionPipeline
from shipway.constructs.registry_credentials import RegistryCredentials
from shipway.constructs.release import Release
from shipway.constructs.release_dashboard import ReleaseDashboard
from shipway.constructs.removal import Removal
from shipway.constructs.service_environment import ServiceEnvironment
from shipway.constructs.source_repository import SourceRepository
from shipway.model.naming import Naming
from shipway.model.traffic import TrafficShift

__all__ = [
    "Alerts",
    "App",
    "Architecture",
    "ArtifactBucket",
    "BlueGreenBalancer",
    "BlueGreenPipeline",
    "BlueGreenService",
    "BucketSource",
    "BuildChecks",
    "BuildSpecification",
    "ConnectionSource",
    "DeliveryPipeline",
    "Egress",
    "Engine",
    "GitHubDeployRole",
    "ImageBuild",
    "ImageRegistry",
    "ImageSource",
    "Naming",
    "NativeRelease",
    "Network",
    "PromotionPipeline",
    "RegistryCredentials",
    "Release",
    "ReleaseDashboard",
    "Removal",
    "ServiceEnvironment",
    "Severity",
    "SourceRepository",
    "Stack",
    "TrafficShift",
    "environment_suffix",
    "naming_for",
]
