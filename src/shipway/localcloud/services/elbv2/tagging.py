"""Tags on everything that has an ARN."""

from __future__ import annotations

from shipway.localcloud.services.elbv2.part import Part
from shipway.localcloud.services.elbv2.store import tags_of
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation


class Tagging(Part):
    """AddTags, RemoveTags, DescribeTags."""

    @operation("AddTags")
    def add(self, request: Request, _caller: Caller) -> None:
        """Set tags."""
        with self.store.lock:
            for arn in request["ResourceArns"]:
                self._tags(arn).update(tags_of(request))

    @operation("RemoveTags")
    def remove(self, request: Request, _caller: Caller) -> None:
        """Remove tags by key."""
        with self.store.lock:
            for arn in request["ResourceArns"]:
                for key in request["TagKeys"]:
                    self._tags(arn).pop(key, None)

    @operation("DescribeTags")
    def describe(self, request: Request, _caller: Caller) -> Response:
        """Tell tags."""
        with self.store.lock:
            return {
                "TagDescriptions": [
                    {
                        "ResourceArn": arn,
                        "Tags": [{"Key": key, "Value": value} for key, value in self._tags(arn).items()],
                    }
                    for arn in request["ResourceArns"]
                ]
            }

    def _tags(self, arn: str) -> dict[str, str]:
        try:
            return self.store.tags[arn]
        except KeyError:
            raise ServiceError("LoadBalancerNotFound", f"The resource '{arn}' does not exist") from None
