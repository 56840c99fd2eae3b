"""Statistics on plain arrays: they know nothing of files or fields, and every number is pinned to R.

Names are loaded when they are first used, so that importing this package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iren_core.stats.competing import CumulativeIncidence, IncidenceCurve, cumulative_incidence
    from iren_core.stats.competing_comparison import compare_incidence
    from iren_core.stats.correlation import Correlation, correlate
    from iren_core.stats.counts import CountComparison, compare_counts
    from iren_core.stats.describe import quantiles
    from iren_core.stats.groups import GroupComparison, compare_groups
    from iren_core.stats.hazard import HazardRatio, ProportionalityCheck, hazard_ratio
    from iren_core.stats.influence import LeaveOneOut, leave_one_out
    from iren_core.stats.mortality import ObservedExpected, observed_vs_expected, scorten_risk
    from iren_core.stats.multiplicity import Contrast, adjust_p, compare_each_pair
    from iren_core.stats.paired import PairedComparison, compare_changes, compare_pairs
    from iren_core.stats.prediction import (
        Calibration,
        Discrimination,
        ScoreGroup,
        calibrate,
        calibrate_by_score,
        discriminate,
    )
    from iren_core.stats.prognosis import PrognosticFactor, prognostic_factor
    from iren_core.stats.risks import RiskComparison, cochran_armitage, compare_risks, mcnemar
    from iren_core.stats.scorten import Scorten, scorten_score
    from iren_core.stats.smr import RatioOfRatios, compare_ratios
    from iren_core.stats.subdistribution import subdistribution_ratio
    from iren_core.stats.survival import KaplanMeier, Quantile, SurvivalCurve, kaplan_meier
    from iren_core.stats.survival_comparison import SurvivalTest, compare_survival
    from iren_core.stats.survival_day import HealedBy, healed_by
    from iren_core.stats.survival_exact import compare_survival_exactly
    from iren_core.stats.survival_mean import RestrictedMean, restricted_mean
    from iren_core.stats.survival_ordered import survival_trend
    from iren_core.stats.survival_pairs import PairwiseTests, compare_pairwise

_MODULE_OF = {
    "Calibration": "prediction",
    "Contrast": "multiplicity",
    "Correlation": "correlation",
    "CountComparison": "counts",
    "CumulativeIncidence": "competing",
    "Discrimination": "prediction",
    "GroupComparison": "groups",
    "HazardRatio": "hazard",
    "HealedBy": "survival_day",
    "IncidenceCurve": "competing",
    "KaplanMeier": "survival",
    "LeaveOneOut": "influence",
    "ObservedExpected": "mortality",
    "PairedComparison": "paired",
    "PairwiseTests": "survival_pairs",
    "PrognosticFactor": "prognosis",
    "ProportionalityCheck": "hazard",
    "Quantile": "survival",
    "RatioOfRatios": "smr",
    "RestrictedMean": "survival_mean",
    "RiskComparison": "risks",
    "ScoreGroup": "prediction",
    "Scorten": "scorten",
    "SurvivalCurve": "survival",
    "SurvivalTest": "survival_comparison",
    "adjust_p": "multiplicity",
    "calibrate": "prediction",
    "calibrate_by_score": "prediction",
    "cochran_armitage": "risks",
    "compare_changes": "paired",
    "compare_counts": "counts",
    "compare_each_pair": "multiplicity",
    "compare_groups": "groups",
    "compare_incidence": "competing_comparison",
    "compare_pairs": "paired",
    "compare_pairwise": "survival_pairs",
    "compare_ratios": "smr",
    "compare_risks": "risks",
    "compare_survival": "survival_comparison",
    "compare_survival_exactly": "survival_exact",
    "correlate": "correlation",
    "cumulative_incidence": "competing",
    "discriminate": "prediction",
    "hazard_ratio": "hazard",
    "healed_by": "survival_day",
    "kaplan_meier": "survival",
    "leave_one_out": "influence",
    "mcnemar": "risks",
    "observed_vs_expected": "mortality",
    "prognostic_factor": "prognosis",
    "quantiles": "describe",
    "restricted_mean": "survival_mean",
    "scorten_risk": "mortality",
    "scorten_score": "scorten",
    "subdistribution_ratio": "subdistribution",
    "survival_trend": "survival_ordered",
}

__all__ = [
    "Calibration",
    "Contrast",
    "Correlation",
    "CountComparison",
    "CumulativeIncidence",
    "Discrimination",
    "GroupComparison",
    "HazardRatio",
    "HealedBy",
    "IncidenceCurve",
    "KaplanMeier",
    "LeaveOneOut",
    "ObservedExpected",
    "PairedComparison",
    "PairwiseTests",
    "PrognosticFactor",
    "ProportionalityCheck",
    "Quantile",
    "RatioOfRatios",
    "RestrictedMean",
    "RiskComparison",
    "ScoreGroup",
    "Scorten",
    "SurvivalCurve",
    "SurvivalTest",
    "adjust_p",
    "calibrate",
    "calibrate_by_score",
    "cochran_armitage",
    "compare_changes",
    "compare_counts",
    "compare_each_pair",
    "compare_groups",
    "compare_incidence",
    "compare_pairs",
    "compare_pairwise",
    "compare_ratios",
    "compare_risks",
    "compare_survival",
    "compare_survival_exactly",
    "correlate",
    "cumulative_incidence",
    "discriminate",
    "hazard_ratio",
    "healed_by",
    "kaplan_meier",
    "leave_one_out",
    "mcnemar",
    "observed_vs_expected",
    "prognostic_factor",
    "quantiles",
    "restricted_mean",
    "scorten_risk",
    "scorten_score",
    "subdistribution_ratio",
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
