"""The CDK constructs: delivery pipelines that are right by construction.

Import this before ``aws_cdk``: it chooses the Node.js that the CDK runs on. ``App`` and ``Stack`` are the
CDK's own, here so that an app needs no second import.
"""

# ruff: noqa: E402 - the CDK starts Node.js as soon as it is imported, so the choice must come first.

from shipway.constructs.node import choose_node

choose_node()

from aws_cdk import App, Stack

from shipway.constructs.blue_green_pipeline import BlueGreenPipeline
from shipway.constructs.environment import environment_suffix
from shipway.constructs.network import Egress
from shipway.model.traffic import TrafficShift

__all__ = ["App", "BlueGreenPipeline", "Egress", "Stack", "TrafficShift", "environment_suffix"]
