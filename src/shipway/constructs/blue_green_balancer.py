"""The load balancer in front of blue and green."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from constructs import Construct
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.constructs.network import Network

PRODUCTION_PORT = 80
TEST_PORT = 8080


class BlueGreenBalancer(Construct):
    """An application load balancer with a production and a test listener and two ``ip`` target groups.

    Blue stands on the production listener (port 80) and green on the test listener (port 8080) until
    CodeDeploy moves them.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names balancer and target groups.
        network: Where it stands.
        target_port: The port that tasks listen on.
        health_check_path: The path that tells whether a task is healthy.
        test_traffic_from: Who may reach the test listener (default: the VPC only).
        deregistration_delay_seconds: How long a task that leaves may finish its requests (default 30).

    Attributes:
        load_balancer: The balancer.
        blue: The target group on the production listener at first.
        green: The other target group.
        production_listener: Port 80.
        test_listener: Port 8080.

    Raises:
        InputError: The health check's path does not start with a slash.
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
        test_traffic_from: Sequence[ec2.IPeer] | None = None,
        deregistration_delay_seconds: int = 30,
    ) -> None:
        super().__init__(scope, construct_id)
        if not health_check_path.startswith("/"):
            raise InputError(
                "health_check_path must start with a slash",
                value=repr(health_check_path),
                remedy='Use e.g. "/health"',
            )
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
        self.production_listener = self.load_balancer.add_listener(
            "Production",
            port=PRODUCTION_PORT,
            protocol=elbv2.ApplicationProtocol.HTTP,
            open=True,
            default_target_groups=[self.blue],
        )
        self.test_listener = self.load_balancer.add_listener(
            "Test",
            port=TEST_PORT,
            protocol=elbv2.ApplicationProtocol.HTTP,
            open=False,  # what is being tested is not public
            default_target_groups=[self.green],
        )
        testers = test_traffic_from or (ec2.Peer.ipv4(network.vpc.vpc_cidr_block),)
        for peer in testers:
            self.load_balancer.connections.allow_from(peer, ec2.Port.tcp(TEST_PORT), "Test traffic")
