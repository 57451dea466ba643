"""Every call that somebody makes as a role is allowed or denied as AWS would, by the deployed policies.

The same evaluator answers here and in `shipway check`. What it cannot tell is allowed, and written into the
ledger: a rehearsal must not fail for what Shipway does not know.
"""
