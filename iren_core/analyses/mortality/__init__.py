"""Did fewer patients die than SCORTEN predicts? Predicted risks beside observed deaths, by diagnosis and by arm."""

from iren_core.analyses.mortality.card import card
from iren_core.analyses.mortality.deaths import Result, analyse
from iren_core.analyses.mortality.patients import DEATH_RULES, VIEWS, Settings
from iren_core.analyses.scorten_items import EDGES, SCORE_RULES, Edge

__all__ = ["DEATH_RULES", "EDGES", "SCORE_RULES", "VIEWS", "Edge", "Result", "Settings", "analyse", "card"]
