"""Does the healing answer hold? The same contrast crude, within strata, adjusted, and patient by patient."""

from iren_core.analyses.robustness.card import card
from iren_core.analyses.robustness.models import Result, Settings, analyse

__all__ = ["Result", "Settings", "analyse", "card"]
