"""The CDK constructs: delivery pipelines that are right by construction."""
