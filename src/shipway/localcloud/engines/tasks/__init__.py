"""Runs a container as a process of this machine."""
