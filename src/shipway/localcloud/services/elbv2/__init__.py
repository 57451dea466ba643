"""Elastic Load Balancing v2: the control plane of `shipway.localcloud.balancer`."""
