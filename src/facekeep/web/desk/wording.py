"""The desk's own words, and those of the staff's sign-in."""

from __future__ import annotations

from facekeep.terms.messages import Catalogue
from facekeep.web.desk.words import desk, staff
from facekeep.web.pages.site import Site

WORDS = Catalogue({**staff.WORDS, **desk.WORDS})
"""Keys by page."""

DESK = Site("desk", WORDS, "/desk")
