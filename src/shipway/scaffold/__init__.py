"""What ``shipway init`` writes, and how it brings an older project up to date."""
