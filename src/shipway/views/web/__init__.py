"""A rehearsal as a web page: live on 127.0.0.1, or one file that needs nothing else."""
