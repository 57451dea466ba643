"""BUILD: the buildspec does not build, push, or hand on what the deployment needs."""
