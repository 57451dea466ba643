"""Tags on everything of ECS that has an ARN, and account settings."""

from __future__ import annotations

from shipway.localcloud.services.ecs.part import Part
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation


class Tagging(Part):
    """TagResource, UntagResource, ListTagsForResource."""

    @operation("TagResource")
    def tag(self, request: Request, _caller: Caller) -> None:
        """Set tags."""
        with self.state.lock:
            for tag in request["tags"]:
                self._tags(request["resourceArn"])[tag["key"]] = tag.get("value", "")

    @operation("UntagResource")
    def untag(self, request: Request, _caller: Caller) -> None:
        """Remove tags by key."""
        with self.state.lock:
            for key in request["tagKeys"]:
                self._tags(request["resourceArn"]).pop(key, None)

    @operation("ListTagsForResource")
    def listed(self, request: Request, _caller: Caller) -> Response:
        """Tell tags."""
        with self.state.lock:
            self._tags(request["resourceArn"])
            return {"tags": self.state.told_tags(request["resourceArn"])}

    def _tags(self, arn: str) -> dict[str, str]:
        try:
            return self.state.tags[arn]
        except KeyError:
            raise ServiceError("InvalidParameterException", "The specified resource is not found.") from None
