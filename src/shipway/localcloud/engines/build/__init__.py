"""Carries out a Dockerfile without a container: what it cannot do for real, it reports."""
