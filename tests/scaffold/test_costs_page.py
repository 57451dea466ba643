"""docs/costs.md counts what the default stack really holds, and adds up."""

from pathlib import Path

from shipway.constructs import App, BlueGreenPipeline, Stack

from aws_cdk.assertions import Template  # isort: skip - shipway chooses the Node.js first

PAGE = (Path(__file__).parents[2] / "docs" / "costs.md").read_text(encoding="utf-8")
HOURS = 730


def test_the_standing_costs_are_those_of_the_default_stack():
    stack = Stack(App(), "web-dev")
    BlueGreenPipeline(stack, "Web", service="web", alert_emails=["team@example.com"])
    template = Template.from_stack(stack)

    def count(kind: str) -> int:
        return len(template.find_resources(kind))

    (task,) = template.find_resources("AWS::ECS::TaskDefinition").values()
    (service,) = template.find_resources("AWS::ECS::Service").values()
    (balancer,) = template.find_resources("AWS::ElasticLoadBalancingV2::LoadBalancer").values()
    cpu, memory = int(task["Properties"]["Cpu"]) / 1024, int(task["Properties"]["Memory"]) / 1024
    addresses = count("AWS::EC2::EIP") + len(balancer["Properties"]["Subnets"])
    costs = {
        "NAT gateways": count("AWS::EC2::NatGateway") * 0.045 * HOURS,
        "Fargate tasks": service["Properties"]["DesiredCount"] * (cpu * 0.04048 + memory * 0.004445) * HOURS,
        "application load balancer": count("AWS::ElasticLoadBalancingV2::LoadBalancer") * 0.0225 * HOURS,
        "public IPv4 addresses": addresses * 0.005 * HOURS,
        "alarms": count("AWS::CloudWatch::Alarm") * 0.10,
    }
    for what, cost in costs.items():
        (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| {what}"))
        assert abs(float(row.split("$")[-1].strip(" |")) - cost) < 0.01, what
    total = float(PAGE.split("| **together** | | | **$")[1].split("**")[0])
    assert abs(total - sum(costs.values())) < 0.01
    assert count("AWS::KMS::Key") == count("AWS::CloudWatch::Dashboard") == 0
