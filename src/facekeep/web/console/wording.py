"""The console's own words, in Chinese and English."""

from __future__ import annotations

from facekeep.terms.messages import Catalogue
from facekeep.web.console.words import entries, frame, proof, rules
from facekeep.web.pages.site import Site

WORDS = Catalogue({**frame.WORDS, **entries.WORDS, **proof.WORDS, **rules.WORDS})
"""Keys by page."""

CONSOLE = Site("console", WORDS, "/console")
