"""The portal's own words, in Chinese and English."""

from __future__ import annotations

from facekeep.terms.messages import Catalogue
from facekeep.web.portal.words import choosing, mine

WORDS = Catalogue({**choosing.WORDS, **mine.WORDS})
"""Keys by page."""
