"""The `docker` command of a build: a shim that speaks Docker's command line."""
