"""Chooses the Node.js that runs aws_cdk, before a test imports it."""

import shipway.constructs  # noqa: F401 - imported for what it does first
