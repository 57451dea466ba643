"""The load balancer's data plane: proxies that route by listener rules and weights to healthy targets."""
