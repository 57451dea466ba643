"""Delivers hello by ECS's own canary: no CodeDeploy, the same service and the same push."""

from shipway.constructs import App, BlueGreenPipeline, Engine, Stack, TrafficShift, environment_suffix

app = App()
stack = Stack(app, f"native-{environment_suffix(app)}")
BlueGreenPipeline(
    stack,
    "Native",
    service="native",
    alert_emails=["team@example.com"],
    engine=Engine.ECS,
    traffic_shift=TrafficShift.canary(percent=20, minutes=3),
)
app.synth()
