"""ECS: clusters, task definitions, services, task sets, and tasks that really run."""
