"""TEST: infrastructure tests that would notice nothing."""
