"""BG: target groups, listener, service and deployment group do not fit together."""
