"""How soon does the skin heal? Days from the first steroid to complete re-epithelization, group against group.

Death keeps skin from healing, so what is done with the patients who died decides what is estimated. Three rules
are offered, and every answer says what each of them gives.
"""

from iren_core.analyses.healing.card import card
from iren_core.analyses.healing.curves import DEATH_RULES, INTERVALS, VIEWS, Result, Settings, analyse

__all__ = ["DEATH_RULES", "INTERVALS", "VIEWS", "Result", "Settings", "analyse", "card"]
