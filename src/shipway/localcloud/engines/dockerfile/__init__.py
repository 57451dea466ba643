"""Dockerfile: text to instructions, words and ignore rules; no I/O."""
