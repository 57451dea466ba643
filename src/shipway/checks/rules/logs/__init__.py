"""LOG: no log group, no retention."""
