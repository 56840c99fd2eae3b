"""How soon does the skin heal? Days from the first steroid, or another day zero, to complete re-epithelization.

Death keeps skin from healing, so what is done with the patients who died decides what is estimated. Three rules
are offered, and every answer says what each of them gives.
"""

from iren_core.analyses.healing.card import card
from iren_core.analyses.healing.clock import TIME_ZEROS, TimeZero
from iren_core.analyses.healing.curves import INTERVALS, SCORTEN_CUT, VIEWS, Result, Settings, analyse
from iren_core.analyses.healing.followed import COUNTED_FROM, DEATH_RULES, CountedFrom

__all__ = [
    "COUNTED_FROM",
    "DEATH_RULES",
    "INTERVALS",
    "SCORTEN_CUT",
    "TIME_ZEROS",
    "VIEWS",
    "CountedFrom",
    "Result",
    "Settings",
    "TimeZero",
    "analyse",
    "card",
]
