"""irEN cohort explorer, the core: cohorts, statistics, answers and exports, without a screen."""

from iren_core._version import __version__
from iren_core.cohort import Between, Cohort, Selection, read_cohort, read_joined
from iren_core.errors import CohortError
from iren_core.intake import Classes, Piece

__all__ = [
    "Between",
    "Classes",
    "Cohort",
    "CohortError",
    "Piece",
    "Selection",
    "__version__",
    "read_cohort",
    "read_joined",
]
