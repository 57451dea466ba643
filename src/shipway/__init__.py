"""Blue/green container delivery on AWS: constructs, checks and rehearsals."""
