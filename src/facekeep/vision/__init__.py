"""Eyes: from a picture to features, and no pixel further.

``pipeline`` is the way in; ``models`` says which networks may run; ``evaluation`` and
``calibration`` say how often they err. Knows no database and no web.
"""

from __future__ import annotations

from facekeep.terms.values import Holding

HOLDINGS: tuple[Holding, ...] = ()
"""This room keeps no personal data: pixels die in ``pipeline``."""
