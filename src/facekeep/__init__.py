"""Facekeep 合符: recognise people by face without keeping a face.

No consent, no key. No key, no face.
"""

__version__ = "0.1.0"
