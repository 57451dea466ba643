"""What every group of ELBv2's operations shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.kernel import Kernel, Service
from shipway.localcloud.wire import Caller, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.balancer.balancer import Balancer
    from shipway.localcloud.services.elbv2.store import Item, Store


class Part(Service):
    """Operations that work on one store and one data plane."""

    def __init__(self, kernel: Kernel, store: Store, balancer: Balancer) -> None:
        super().__init__(kernel)
        self.store = store
        self.balancer = balancer

    @staticmethod
    def mine(items: Mapping[str, Item], caller: Caller) -> list[Item]:
        """The items of the caller's account and region."""
        prefix = caller.arn("elasticloadbalancing", "")
        return [item for arn, item in items.items() if arn.startswith(prefix)]

    def subnets(self, subnet_ids: list[str], caller: Caller) -> list[dict[str, Any]]:
        """What EC2 knows of subnets, or AWS's SubnetNotFound."""
        if not subnet_ids or caller.account != self.kernel.account:
            return []  # another account's EC2 cannot be asked from here
        try:
            answer = self.kernel.clients.client("ec2").describe_subnets(SubnetIds=subnet_ids)
        except ClientError as error:
            raise ServiceError("SubnetNotFound", error.response["Error"]["Message"]) from error
        return list(answer["Subnets"])

    def attribute_list(self, arn: str) -> list[Item]:
        """A resource's attributes in the API's shape."""
        return [{"Key": key, "Value": value} for key, value in self.store.attributes.get(arn, {}).items()]

    def modify_attribute_list(self, arn: str, changes: list[Item]) -> list[Item]:
        """Change attributes and give them back in the API's shape."""
        with self.store.lock:
            for change in changes:
                self.store.attributes[arn][change["Key"]] = change.get("Value", "")
            self.store.changed()
            return self.attribute_list(arn)
