"""The desk's own words, and those of the staff's sign-in. The person at the desk reads the portal's."""

from __future__ import annotations

from facekeep.terms.messages import Catalogue
from facekeep.web.desk.words import campaigns, desk, kiosk, staff
from facekeep.web.pages.site import Site
from facekeep.web.portal.words import choosing

WORDS = Catalogue({**choosing.WORDS, **staff.WORDS, **desk.WORDS, **kiosk.WORDS, **campaigns.WORDS})
"""Keys by page."""

DESK = Site("desk", WORDS, "/desk")
"""The words of these pages, one file a stage."""
