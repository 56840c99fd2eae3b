"""Do the markers recover? Each patient's acute value beside the same patient's recovery value, arm by arm."""

from iren_core.analyses.recovery.card import card
from iren_core.analyses.recovery.pairs import Result, Settings, analyse

__all__ = ["Result", "Settings", "analyse", "card"]
