"""CodeDeploy for ECS: a green task set beside the blue one, and traffic that moves between them."""

from shipway.localcloud.services.codedeploy.service import CodeDeploy

__all__ = ["CodeDeploy"]
