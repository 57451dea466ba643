"""How large and how deep a template may be; CloudFormation takes 1 MB, and nothing real is near these."""

MAX_BYTES = 8_000_000
"""Above CloudFormation's 1 MB, because a template is sometimes checked before it is packaged."""
MAX_DEPTH = 120
"""Levels of lists and mappings. Readers recurse, several frames per level, and Python allows 1,000."""
MAX_NODES = 500_000
"""Values in a template once the aliases of YAML are written out: a bomb of nine lines would make 10^9."""
MAX_TEXT = 200_000
"""Characters and placeholders in one string that intrinsics put together."""
