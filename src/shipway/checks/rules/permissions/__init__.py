"""IAM: too much is granted, or an action is missing."""
