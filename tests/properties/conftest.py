"""Properties say what holds, not how fast: a busy machine is no counterexample."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("facekeep", deadline=None)
settings.load_profile("facekeep")
