"""PARAM: credentials are missing, in plain sight, or not referenced."""
