"""The role that a GitHub Actions workflow deploys as, without a key that could be stolen."""

from __future__ import annotations

import re

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam

from constructs import Construct
from shipway.constructs.environment import tag
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

_ISSUER = "token.actions.githubusercontent.com"
_AUDIENCE = "sts.amazonaws.com"
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_QUALIFIER = "hnb659fds"  # of `cdk bootstrap`, unless it is told another


class GitHubDeployRole(Construct):
    """Lets one branch, or one environment, of one repository on GitHub run ``cdk deploy``.

    The workflow shows a token that GitHub signs (OpenID Connect) and gets credentials for an hour. It may do
    nothing but become the roles that ``cdk bootstrap`` made, by which the CDK deploys.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names the role.
        repository: ``owner/name`` on GitHub.
        branch: The branch whose workflows may deploy; give this or ``github_environment``.
        github_environment: The environment, as the repository's settings call it, whose jobs may deploy. Its
            protection rules (reviewers, branches) then hold on AWS as well.
        provider_arn: GitHub's identity provider in this account, if there is one; an account has at most one
            (default: it is created).
        qualifier: The qualifier that ``cdk bootstrap`` was told (default: the CDK's own).

    Attributes:
        role: The role; its ARN is the workflow's ``role-to-assume``.

    Raises:
        InputError: Neither a branch nor an environment, or both, or one with a wildcard.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        repository: str,
        branch: str | None = None,
        github_environment: str | None = None,
        provider_arn: str | None = None,
        qualifier: str = _QUALIFIER,
    ) -> None:
        super().__init__(scope, construct_id)
        subject = _subject(repository, branch, github_environment)
        tag(self, naming)
        provider = (
            provider_arn
            or iam.CfnOIDCProvider(
                # GitHub's certificate is checked against AWS's own trust store; a thumbprint is not needed.
                self,
                "Provider",
                url=f"https://{_ISSUER}",
                client_id_list=[_AUDIENCE],
            ).attr_arn
        )
        self.role = iam.Role(
            self,
            "Role",
            role_name=naming.name(Kind.ROLE, "github-role"),
            description=f"Deployments by GitHub Actions: {subject}",
            assumed_by=iam.WebIdentityPrincipal(
                provider, {"StringEquals": {f"{_ISSUER}:aud": _AUDIENCE, f"{_ISSUER}:sub": subject}}
            ),
            inline_policies={
                "Deploy": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["sts:AssumeRole"],
                            resources=[
                                self._bootstrapped(qualifier, name) for name in ("deploy", "file-publishing")
                            ],
                        )
                    ]
                )
            },
        )

    def _bootstrapped(self, qualifier: str, name: str) -> str:
        return Stack.of(self).format_arn(
            service="iam",
            region="",
            resource="role",
            resource_name=f"cdk-{qualifier}-{name}-role-{Aws.ACCOUNT_ID}-{Aws.REGION}",
        )


def _subject(repository: str, branch: str | None, environment: str | None) -> str:
    """What GitHub says of a job in the token's claim ``sub``.

    Source: https://docs.github.com/en/actions/reference/security/oidc
    """
    if not _REPOSITORY.fullmatch(repository):
        raise InputError(
            "the repository must be named with its owner",
            where="repository",
            value=repr(repository),
            remedy='Use e.g. "acme/hello"',
        )
    if (branch is None) is (environment is None):
        raise InputError(
            "a role for GitHub must be for one branch or for one environment, or every pull request deploys",
            where="branch and github_environment",
            value=f"{branch!r}, {environment!r}",
            remedy='Give one of them, e.g. branch="main" or github_environment="prod"',
        )
    name = branch if branch is not None else environment
    if not name or set(name) & set("*?:") or name.startswith("refs/"):
        raise InputError(
            "a branch or environment must be one name, without wildcards, colons or refs/heads/",
            where="branch" if branch is not None else "github_environment",
            value=repr(name),
            remedy='Use e.g. "main" or "prod"; make a role for each',
        )
    claim = f"ref:refs/heads/{branch}" if branch is not None else f"environment:{environment}"
    return f"repo:{repository}:{claim}"
