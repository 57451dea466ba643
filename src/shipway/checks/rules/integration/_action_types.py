"""What CodePipeline takes as an action: providers, their configuration keys, their numbers of artifacts.

Sources: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html and
https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-action-artifacts.html
"""

from __future__ import annotations

from typing import NamedTuple


class ActionType(NamedTuple):
    """One provider, as far as its reference tells it."""

    categories: tuple[str, ...]
    owner: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] | None = None
    """None where the keys are not listed here, so that none can be called unknown."""
    inputs: tuple[int, int] = (0, 5)
    outputs: tuple[int, int] = (0, 5)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that the configuration may have."""
        return (*self.required, *(self.optional or ()))


_SOURCE = ("Source",)
_DEPLOY = ("Deploy",)
_INVOKE = ("Invoke",)
_ONE, _NONE = (1, 1), (0, 0)

ACTION_TYPES = {
    "CodeCommit": ActionType(
        _SOURCE,
        "AWS",
        ("RepositoryName", "BranchName"),
        ("PollForSourceChanges", "OutputArtifactFormat"),
        _NONE,
        _ONE,
    ),
    "CodeStarSourceConnection": ActionType(
        _SOURCE,
        "AWS",
        ("ConnectionArn", "FullRepositoryId", "BranchName"),
        ("OutputArtifactFormat", "DetectChanges"),
        _NONE,
        _ONE,
    ),
    "GitHub": ActionType(
        _SOURCE,
        "ThirdParty",
        ("Owner", "Repo", "Branch", "OAuthToken"),
        ("PollForSourceChanges",),
        _NONE,
        _ONE,
    ),
    "ECR": ActionType(_SOURCE, "AWS", ("RepositoryName",), ("ImageTag",), _NONE, _ONE),
    "CodeBuild": ActionType(
        ("Build", "Test"),
        "AWS",
        ("ProjectName",),
        ("PrimarySource", "BatchEnabled", "BuildspecOverride", "CombineArtifacts", "EnvironmentVariables"),
        (1, 5),
        (0, 5),
    ),
    "CodeDeploy": ActionType(_DEPLOY, "AWS", ("ApplicationName", "DeploymentGroupName"), (), _ONE, _NONE),
    "CodeDeployToECS": ActionType(
        _DEPLOY,
        "AWS",
        (
            "ApplicationName",
            "DeploymentGroupName",
            "TaskDefinitionTemplateArtifact",
            "AppSpecTemplateArtifact",
        ),
        (
            "TaskDefinitionTemplatePath",
            "AppSpecTemplatePath",
            *(f"Image{number}{what}" for number in range(1, 5) for what in ("ArtifactName", "ContainerName")),
        ),
        (1, 5),
        _NONE,
    ),
    "ECS": ActionType(
        _DEPLOY, "AWS", ("ClusterName", "ServiceName"), ("FileName", "DeploymentTimeout"), _ONE, _NONE
    ),
    "CloudFormation": ActionType(
        _DEPLOY,
        "AWS",
        ("ActionMode", "StackName"),
        (
            "Capabilities",
            "ChangeSetName",
            "OutputFileName",
            "ParameterOverrides",
            "RoleArn",
            "TemplateConfiguration",
            "TemplatePath",
        ),
        (0, 10),
        (0, 1),
    ),
    "ElasticBeanstalk": ActionType(_DEPLOY, "AWS", ("ApplicationName", "EnvironmentName"), (), _ONE, _NONE),
    "Lambda": ActionType(("Invoke", "Deploy"), "AWS", ("FunctionName",), None),
    "StepFunctions": ActionType(
        _INVOKE,
        "AWS",
        ("StateMachineArn",),
        ("ExecutionNamePrefix", "Input", "InputType"),
        (0, 1),
        (0, 1),
    ),
    "Manual": ActionType(
        ("Approval",),
        "AWS",
        (),
        ("NotificationArn", "CustomData", "ExternalEntityLink"),
        _NONE,
        _NONE,
    ),
    "S3": ActionType(("Source", "Deploy"), "AWS"),
    "CloudFormationStackSet": ActionType(_DEPLOY, "AWS", ("StackSetName", "TemplatePath"), None, (1, 10)),
    "CloudFormationStackInstances": ActionType(_DEPLOY, "AWS", ("StackSetName",), None, (0, 10)),
    "ServiceCatalog": ActionType(_DEPLOY, "AWS"),
    "AppConfig": ActionType(_DEPLOY, "AWS"),
    "OpsWorks": ActionType(_DEPLOY, "AWS"),
    "EC2": ActionType(_DEPLOY, "AWS"),
    "EKS": ActionType(_DEPLOY, "AWS"),
    "AlexaSkillsKit": ActionType(_DEPLOY, "ThirdParty"),
    "Commands": ActionType(("Compute",), "AWS"),
    "CodePipeline": ActionType(_INVOKE, "AWS"),
    "InspectorScan": ActionType(_INVOKE, "AWS"),
    "ECRBuildAndPublish": ActionType(("Build",), "AWS"),
    "DeviceFarm": ActionType(("Test",), "AWS"),
    "Snyk": ActionType(_INVOKE, "ThirdParty"),
}
"""By provider. S3 is two of them: see `action_type`."""

_S3 = {
    "Source": ActionType(
        _SOURCE,
        "AWS",
        ("S3Bucket", "S3ObjectKey"),
        ("PollForSourceChanges", "AllowOverrideForS3ObjectKey"),
        _NONE,
        _ONE,
    ),
    "Deploy": ActionType(
        _DEPLOY,
        "AWS",
        ("BucketName", "Extract"),
        ("ObjectKey", "KMSEncryptionKeyARN", "CannedACL", "CacheControl"),
        _ONE,
        _NONE,
    ),
}


def action_type(provider: str | None, category: str | None) -> ActionType | None:
    """What an action of a provider takes; None when the provider is not listed or has other categories."""
    found = ACTION_TYPES.get(provider or "")
    if found is None or category not in found.categories:
        return None
    return _S3[category] if provider == "S3" else found
