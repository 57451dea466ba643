"""CodePipeline that executes: stages, run orders, artifacts, variables, approvals, events."""

from shipway.localcloud.services.codepipeline.service import CodePipeline

__all__ = ["CodePipeline"]
