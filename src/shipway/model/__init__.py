"""The vocabulary: frozen dataclasses in the words of AWS. Standard library only."""
