"""What went wrong, and when? The study's Table 2: infections, coagulation, bleeding, breathing, by group."""

from iren_core.analyses.adverse_events.card import card
from iren_core.analyses.adverse_events.events import VIEWS, Result, Settings, View, analyse

__all__ = ["VIEWS", "Result", "Settings", "View", "analyse", "card"]
