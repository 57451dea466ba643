"""The metrics that alarms watch, and those that AWS publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shipway.model.alerts import Alarm
    from shipway.model.location import Location
    from shipway.model.value import Value


class Measured(NamedTuple):
    """One metric of an alarm."""

    namespace: str | None
    metric: str | None
    dimensions: Mapping[str, Value[str]]
    dimensions_seen: bool
    at_metric: Location
    at_dimensions: Location


def measured(alarm: Alarm) -> Iterator[Measured]:
    """The metrics of an alarm: the one that it watches, or those of its expression."""
    if alarm.metric is not None:
        yield Measured(
            known(alarm.namespace),
            known(alarm.metric),
            alarm.dimensions,
            alarm.dimensions_seen,
            alarm.at("MetricName"),
            alarm.at("Dimensions"),
        )
    index = 0
    while alarm.properties.has("Metrics", index):
        path = ("Metrics", index, "MetricStat", "Metric")
        if alarm.properties.has(*path):
            yield _of_expression(alarm, path)
        index += 1


def _of_expression(alarm: Alarm, path: tuple[str | int, ...]) -> Measured:
    properties = alarm.properties
    dimensions: dict[str, Value[str]] = {}
    index, seen = 0, not isinstance(properties.tree(*path, "Dimensions"), Unresolved)
    while seen and properties.has(*path, "Dimensions", index):
        name = known(properties.text(*path, "Dimensions", index, "Name"))
        value = properties.text(*path, "Dimensions", index, "Value")
        if name is None or value is None:
            seen = False
            break
        dimensions[name] = value
        index += 1
    return Measured(
        known(properties.text(*path, "Namespace")),
        known(properties.text(*path, "MetricName")),
        dimensions,
        seen,
        alarm.at(*path, "MetricName"),
        alarm.at(*path, "Dimensions"),
    )


# https://docs.aws.amazon.com/codepipeline/latest/userguide/metrics-dimensions.html
# https://docs.aws.amazon.com/codebuild/latest/userguide/cloudwatch_metrics-codebuild.html
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
PUBLISHED: dict[str, frozenset[str]] = {
    "AWS/CodePipeline": frozenset({"FailedPipelineExecutions", "PipelineDuration"}),
    "AWS/CodeDeploy": frozenset(),  # there is no such namespace
    "AWS/CodeBuild": frozenset(
        {
            *("Builds", "Duration", "FailedBuilds", "SucceededBuilds", "BuildDuration"),
            *("DownloadSourceDuration", "FinalizingDuration", "InstallDuration", "PostBuildDuration"),
            *("PreBuildDuration", "ProvisioningDuration", "QueuedDuration", "SubmittedDuration"),
            *("UploadArtifactsDuration", "CPUUtilized", "CPUUtilizedPercent", "MemoryUtilized"),
            *("MemoryUtilizedPercent", "StorageReadBytes", "StorageWriteBytes"),
        }
    ),
    "AWS/ECS": frozenset(
        {
            *("CPUReservation", "CPUUtilization", "MemoryReservation", "MemoryUtilization"),
            *("GPUReservation", "GPUUtilization", "EBSFilesystemUtilization", "ActiveConnectionCount"),
            *("NewConnectionCount", "ProcessedBytes", "RequestCount", "GrpcRequestCount"),
            *("HTTPCode_Target_2XX_Count", "HTTPCode_Target_3XX_Count", "HTTPCode_Target_4XX_Count"),
            *("HTTPCode_Target_5XX_Count", "RequestCountPerTarget", "TargetProcessedBytes"),
            *("TargetResponseTime", "ClientTLSNegotiationErrorCount", "TargetTLSNegotiationErrorCount"),
        }
    ),
    "ECS/ContainerInsights": frozenset(
        {
            *("ContainerCpuUtilized", "ContainerMemoryUtilized", "CpuReserved", "CpuUtilized"),
            *("ContainerInstanceCount", "DeploymentCount", "DesiredTaskCount", "EphemeralStorageReserved"),
            *("EphemeralStorageUtilized", "MemoryReserved", "MemoryUtilized", "NetworkRxBytes"),
            *("NetworkTxBytes", "PendingTaskCount", "RestartCount", "RunningTaskCount", "ServiceCount"),
            *("StorageReadBytes", "StorageWriteBytes", "TaskCount", "TaskSetCount"),
            *("TaskCpuUtilization", "TaskMemoryUtilization", "ContainerCpuUtilization"),
            "ContainerMemoryUtilization",
        }
    ),
    "AWS/ApplicationELB": frozenset(
        {
            *("ActiveConnectionCount", "AnomalousHostCount", "ClientTLSNegotiationErrorCount"),
            *("ConsumedLCUs", "DesyncMitigationMode_NonCompliant_Request_Count"),
            *("DroppedInvalidHeaderRequestCount", "ELBAuthError", "ELBAuthFailure", "ELBAuthLatency"),
            *("ELBAuthRefreshTokenSuccess", "ELBAuthSuccess", "ELBAuthUserClaimsSizeExceeded"),
            *("ForwardedInvalidHeaderRequestCount", "GrpcRequestCount", "HTTPCode_ELB_3XX_Count"),
            *("HTTPCode_ELB_4XX_Count", "HTTPCode_ELB_500_Count", "HTTPCode_ELB_502_Count"),
            *("HTTPCode_ELB_503_Count", "HTTPCode_ELB_504_Count", "HTTPCode_ELB_5XX_Count"),
            *("HTTPCode_Target_2XX_Count", "HTTPCode_Target_3XX_Count", "HTTPCode_Target_4XX_Count"),
            *("HTTPCode_Target_5XX_Count", "HTTP_Fixed_Response_Count", "HTTP_Redirect_Count"),
            *("HTTP_Redirect_Url_Limit_Exceeded_Count", "HealthyHostCount", "HealthyStateDNS"),
            *("HealthyStateRouting", "IPv6ProcessedBytes", "IPv6RequestCount", "LambdaInternalError"),
            *("LambdaTargetProcessedBytes", "LambdaUserError", "LowReputationPacketsDropped"),
            *("LowReputationRequestsDenied", "MitigatedHostCount", "NewConnectionCount"),
            *("NonStickyRequestCount", "PeakLCUs", "ProcessedBytes", "RejectedConnectionCount"),
            *("RequestCount", "RequestCountPerTarget", "ReservedLCUs", "RuleEvaluations"),
            *("TargetConnectionErrorCount", "TargetResponseTime", "TargetTLSNegotiationErrorCount"),
            *("UnHealthyHostCount", "UnhealthyRoutingRequestCount", "UnhealthyStateDNS"),
            "UnhealthyStateRouting",
            "ZonalShiftedHostCount",
        }
    ),
}
"""Namespace -> its metrics; of a namespace that is missing, nothing is known."""
