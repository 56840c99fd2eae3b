"""irEN cohort explorer, the core: cohorts, statistics, answers and exports, without a screen."""

from iren_core._version import __version__
from iren_core.cohort import Between, Cohort, Selection, read_cohort
from iren_core.errors import CohortError
from iren_core.intake.derive import Classes

__all__ = ["Between", "Classes", "Cohort", "CohortError", "Selection", "__version__", "read_cohort"]
