import pytest

from shipway.constructs import App, GitHubDeployRole, Stack, naming_for
from shipway.errors import InputError

ISSUER = "token.actions.githubusercontent.com"


def role_and_stack(render_value, of_type, **arguments):
    app = App()
    stack = Stack(app, "github")
    given = {"repository": "acme/hello", **arguments}
    GitHubDeployRole(stack, "GitHub", naming=naming_for(stack, "hello"), **given)
    document = render_value(app.synth().get_stack_by_name("github").template)
    (role,) = of_type(document, "AWS::IAM::Role").values()
    return role, document


@pytest.mark.parametrize(
    ("arguments", "subject"),
    [
        ({"branch": "main"}, "repo:acme/hello:ref:refs/heads/main"),
        ({"branch": "release/1.x"}, "repo:acme/hello:ref:refs/heads/release/1.x"),
        ({"github_environment": "prod"}, "repo:acme/hello:environment:prod"),
    ],
    ids=str,
)
def test_only_that_branch_or_environment_is_trusted(render_value, of_type, arguments, subject):
    role, document = role_and_stack(render_value, of_type, **arguments)
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {
        "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": subject}
    }
    ((provider, properties),) = of_type(document, "AWS::IAM::OIDCProvider").items()
    assert trust["Principal"] == {"Federated": f"${{{provider}.Arn}}"}
    assert properties["Url"] == f"https://{ISSUER}"
    assert properties["ClientIdList"] == ["sts.amazonaws.com"]


def test_it_may_become_the_cdks_roles_and_nothing_else(render_value, of_type):
    role, _ = role_and_stack(render_value, of_type, branch="main")
    (policy,) = role["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRole"
    assert [one.partition(":role/")[2].partition("-role-")[0] for one in statement["Resource"]] == [
        "cdk-hnb659fds-deploy",
        "cdk-hnb659fds-file-publishing",
    ]


def test_a_provider_that_is_there_is_used(render_value, of_type):
    arn = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"
    role, document = role_and_stack(render_value, of_type, branch="main", provider_arn=arn)
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Federated": arn}
    assert "AWS::IAM::OIDCProvider" not in str(document)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "every pull request deploys"),
        ({"branch": "main", "github_environment": "prod"}, "Give one of them"),
        ({"branch": ""}, "must be one name"),
        ({"branch": "*"}, "without wildcards"),
        ({"branch": "refs/heads/main"}, "refs/heads/"),
        ({"github_environment": "prod:x"}, "colons"),
        ({"branch": "main", "repository": "hello"}, "with its owner"),
        ({"branch": "main", "repository": "acme/*"}, "with its owner"),
    ],
    ids=str,
)
def test_a_wider_trust_is_refused(arguments, message):
    stack = Stack(App(), "github")
    given = {"repository": "acme/hello", **arguments}
    with pytest.raises(InputError) as refused:
        GitHubDeployRole(stack, "GitHub", naming=naming_for(stack, "hello"), **given)
    assert message in str(refused.value)
    assert refused.value.remedy
