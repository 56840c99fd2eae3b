"""Statistics on plain arrays: they know nothing of files or fields, and every number is pinned to R.

Names are loaded when they are first used, so that importing this package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iren_core.stats.competing import CumulativeIncidence, IncidenceCurve, cumulative_incidence
    from iren_core.stats.competing_comparison import compare_incidence
    from iren_core.stats.hazard import HazardRatio, ProportionalityCheck, hazard_ratio
    from iren_core.stats.survival import KaplanMeier, Quantile, SurvivalCurve, kaplan_meier
    from iren_core.stats.survival_comparison import SurvivalTest, compare_survival
    from iren_core.stats.survival_day import HealedBy, healed_by
    from iren_core.stats.survival_exact import compare_survival_exactly
    from iren_core.stats.survival_mean import RestrictedMean, restricted_mean
    from iren_core.stats.survival_ordered import survival_trend
    from iren_core.stats.survival_pairs import PairwiseTests, compare_pairwise

_MODULE_OF = {
    "CumulativeIncidence": "competing",
    "HazardRatio": "hazard",
    "HealedBy": "survival_day",
    "IncidenceCurve": "competing",
    "KaplanMeier": "survival",
    "PairwiseTests": "survival_pairs",
    "ProportionalityCheck": "hazard",
    "Quantile": "survival",
    "RestrictedMean": "survival_mean",
    "SurvivalCurve": "survival",
    "SurvivalTest": "survival_comparison",
    "compare_counts": "counts",
    "compare_groups": "groups",
    "compare_incidence": "competing_comparison",
    "compare_pairs": "paired",
    "compare_pairwise": "survival_pairs",
    "compare_survival": "survival_comparison",
    "compare_survival_exactly": "survival_exact",
    "correlate": "correlation",
    "cumulative_incidence": "competing",
    "hazard_ratio": "hazard",
    "healed_by": "survival_day",
    "kaplan_meier": "survival",
    "observed_vs_expected": "mortality",
    "restricted_mean": "survival_mean",
    "scorten_risk": "mortality",
    "survival_trend": "survival_ordered",
}

__all__ = [
    "CumulativeIncidence",
    "HazardRatio",
    "HealedBy",
    "IncidenceCurve",
    "KaplanMeier",
    "PairwiseTests",
    "ProportionalityCheck",
    "Quantile",
    "RestrictedMean",
    "SurvivalCurve",
    "SurvivalTest",
    "compare_counts",
    "compare_groups",
    "compare_incidence",
    "compare_pairs",
    "compare_pairwise",
    "compare_survival",
    "compare_survival_exactly",
    "correlate",
    "cumulative_incidence",
    "hazard_ratio",
    "healed_by",
    "kaplan_meier",
    "observed_vs_expected",
    "restricted_mean",
    "scorten_risk",
    "survival_trend",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value  # the next look-up finds it without coming here
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
