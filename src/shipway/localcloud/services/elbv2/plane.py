"""The control plane's state as the data plane wants it: ELBv2's items -> a balancer's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.balancer.configuration import (
    Action,
    Condition,
    Configuration,
    FixedResponse,
    Forward,
    Group,
    HealthCheck,
    Listener,
    Redirect,
    Rule,
    Unsupported,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.localcloud.services.elbv2.store import Item, Store

_HTTP = {"HTTP", "HTTPS"}
_TYPED = ("PathPatternConfig", "HostHeaderConfig", "HttpRequestMethodConfig", "SourceIpConfig")


def configuration_of(store: Store) -> Configuration:
    """The listeners of all application load balancers and all target groups."""
    listeners = tuple(
        _listener(item, load_balancer, store.rules_of(item["ListenerArn"]))
        for item in store.listeners.values()
        if (load_balancer := store.load_balancers[item["LoadBalancerArn"]])["Type"] == "application"
    )
    groups = tuple(
        _group(item, store.attributes[arn]["deregistration_delay.timeout_seconds"])
        for arn, item in store.target_groups.items()
    )
    return Configuration(listeners, groups)


def _listener(item: Item, load_balancer: Item, rules: Iterable[Item]) -> Listener:
    arn = item["LoadBalancerArn"]
    return Listener(
        arn=item["ListenerArn"],
        load_balancer_arn=arn,
        dns_name=load_balancer["DNSName"],
        port=item["Port"],
        protocol=item["Protocol"],
        dimension=arn.split(":loadbalancer/")[1],
        rules=tuple(
            Rule(tuple(_condition(each) for each in rule["Conditions"]), _action(rule["Actions"]))
            for rule in rules
        ),
    )


def _action(actions: Iterable[Item]) -> Action:
    # The last action in order answers; only authentication may stand before it.
    ordered = sorted(actions, key=lambda action: action["Order"])
    for action in ordered:
        match action["Type"]:
            case "forward":
                groups = action["ForwardConfig"]["TargetGroups"]
                return Forward(tuple((group["TargetGroupArn"], group["Weight"]) for group in groups))
            case "fixed-response":
                config = action["FixedResponseConfig"]
                return FixedResponse(
                    int(config["StatusCode"]),
                    config.get("ContentType", "text/plain"),
                    config.get("MessageBody", ""),
                )
            case "redirect":
                config = action["RedirectConfig"]
                names = {
                    "Protocol": "protocol",
                    "Host": "host",
                    "Port": "port",
                    "Path": "path",
                    "Query": "query",
                }
                given = {field: config[name] for name, field in names.items() if name in config}
                return Redirect(int(config["StatusCode"].removeprefix("HTTP_")), **given)
            case other:
                return Unsupported(other)
    return Unsupported("none")


def _condition(item: Item) -> Condition:
    field = item["Field"]
    if field == "http-header":
        config = item["HttpHeaderConfig"]
        return Condition(field, tuple(config.get("Values", [])), config["HttpHeaderName"].lower())
    if field == "query-string":
        pairs = item["QueryStringConfig"]["Values"]
        values = (f"{pair['Key']}={pair['Value']}" if pair.get("Key") else pair["Value"] for pair in pairs)
        return Condition(field, tuple(values))
    typed: list[str] = next((item[name]["Values"] for name in _TYPED if name in item), [])
    return Condition(field, tuple(item.get("Values") or typed))


def _group(item: Item, delay: str) -> Group:
    port = item["HealthCheckPort"]
    return Group(
        arn=item["TargetGroupArn"],
        deregistration_delay=float(delay),
        check=HealthCheck(
            path=item.get("HealthCheckPath", "/"),
            port=None if port == "traffic-port" else int(port),
            interval=item["HealthCheckIntervalSeconds"],
            timeout=item["HealthCheckTimeoutSeconds"],
            healthy_threshold=item["HealthyThresholdCount"],
            unhealthy_threshold=item["UnhealthyThresholdCount"],
            matcher=item.get("Matcher", {}).get("HttpCode", "200"),
            http=item["HealthCheckProtocol"] in _HTTP,
        ),
    )
