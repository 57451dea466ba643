"""The rehearsal's AWS account, by boto3."""
