"""The pipeline as a graph. Rules ask it in sentences: ``graph.rules_that_start(pipeline)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.alerts import EventRule, EventTarget, Subscription, Topic, TopicPolicy
from shipway.model.balancer import Forward, Listener, ListenerRule, TargetGroup
from shipway.model.function import Function
from shipway.model.graph_core import Edge, Graph
from shipway.model.identity import AttachedPolicy, ManagedPolicy, Role, Statement
from shipway.model.logs import LogGroup
from shipway.model.network import PortRule, SecurityGroup, SecurityGroupRule
from shipway.model.node import Relation
from shipway.model.pipeline import Action, Pipeline, Webhook
from shipway.model.project import Project
from shipway.model.release import DeploymentGroup, EcsTarget
from shipway.model.service import Container, Service
from shipway.model.storage import Key, KeyAlias
from shipway.model.text import Text, Token, TokenKind
from shipway.model.value import Unresolved, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.node import Node
    from shipway.model.resource import Resource

__all__ = ["Edge", "PipelineGraph"]


class PipelineGraph(Graph):
    """Everything that the given templates declare, in one reading of their parameters.

    A query that answers with one node answers ``None`` when the property that would name it is absent, and
    ``Unresolved`` when it names something that cannot be seen or is declared in no given template.
    """

    # -- pipelines ---------------------------------------------------------------------------------

    @property
    def pipelines(self) -> tuple[Pipeline, ...]:
        """All pipelines."""
        return self.all(Pipeline)

    def pipeline_of(self, action: Action) -> Pipeline | None:
        """The pipeline that an action belongs to."""
        return self.enclosing(action, Pipeline)

    def actions_that_use(self, node: Node) -> tuple[Action, ...]:
        """The actions that name a project, a deployment group, a service, a function or a repository."""
        return tuple(
            dict.fromkeys(edge.source for edge in self.edges_to(node) if isinstance(edge.source, Action))
        )

    def project_of(self, action: Action) -> Project | Unresolved | None:
        """What an action builds with."""
        return self.find(action.configuration.get("ProjectName"), Project)

    def deployment_group_of(self, action: Action) -> DeploymentGroup | Unresolved | None:
        """What an action deploys with."""
        return self.find(action.configuration.get("DeploymentGroupName"), DeploymentGroup)

    def rules_that_start(self, pipeline: Pipeline) -> tuple[EventRule, ...]:
        """The event rules that have the pipeline as a target, enabled or not."""
        targets = self.users(pipeline, Relation.NOTIFIES, EventTarget)
        rules = (self.enclosing(target, EventRule) for target in targets)
        return tuple(dict.fromkeys(rule for rule in rules if rule is not None))

    def webhooks_of(self, pipeline: Pipeline) -> tuple[Webhook, ...]:
        """The webhooks that start the pipeline."""
        return self.users(pipeline, Relation.STARTS, Webhook)

    def rules_on(self, source: str) -> tuple[EventRule, ...]:
        """The event rules whose pattern is known to admit events of a source such as ``aws.codepipeline``."""
        return tuple(
            rule
            for rule in self.all(EventRule)
            if rule.pattern is not None
            and rule.pattern.allowed("source") is not None
            and rule.pattern.admits(source, "source")
        )

    # -- releases ----------------------------------------------------------------------------------

    def services_of(self, group: DeploymentGroup) -> tuple[Service, ...]:
        """The services that a deployment group replaces; those that can be seen."""
        found = (self.find(target.service, Service) for target in group.services)
        return tuple(service for service in found if isinstance(service, Service))

    def groups_that_deploy(self, service: Service) -> tuple[DeploymentGroup, ...]:
        """The deployment groups that replace a service."""
        targets = self.users(service, Relation.DEPLOYS_TO, EcsTarget)
        groups = (self.enclosing(target, DeploymentGroup) for target in targets)
        return tuple(dict.fromkeys(group for group in groups if group is not None))

    def service_deployed_by(self, action: Action) -> Service | Unresolved | None:
        """The service that an ECS or CodeDeployToECS action deploys."""
        if "ServiceName" in action.configuration:
            return self.find(action.configuration["ServiceName"], Service)
        group = self.deployment_group_of(action)
        if not isinstance(group, DeploymentGroup):
            return group
        for target in group.services:
            return self.find(target.service, Service)
        return None

    def listeners_that_send_to(self, group: TargetGroup) -> tuple[Listener | ListenerRule, ...]:
        """The listeners and listener rules that forward to a target group."""
        forwards = self.users(group, Relation.SENDS_TO, Forward)
        found = (
            self.enclosing(forward, Listener) or self.enclosing(forward, ListenerRule) for forward in forwards
        )
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def inbound_rules_of(self, group: SecurityGroup) -> tuple[PortRule, ...]:
        """The rules that let traffic into a security group, its own and those attached to it."""
        attached = self.users(group, Relation.ATTACHED_TO, SecurityGroupRule)
        return (*group.ingress, *(each.rule for each in attached if each.rule.inbound))

    # -- permissions -------------------------------------------------------------------------------

    def role_of(self, node: Node) -> Role | Unresolved | None:
        """The role that a pipeline, an action, a project, a deployment group or a function runs as.

        A task definition has two: ask ``find(task.task_role, Role)``.
        """
        for edge in self.edges_from(node, Relation.RUNS_AS):
            return edge.target if isinstance(edge.target, (Role, Unresolved)) else None
        return None

    def statements_of(self, role: Role) -> Iterator[Statement]:
        """Every statement that the given templates attach to a role; AWS's managed policies are not seen."""
        for policy in role.policies:
            yield from policy.document.statements
        attached: dict[AttachedPolicy | ManagedPolicy, None] = {}
        for kind in (AttachedPolicy, ManagedPolicy):
            attached.update(dict.fromkeys(self.users(role, Relation.ATTACHED_TO, kind)))
        attached.update(dict.fromkeys(self.targets(role, Relation.GUARDED_BY, ManagedPolicy)))
        for each in attached:
            yield from each.document.statements

    def key_of(self, node: Node) -> Key | Unresolved | None:
        """The customer managed key that encrypts a bucket, a topic, a log group, a secret or a repository."""
        for edge in self.edges_from(node, Relation.ENCRYPTED_WITH):
            target = edge.target
            if isinstance(target, KeyAlias):
                return self.find(target.target, Key)
            return target if isinstance(target, (Key, Unresolved)) else None
        return None

    # -- logs and alerts ---------------------------------------------------------------------------

    def log_group_of(self, writer: Project | Function | Container) -> LogGroup | Unresolved | None:
        """The log group that something writes to: the one it names, or the one AWS names after it.

        None when no given template declares that one: AWS makes it, without retention.
        """
        if writer.log_group is not None:
            return self.find(writer.log_group, LogGroup)
        match writer:
            case Project():
                return self._log_group_named_after(writer, "/aws/codebuild/")
            case Function():
                return self._log_group_named_after(writer, "/aws/lambda/")
        return None

    def _log_group_named_after(self, resource: Resource, prefix: str) -> LogGroup | None:
        reference = Token(TokenKind.RESOURCE, resource.logical_id, stack=resource.stack)
        names = [(reference,), text_of(resource.name).parts]
        for parts in names:
            found = self.directory.named(Text.of((prefix, *parts)), LogGroup.__name__)
            if isinstance(found, LogGroup):
                return found
        return None

    def subscriptions_of(self, topic: Topic) -> tuple[Subscription, ...]:
        """The subscriptions that are resources of their own; a topic may hold others inside."""
        return self.users(topic, Relation.ATTACHED_TO, Subscription)

    def policies_of(self, topic: Topic) -> tuple[TopicPolicy, ...]:
        """The topic policies that are attached to a topic."""
        return self.users(topic, Relation.ATTACHED_TO, TopicPolicy)

    def publishers_of(self, topic: Topic) -> tuple[Node, ...]:
        """Who is told to publish to a topic: alarms, event rules, notification rules, approvals."""
        found = (edge.source for edge in self.edges_to(topic, Relation.NOTIFIES))
        return tuple(dict.fromkeys(self.enclosing(node, EventRule) or node for node in found))
