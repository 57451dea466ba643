"""KEEP: the stack cannot be deleted, or leaves something behind."""
