"""One folder per family, one module per rule. Rule modules do not import each other."""
