"""Which calls the parts of a pipeline make, one module per kind of principal.

A module tells when an entry of the needs table applies and on which resources; the table tells the rest.
"""
