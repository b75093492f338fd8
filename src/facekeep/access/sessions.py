"""Sessions."""

from __future__ import annotations

from facekeep.terms.errors import NotSignedIn


class SessionBook:
    def known(self, token: str, now: float) -> bytes:
        raise NotSignedIn("nobody is signed in", "Sign in")

    def facts(self, session: bytes, now: float) -> tuple[str, bool]:
        raise NotSignedIn("nobody is signed in", "Sign in")
