"""Did fewer patients die than SCORTEN predicts? Predicted risks beside observed deaths, by diagnosis and by arm."""

from iren_core.analyses.mortality.card import card
from iren_core.analyses.mortality.deaths import VIEWS, Result, Settings, analyse

__all__ = ["VIEWS", "Result", "Settings", "analyse", "card"]
