"""PIPE013."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Pipeline
from shipway.model.project import Project
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# Programs that bring something out by themselves, or that do what cannot be read here.
_DEPLOYERS = frozenset(
    {"cdk", "sam", "terraform", "tofu", "terragrunt", "pulumi", "kubectl", "helm", "serverless", "sls", "eb"}
    | {
        "copilot",
        "ansible-playbook",
        "twine",
        "mvn",
        "gradle",
        "make",
        "npm",
        "npx",
        "yarn",
        "pnpm",
        "docker",
    }
    | {"bash", "sh", "python", "python3", "node", "ecs-cli", "amplify", "gulp", "dotnet", "go", "cargo"}
)
_AWS = frozenset(
    {"ecs", "deploy", "cloudformation", "s3", "s3api", "lambda", "eks", "elasticbeanstalk", "apprunner"}
)


@rule(
    id="PIPE013",
    name="pipeline-without-deployment",
    family=Family.INTEGRATION,
    title="Pipeline deploys nothing",
    severity=Severity.WARNING,
    subject=Pipeline,
    since="0.1",
    rationale="What the pipeline builds stays in its artifact bucket: no action deploys it, and no build "
    "command does either.",
    remediation="Add a stage with a deploy action, e.g. CodeDeployToECS, ECS or CloudFormation.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases: {build: {commands: [pytest]}}
  Release:  # <-
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases: {build: {commands: [pytest]}}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {BucketName: hello, Extract: "true"}
""",
)
def pipeline_without_deployment(pipeline: Pipeline, graph: PipelineGraph) -> Findings:
    """Deploying is whatever changes something outside: a build that may do so is enough."""
    idle = {"Source", "Build", "Test", "Approval"}
    if not pipeline.complete or not pipeline.actions:
        return
    if any(
        not isinstance(action.category, Known) or action.category.value not in idle
        for action in pipeline.actions
    ):
        return
    for action in pipeline.actions:
        if known(action.category) in {"Source", "Approval"}:
            continue
        project = graph.project_of(action) if action.is_a("CodeBuild") else None
        if not isinstance(project, Project) or project.buildspec is None:
            yield Undetermined(pipeline.location, f"what {action.said} runs cannot be seen")
            return
        if any(_may_deploy(step.invocation.words) for step in project.buildspec.steps):
            return
    yield Finding(pipeline.location, f"{pipeline.said} has no action and no build command that deploys")


def _may_deploy(words: tuple[str, ...]) -> bool:
    program = words[0].rpartition("/")[2]
    if program == "docker":
        return "push" in words or "--push" in words  # whoever watches the repository deploys
    if program in {"npm", "yarn", "pnpm"}:
        return any("deploy" in word or word in {"run", "publish"} for word in words)
    if program == "aws":
        return any(word in _AWS for word in words)
    return program in _DEPLOYERS or words[0].startswith((".", "$")) or program.endswith((".sh", ".py"))
