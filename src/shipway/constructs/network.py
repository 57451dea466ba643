"""The network that the service runs in."""

from __future__ import annotations

from enum import Enum

from aws_cdk import Fn
from aws_cdk import aws_ec2 as ec2

from constructs import Construct
from shipway.constructs.findings import acknowledge
from shipway.model.naming import Kind, Naming

_ZONES = 2


class Egress(Enum):
    """How tasks in private subnets reach what is outside.

    ``NAT_PER_ZONE`` survives the loss of a zone and costs one NAT gateway each; ``ONE_NAT`` is cheaper and
    does not; ``ENDPOINTS`` has no way to the internet at all, only to ECR, CloudWatch Logs and S3.
    """

    NAT_PER_ZONE = "NAT_PER_ZONE"
    ONE_NAT = "ONE_NAT"
    ENDPOINTS = "ENDPOINTS"


class Network(Construct):
    """A VPC over two zones: the balancer in public subnets, tasks in private ones.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names the VPC.
        egress: How tasks reach what is outside (default: a NAT gateway per zone).

    Attributes:
        vpc: The VPC.
        egress: As given.
        task_subnets: Where tasks run.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, naming: Naming, egress: Egress = Egress.NAT_PER_ZONE
    ) -> None:
        super().__init__(scope, construct_id)
        self.egress = egress
        isolated = egress is Egress.ENDPOINTS
        private = ec2.SubnetType.PRIVATE_ISOLATED if isolated else ec2.SubnetType.PRIVATE_WITH_EGRESS
        gateways = {Egress.NAT_PER_ZONE: _ZONES, Egress.ONE_NAT: 1, Egress.ENDPOINTS: 0}[egress]
        self.task_subnets = ec2.SubnetSelection(subnet_type=private)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            vpc_name=naming.name(Kind.NETWORK, "network"),
            # Left to the CDK, a stack with an account would have zones named "dummy1a" until a lookup.
            availability_zones=[Fn.select(zone, Fn.get_azs()) for zone in range(_ZONES)],
            nat_gateways=gateways,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=24),
                ec2.SubnetConfiguration(name="tasks", subnet_type=private, cidr_mask=24),
            ],
            # ECR keeps image layers in S3: by the (free) gateway they do not pass a NAT gateway that bills
            # them.
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)
            },
            # Emptying the default group takes a Lambda function with a role of its own; nothing here uses it.
            restrict_default_security_group=False,
        )
        acknowledge(self.vpc, "VPC7", "Flow logs are billed by size; vpc.add_flow_log() turns them on")
        if isolated:
            self._reach_aws()

    def _reach_aws(self) -> None:
        service = ec2.InterfaceVpcEndpointAwsService
        for name, endpoint in (
            ("EcrApi", service.ECR),
            ("EcrDocker", service.ECR_DOCKER),
            ("Logs", service.CLOUDWATCH_LOGS),
        ):
            self.vpc.add_interface_endpoint(name, service=endpoint, subnets=self.task_subnets)
