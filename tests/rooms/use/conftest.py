"""The home that is attacked elsewhere, and one that the tests of a file share."""

from tests.attacks.conftest import clock, house, people, site
from tests.rooms.storage.conftest import town

__all__ = ["clock", "house", "people", "site", "town"]
