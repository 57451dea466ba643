"""The rules of ``shipway check``, and what runs them."""
