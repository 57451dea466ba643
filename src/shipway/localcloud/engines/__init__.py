"""How an image is built and a task is run on this machine."""
