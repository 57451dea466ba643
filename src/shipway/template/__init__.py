"""CloudFormation templates and CDK assemblies, read into the model."""
