"""Ways up: grants with which a principal can give itself any other (privilege escalation)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.catalogue import action_named
from shipway.permissions.decision import Verdict
from shipway.permissions.evaluate import evaluate
from shipway.permissions.formats import filled
from shipway.permissions.pattern import glob
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment, Policy, Statement, read_policy
from shipway.permissions.request import Context, Request
from shipway.permissions.symbols import ANOTHER, is_opaque
from shipway.permissions.truth import Truth

if TYPE_CHECKING:
    from shipway.permissions.principal import Principal


class Path(NamedTuple):
    """One known way up: every step must be allowed, by one of its actions, on resources that are not ours."""

    id: str
    title: str
    steps: tuple[tuple[str, ...], ...]
    passes_role_to: str = ""
    """The service to which any role must be passable; empty where no role is passed."""


class Escalation(NamedTuple):
    """A way up that is open."""

    path: Path
    actions: tuple[str, ...]
    """The actions that make it, one per step."""
    statements: tuple[Statement, ...]
    """The statements that allow them."""


def _own(action: str, title: str) -> Path:
    return Path(action, title, ((action,),))


PATHS = (
    _own("iam:PutRolePolicy", "write any policy into any role"),
    _own("iam:AttachRolePolicy", "attach any policy to any role"),
    _own("iam:PutUserPolicy", "write any policy into any user"),
    _own("iam:AttachUserPolicy", "attach any policy to any user"),
    _own("iam:PutGroupPolicy", "write any policy into any group"),
    _own("iam:AttachGroupPolicy", "attach any policy to any group"),
    _own("iam:AddUserToGroup", "put any user into any group"),
    _own("iam:CreatePolicyVersion", "rewrite any managed policy of the account"),
    _own("iam:SetDefaultPolicyVersion", "bring back any older version of a managed policy"),
    _own("iam:DeleteRolePermissionsBoundary", "take the boundary off any role"),
    _own("iam:UpdateAssumeRolePolicy", "let itself into any role"),
    _own("iam:CreateAccessKey", "make keys for any user"),
    _own("iam:CreateLoginProfile", "make a password for any user"),
    _own("iam:UpdateLoginProfile", "change the password of any user"),
    _own("sts:AssumeRole", "become any role that trusts the account"),
    _own("lambda:UpdateFunctionCode", "run its own code as the role of any function"),
    _own("ssm:SendCommand", "run its own commands on any instance"),
    Path(
        "lambda-with-any-role",
        "run its own function as any role",
        (
            ("lambda:CreateFunction",),
            ("lambda:InvokeFunction", "lambda:CreateEventSourceMapping", "lambda:AddPermission"),
        ),
        "lambda.amazonaws.com",
    ),
    Path("ec2-with-any-role", "start an instance as any role", (("ec2:RunInstances",),), "ec2.amazonaws.com"),
    Path(
        "ecs-with-any-role",
        "run its own task as any role",
        (
            ("ecs:RegisterTaskDefinition",),
            ("ecs:RunTask", "ecs:StartTask", "ecs:CreateService", "ecs:UpdateService"),
        ),
        "ecs-tasks.amazonaws.com",
    ),
    Path(
        "codebuild-with-any-role",
        "build its own commands as any role",
        (
            ("codebuild:CreateProject", "codebuild:UpdateProject"),
            ("codebuild:StartBuild", "codebuild:StartBuildBatch"),
        ),
        "codebuild.amazonaws.com",
    ),
    Path(
        "cloudformation-with-any-role",
        "deploy its own template as any role",
        (("cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:CreateChangeSet"),),
        "cloudformation.amazonaws.com",
    ),
    Path(
        "codepipeline-with-any-role",
        "run its own pipeline as any role",
        (("codepipeline:CreatePipeline", "codepipeline:UpdatePipeline"),),
        "codepipeline.amazonaws.com",
    ),
    Path(
        "states-with-any-role",
        "run its own state machine as any role",
        (("states:CreateStateMachine", "states:UpdateStateMachine"), ("states:StartExecution",)),
        "states.amazonaws.com",
    ),
)
"""Known ways, each an action or a combination that AWS's own guides warn of.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""


def escalations(principal: Principal, policies: Policies) -> tuple[Escalation, ...]:
    """The ways up that are certainly open to the principal.

    A step is open when it is allowed on a resource of a name that the template does not have: who may
    rewrite one certain role is not reported here. The resource's policy is taken to leave it to the account.
    """
    granted = _Granted(policies)
    alone = Policies(policies.identity, policies.boundary, (_leaves_it_to(principal.account),))
    found = []
    for path in PATHS:
        if not all(any(map(granted.may_cover, step)) for step in path.steps):
            continue
        steps = (*path.steps, ("iam:PassRole",)) if path.passes_role_to else path.steps
        taken = [_first_allowed(step, path, principal, alone) for step in steps]
        open_steps = [step for step in taken if step is not None]
        if len(open_steps) == len(steps):
            statements = dict.fromkeys(one for _, by in open_steps for one in by)
            found.append(Escalation(path, tuple(action for action, _ in open_steps), tuple(statements)))
    return tuple(found)


class _Granted:
    """Which actions the identity policies mention at all: most roles are far from most ways."""

    def __init__(self, policies: Policies) -> None:
        elements = [one.action for one in policies.identity_layer.allows]
        self._open = any(element is None or element.negated for element in elements)
        texts = {text.lower() for element in elements if element is not None for text in element.texts}
        self._globs = [glob(text) for text in texts if is_opaque(text) or set(text) & set("*?")]
        self._exact = texts

    def may_cover(self, action: str) -> bool:
        """Whether a statement may be about the action."""
        lowered = action.lower()
        if self._open or lowered in self._exact:
            return True
        return any(each.matches(lowered) is not Truth.NO for each in self._globs)


def _leaves_it_to(account: str) -> Policy:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": {"AWS": account}}
    return read_policy({"Statement": statement}, name="account", attachment=Attachment.RESOURCE)


def _first_allowed(
    step: tuple[str, ...], path: Path, principal: Principal, policies: Policies
) -> tuple[str, tuple[Statement, ...]] | None:
    for action in step:
        known = action_named(action)
        arn = known.arns[0] if known and known.arns else "*"
        context = Context.of({"iam:PassedToService": path.passes_role_to}, complete=False)
        request = Request(principal, action, filled(arn, principal.account, ANOTHER), context)
        decision = evaluate(request, policies)
        if decision.verdict is Verdict.ALLOW:
            own = (one for one in decision.statements if one.attachment is Attachment.IDENTITY)
            return action, tuple(own)
    return None
