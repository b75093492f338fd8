"""The stories play in the same home that the attacks break into."""

from tests.attacks.conftest import clock, house, people, site

__all__ = ["clock", "house", "people", "site"]
