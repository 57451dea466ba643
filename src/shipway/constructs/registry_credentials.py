"""Docker Hub credentials, kept in Parameter Store."""

from __future__ import annotations

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm

from constructs import Construct
from shipway.model.naming import Kind, Naming

UNSET = "unset"


class RegistryCredentials(Construct):
    """The places of a Docker Hub user name and password; the build logs in once they are filled.

    The user name is a String parameter that the stack creates with the value ``unset``. The password is a
    SecureString, which CloudFormation cannot create and no template should hold: it does not exist until
    ``shipway credentials set`` (or ``aws ssm put-parameter --type SecureString``) writes it. CodeBuild
    fails a build whose PARAMETER_STORE variable does not exist, so only the user name is such a variable;
    the build asks for the password itself, and only when a user name is set.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names the parameters: ``/{service}/{suffix}/docker-hub/...``.

    Attributes:
        user_name: The String parameter.
        user_name_path: The name of that parameter.
        password_path: The name of the SecureString parameter.
    """

    def __init__(self, scope: Construct, construct_id: str, *, naming: Naming) -> None:
        super().__init__(scope, construct_id)
        self.user_name_path = naming.path(Kind.PARAMETER, "docker-hub", "user-name")
        self.password_path = naming.path(Kind.PARAMETER, "docker-hub", "password")
        self.user_name = ssm.StringParameter(
            self,
            "UserName",
            parameter_name=self.user_name_path,
            description=f"Docker Hub user name; '{UNSET}' means: pull anonymously",
            string_value=UNSET,
        )

    @property
    def statements(self) -> list[iam.PolicyStatement]:
        """What the build needs to read both."""
        return [
            # CodeBuild resolves PARAMETER_STORE variables with GetParameters.
            iam.PolicyStatement(actions=["ssm:GetParameters"], resources=[self._arn(self.user_name_path)]),
            iam.PolicyStatement(actions=["ssm:GetParameter"], resources=[self._arn(self.password_path)]),
        ]

    def _arn(self, name: str) -> str:
        # A name starts with a slash and an ARN has one slash after "parameter", not two
        # (https://github.com/aws/aws-cdk/issues/26990).
        return Stack.of(self).format_arn(
            service="ssm",
            resource="parameter",
            resource_name=name.removeprefix("/"),
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )
