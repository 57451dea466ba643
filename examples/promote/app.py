"""Delivers hello to three environments: one image, built once, promoted by digest."""

from shipway.constructs import App, PromotionPipeline, ServiceEnvironment, Stack

SERVICE = "promote"
TEAM = ["team@example.com"]

app = App()
# Each stack may be in an account of its own: env={"account": "...", "region": "..."} on all four.
delivery = Stack(app, f"{SERVICE}-delivery")
environments = [
    ServiceEnvironment(
        Stack(app, f"{SERVICE}-{suffix}"),
        "Promote",
        service=SERVICE,
        environment_suffix=suffix,
        delivery=delivery,
        alert_emails=TEAM,
        protected=suffix == "prod",
    )
    for suffix in ("dev", "staging", "prod")
]
PromotionPipeline(delivery, "Promote", service=SERVICE, environments=environments, alert_emails=TEAM)
app.synth()
