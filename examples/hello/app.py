"""Delivers hello: a push to main is tested, built and shifted in behind a load balancer."""

from shipway.constructs import App, BlueGreenPipeline, Stack, environment_suffix

app = App()
stack = Stack(app, f"hello-{environment_suffix(app)}")
BlueGreenPipeline(stack, "Hello", service="hello", alert_emails=["team@example.com"])
app.synth()
