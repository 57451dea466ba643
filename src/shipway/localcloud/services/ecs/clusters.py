"""Operations on clusters."""

from __future__ import annotations

from shipway.localcloud.services.ecs import render
from shipway.localcloud.services.ecs.part import Part
from shipway.localcloud.services.ecs.records import ACTIVE, INACTIVE, Cluster, Status
from shipway.localcloud.services.ecs.state import check_name
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation


class Clusters(Part):
    """CreateCluster and what goes with it."""

    @operation("CreateCluster")
    def create(self, request: Request, caller: Caller) -> Response:
        """Make a cluster; one that is there already is given back, as on AWS."""
        name = request.get("clusterName", "default")
        check_name(name, "Cluster")
        with self.state.lock:
            arn = caller.arn("ecs", f"cluster/{name}")
            found = self.state.clusters.get(arn)
            if found is None or found.status == INACTIVE:
                found = self.state.clusters[arn] = Cluster(
                    arn,
                    name,
                    settings=request.get("settings", [{"name": "containerInsights", "value": "disabled"}]),
                    configuration=request.get("configuration", {}),
                    capacity_providers=request.get("capacityProviders", []),
                    default_strategy=request.get("defaultCapacityProviderStrategy", []),
                )
                self.state.set_tags(arn, request)
            return {"cluster": render.cluster(found, self.state)}

    @operation("DescribeClusters")
    def describe(self, request: Request, caller: Caller) -> Response:
        """Tell clusters, ``default`` when none is named."""
        with self.state.lock:
            found, failures = [], []
            for given in request.get("clusters") or ["default"]:
                arn = caller.arn("ecs", f"cluster/{given.rpartition('/')[2]}")
                if arn in self.state.clusters:
                    found.append(render.cluster(self.state.clusters[arn], self.state))
                else:
                    failures.append({"arn": arn, "reason": "MISSING"})
            return {"clusters": found, "failures": failures}

    @operation("ListClusters")
    def listed(self, _request: Request, caller: Caller) -> Response:
        """Tell the ARNs of the clusters that are not deleted."""
        prefix = caller.arn("ecs", "cluster/")
        with self.state.lock:
            arns = [item.arn for item in self.state.clusters.values() if item.status == ACTIVE]
            return {"clusterArns": [arn for arn in arns if arn.startswith(prefix)]}

    @operation("UpdateCluster")
    def update(self, request: Request, caller: Caller) -> Response:
        """Change settings or configuration."""
        with self.state.lock:
            item = self.state.cluster(request["cluster"], caller)
            item.settings = request.get("settings", item.settings)
            item.configuration = request.get("configuration", item.configuration)
            return {"cluster": render.cluster(item, self.state)}

    @operation("UpdateClusterSettings")
    def update_settings(self, request: Request, caller: Caller) -> Response:
        """Change settings."""
        return self.update(request, caller)

    @operation("PutClusterCapacityProviders")
    def put_capacity_providers(self, request: Request, caller: Caller) -> Response:
        """Replace the capacity providers; what runs is Fargate in any case."""
        with self.state.lock:
            item = self.state.cluster(request["cluster"], caller)
            item.capacity_providers = request["capacityProviders"]
            item.default_strategy = request["defaultCapacityProviderStrategy"]
            return {"cluster": render.cluster(item, self.state)}

    @operation("DeleteCluster")
    def delete(self, request: Request, caller: Caller) -> Response:
        """Delete a cluster in which nothing is left."""
        with self.state.lock:
            item = self.state.cluster(request["cluster"], caller)
            if any(each.cluster is item and each.status != INACTIVE for each in self.state.services.values()):
                raise ServiceError(
                    "ClusterContainsServicesException",
                    "The Cluster cannot be deleted while Services are active.",
                )
            if any(
                task.cluster is item and task.status is not Status.STOPPED
                for task in self.state.tasks.values()
            ):
                raise ServiceError(
                    "ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active."
                )
            item.status = INACTIVE
            return {"cluster": render.cluster(item, self.state)}
