"""The study's printed numbers beside those of the loaded cohort.

``facts.csv`` holds every number that the text and Table 1 of the study print, with the field and the test that give
it; ``claims.csv`` what the study says and its numbers do not show.
"""

from iren_core.analyses.published.card import card
from iren_core.analyses.published.comparison import SECTIONS, Result, Settings, analyse

__all__ = ["SECTIONS", "Result", "Settings", "analyse", "card"]
