"""What a person sees of a rehearsal: folds over its events."""
