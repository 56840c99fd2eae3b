"""Everything in one piece: what the cards were made from, to make them again, and all the files they leave as.

A bundle explains itself: its settings make the same bundle from the same file, on another machine or in a year.
"""

from iren_core.bundle.contents import Bundle, archive, bundle
from iren_core.bundle.recipe import Recipe
from iren_core.bundle.replay import Replayed, replay

__all__ = ["Bundle", "Recipe", "Replayed", "archive", "bundle", "replay"]
