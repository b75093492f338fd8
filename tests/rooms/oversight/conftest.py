"""A home to ask, on the day of judgement: a working day in a published year."""

from tests.law.conftest import clock, house, people, site

__all__ = ["clock", "house", "people", "site"]
