"""Delivers hello from GitHub: pushes to main that touch the service start the pipeline."""

from shipway.constructs import (
    App,
    BlueGreenPipeline,
    ConnectionSource,
    Stack,
    environment_suffix,
    naming_for,
)

app = App()
stack = Stack(app, f"connection-{environment_suffix(app)}")
source = ConnectionSource(
    stack,
    "Source",
    naming=naming_for(stack, "connection"),
    repository="acme/hello",
    paths=["service/**"],
)
BlueGreenPipeline(stack, "Connection", service="connection", alert_emails=["team@example.com"], source=source)
app.synth()
