"""PIPE: parts exist, and nothing triggers or connects them."""
