"""AWS on this machine: ministack, plus the services it lacks, executing for real."""
