"""The evidence engine: an append-only Merkle log, sealed checkpoints, offline verification.

Nothing happens unrecorded and nothing recorded changes unseen (promise P7). ``merkle``,
``checkpoint``, ``entries``, ``verify`` and ``witness`` are pure; ``log`` appends inside the
caller's transaction.
"""
