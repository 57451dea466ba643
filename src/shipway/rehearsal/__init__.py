"""A client of AWS, local or real: deploys, pushes, follows and judges."""
