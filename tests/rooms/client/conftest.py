"""The home that is attacked elsewhere, behind its HTTP door."""

from tests.attacks.conftest import clock, house, people, site

__all__ = ["clock", "house", "people", "site"]
