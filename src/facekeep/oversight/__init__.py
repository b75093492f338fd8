"""Is it lawful, what is due, can we prove it: reads every room through ``HOLDINGS`` and ``EVIDENCE``.

Furnished with the law engine.
"""
