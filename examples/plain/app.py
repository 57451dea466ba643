"""A pipeline in plain CDK, and the trap of a parameter whose name begins with a slash (aws-cdk #26990).

CDK writes the grant for the build's variable as ``parameter//app/...``, which matches nothing: the stack
deploys, and the first build is denied ssm:GetParameters. `shipway check` says so beforehand. The stack
`plain-mended` grants the parameter by its right ARN.
"""

from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codecommit as codecommit
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm

app = App()


def pipeline(name: str, *, mended: bool) -> None:
    """One stack: a repository, a build that reads a parameter, and a pipeline through both."""
    stack = Stack(app, f"plain-{name}")
    repository = codecommit.Repository(stack, "Repository", repository_name=f"plain-{name}")
    parameter = ssm.StringParameter(
        stack, "Greeting", parameter_name=f"/plain/{name}/greeting", string_value="hello"
    )
    project = codebuild.PipelineProject(
        stack,
        "Build",
        environment_variables={
            "GREETING": codebuild.BuildEnvironmentVariable(
                type=codebuild.BuildEnvironmentVariableType.PARAMETER_STORE, value=parameter.parameter_name
            )
        },
        build_spec=codebuild.BuildSpec.from_object(
            {"version": "0.2", "phases": {"build": {"commands": ['echo "$GREETING"']}}}
        ),
    )
    if mended:
        arn = stack.format_arn(service="ssm", resource="parameter", resource_name=f"plain/{name}/greeting")
        project.add_to_role_policy(iam.PolicyStatement(actions=["ssm:GetParameters"], resources=[arn]))
    source = codepipeline.Artifact()
    delivery = codepipeline.Pipeline(
        stack,
        "Pipeline",
        pipeline_name=f"plain-{name}",
        pipeline_type=codepipeline.PipelineType.V2,
        artifact_bucket=s3.Bucket(stack, "Artifacts", removal_policy=RemovalPolicy.DESTROY),
    )
    delivery.add_stage(
        stage_name="Source",
        actions=[
            actions.CodeCommitSourceAction(
                action_name="Source", repository=repository, branch="main", output=source
            )
        ],
    )
    delivery.add_stage(
        stage_name="Build",
        actions=[actions.CodeBuildAction(action_name="Build", project=project, input=source)],
    )


pipeline("trap", mended=False)
pipeline("mended", mended=True)
app.synth()
