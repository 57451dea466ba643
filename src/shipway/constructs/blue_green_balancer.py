"""The load balancer in front of blue and green."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar, cast

from aws_cdk import CfnResource, Duration, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from constructs import Construct
from shipway.constructs.deploy_stage import Engine
from shipway.constructs.findings import acknowledge
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.constructs.network import Network

HTTP_PORT = 80
HTTPS_PORT = 443
TEST_PORT = 8080
_R = TypeVar("_R", bound=CfnResource)
_CERTIFICATE = re.compile(r"arn:[\w-]+:acm:(?P<region>[\w-]+):\d{12}:certificate/[\w-]+")


class BlueGreenBalancer(Construct):
    """An application load balancer with a production and a test listener and two ``ip`` target groups.

    Under CodeDeploy, blue stands on the production listener and green on the test listener (port 8080) until
    CodeDeploy moves them. Under ECS, each listener has one rule on which both groups stand, and ECS moves
    their weights.

    What a listener and its rule say in the template never depends on anything but the certificate and the
    target groups: CloudFormation leaves a resource alone whose text is unchanged, so an update of the stack
    after a shift does not send traffic back (aws-cdk issue 36649).

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names balancer and target groups.
        network: Where it stands.
        target_port: The port that tasks listen on.
        health_check_path: The path that tells whether a task is healthy.
        engine: Who moves traffic (default: CodeDeploy).
        certificate_arn: A certificate of ACM in the stack's region. Production is then HTTPS on port 443,
            port 80 redirects to it, and the test listener is HTTPS, too (default: HTTP on port 80).
        test_traffic_from: Who may reach the test listener (default: the VPC only).
        deregistration_delay_seconds: How long a task that leaves may finish its requests (default 30).

    Attributes:
        load_balancer: The balancer.
        blue: The target group on the production listener at first.
        green: The other target group.
        production_listener: Port 80, or 443 with a certificate.
        test_listener: Port 8080.
        production_rule: Under ECS, the rule whose weights ECS moves; else None.
        test_rule: Likewise of the test listener.
        production_url: Where the service answers.
        test_url: Where its next version answers before the shift.

    Raises:
        InputError: The health check's path does not start with a slash, or the certificate cannot be used.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        network: Network,
        target_port: int,
        health_check_path: str,
        engine: Engine = Engine.CODE_DEPLOY,
        certificate_arn: str | None = None,
        test_traffic_from: Sequence[ec2.IPeer] | None = None,
        deregistration_delay_seconds: int = 30,
    ) -> None:
        super().__init__(scope, construct_id)
        _require_path(health_check_path)
        if certificate_arn is not None:
            _require_certificate_of_region(certificate_arn, Stack.of(self).region)
        self._certificate_arn = certificate_arn
        self._engine = engine
        self.load_balancer = elbv2.ApplicationLoadBalancer(
            self,
            "LoadBalancer",
            load_balancer_name=naming.name(Kind.LOAD_BALANCER, "lb"),
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
            internet_facing=True,
            drop_invalid_header_fields=True,
            deletion_protection=False,  # data is what a protected environment keeps, and here is none
        )
        acknowledge(
            self.load_balancer,
            "ELB2",
            "Access logs need a bucket of the account's; load_balancer.log_access_logs(bucket) turns them on",
        )
        acknowledge(self.load_balancer, "EC23", "The service is public: its production listener is open")
        self.blue, self.green = (
            elbv2.ApplicationTargetGroup(
                self,
                colour.title(),
                target_group_name=naming.name(Kind.TARGET_GROUP, colour),
                vpc=network.vpc,
                port=target_port,
                protocol=elbv2.ApplicationProtocol.HTTP,
                target_type=elbv2.TargetType.IP,  # tasks in awsvpc mode have addresses, not instances
                deregistration_delay=Duration.seconds(deregistration_delay_seconds),
                health_check=elbv2.HealthCheck(
                    path=health_check_path,
                    healthy_http_codes="200",
                    interval=Duration.seconds(10),
                    timeout=Duration.seconds(5),
                    healthy_threshold_count=2,
                    unhealthy_threshold_count=3,
                ),
            )
            for colour in ("blue", "green")
        )
        self.production_listener = self._listener(
            "Production", HTTPS_PORT if certificate_arn else HTTP_PORT, self.blue, is_open=True
        )
        # What is being tested is not public.
        self.test_listener = self._listener("Test", TEST_PORT, self.green, is_open=False)
        self.production_rule = self._rule("Production", self.production_listener)
        self.test_rule = self._rule("Test", self.test_listener)
        testers = test_traffic_from or (ec2.Peer.ipv4(network.vpc.vpc_cidr_block),)
        for peer in testers:
            self.load_balancer.connections.allow_from(peer, ec2.Port.tcp(TEST_PORT), "Test traffic")
        if certificate_arn:
            self._redirect()
        scheme = "https" if certificate_arn else "http"
        self.production_url = f"{scheme}://{self.load_balancer.load_balancer_dns_name}"
        self.test_url = f"{self.production_url}:{TEST_PORT}"

    def _listener(
        self, name: str, port: int, group: elbv2.ApplicationTargetGroup, *, is_open: bool
    ) -> elbv2.ApplicationListener:
        secure = self._certificate_arn is not None
        protocol = elbv2.ApplicationProtocol.HTTPS if secure else elbv2.ApplicationProtocol.HTTP
        listener = self.load_balancer.add_listener(
            name,
            port=port,
            protocol=protocol,
            open=is_open,
            certificates=[elbv2.ListenerCertificate.from_arn(self._certificate_arn)]
            if self._certificate_arn
            else None,
            ssl_policy=elbv2.SslPolicy.TLS13_RES if secure else None,
            default_target_groups=[group],
        )
        _without_tags(cast("elbv2.CfnListener", listener.node.default_child))
        return listener

    def _rule(self, name: str, listener: elbv2.ApplicationListener) -> elbv2.CfnListenerRule | None:
        if self._engine is Engine.CODE_DEPLOY:
            return None
        # ECS moves the weights of a rule, and the default action of a listener has no name to give it. The
        # rule takes every request; the default action forwards as well, because a listener that mixes
        # forwarding with other actions makes the deployment fail.
        rule = elbv2.CfnListenerRule
        return _without_tags(
            rule(
                self,
                f"{name}Rule",
                listener_arn=listener.listener_arn,
                priority=1,
                conditions=[
                    rule.RuleConditionProperty(
                        field="path-pattern",
                        path_pattern_config=rule.PathPatternConfigProperty(values=["/*"]),
                    )
                ],
                # A deployment rolls back unless both groups stand here, even if one of them gets nothing:
                # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
                actions=[
                    rule.ActionProperty(
                        type="forward",
                        forward_config=rule.ForwardConfigProperty(
                            target_groups=[
                                rule.TargetGroupTupleProperty(
                                    target_group_arn=group.target_group_arn, weight=weight
                                )
                                for group, weight in ((self.blue, 1), (self.green, 0))
                            ]
                        ),
                    )
                ],
            )
        )

    def _redirect(self) -> None:
        redirect = self.load_balancer.add_listener(
            "Redirect",
            port=HTTP_PORT,
            protocol=elbv2.ApplicationProtocol.HTTP,
            open=True,
            default_action=elbv2.ListenerAction.redirect(
                protocol="HTTPS", port=str(HTTPS_PORT), permanent=True
            ),
        )
        # A stack that gets its certificate later must move production off port 80 before this takes it.
        redirect.node.add_dependency(self.production_listener)


def _without_tags(resource: _R) -> _R:
    # A tag that the stack gets later would be an update of the listener, and so of its target groups.
    resource.add_property_deletion_override("Tags")
    return resource


def _require_path(path: str) -> None:
    if not path.startswith("/"):
        raise InputError(
            "health_check_path must start with a slash",
            value=repr(path),
            remedy='Use e.g. "/health"',
        )


def _require_certificate_of_region(arn: str, region: str) -> None:
    if Token.is_unresolved(arn):
        return
    found = _CERTIFICATE.fullmatch(arn)
    if found is None:
        raise InputError(
            "the certificate must be the ARN of a certificate in ACM",
            where="certificate_arn",
            value=arn,
            remedy="Use e.g. arn:aws:acm:eu-west-1:123456789012:certificate/...",
        )
    if not Token.is_unresolved(region) and found["region"] != region:
        raise InputError(
            f"a load balancer in {region} takes only a certificate of {region}",
            where="certificate_arn",
            value=arn,
            remedy=f"Request or import the certificate in {region}",
        )
