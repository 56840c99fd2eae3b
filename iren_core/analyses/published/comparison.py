"""Every printed number beside the cohort's own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from iren_core.analyses.published.agreement import as_printed
from iren_core.analyses.published.contrasts import Contrast, contrasts
from iren_core.analyses.published.facts import SECTIONS as PARTS
from iren_core.analyses.published.facts import Fact, facts
from iren_core.analyses.published.recompute import Found, recompute
from iren_core.cohort import Cohort
from iren_core.errors import CohortError
from iren_core.stats import scorten_risk

EVERY_PART = "every part"
SECTIONS: tuple[str, ...] = (EVERY_PART, *PARTS)

#: Patients below which an interval that holds the printed number says little: it would hold almost any.
TOO_FEW = 30


@dataclass(frozen=True)
class Settings:
    """What the reader chooses.

    section : the part of the study whose numbers the long table lists
    """

    section: str = EVERY_PART


@dataclass(frozen=True, eq=False)
class Line:
    """One printed fact and what the cohort gives for it, or why it gives nothing."""

    fact: Fact
    found: Found | CohortError

    @property
    def is_computed(self) -> bool:
        """Whether the cohort gives a value."""
        return isinstance(self.found, Found)

    @property
    def is_as_printed(self) -> bool:
        """Whether the value rounds to what is printed."""
        return isinstance(self.found, Found) and as_printed(self.fact, self.found)


@dataclass(frozen=True, eq=False)
class Result:
    """All facts, those of the chosen part, and the headline contrasts.

    is_sample : whether the cohort is the synthetic sample, whole: only then is agreement with print judged
    healed_then_died : patients with a day of healing whose outcome is death
    """

    settings: Settings
    n: int
    is_sample: bool
    lines: tuple[Line, ...]
    contrasts: tuple[Contrast, ...]
    healed_then_died: int

    @property
    def shown(self) -> tuple[Line, ...]:
        """The lines of the chosen part."""
        wanted = self.settings.section
        return tuple(line for line in self.lines if wanted in (EVERY_PART, line.fact.section))

    @property
    def n_computed(self) -> int:
        """Facts for which the cohort gives a value."""
        return sum(line.is_computed for line in self.lines)

    @property
    def unlike(self) -> tuple[Line, ...]:
        """Facts that do not come out as printed, computed or not."""
        return tuple(line for line in self.lines if not line.is_as_printed)


def analyse(cohort: Cohort, settings: Settings | None = None) -> Result:
    """Every printed number again from this cohort.

    Raises
    ------
    EmptySelection
        when the filters leave no patient.
    """
    cohort.require_patients()
    cohort = with_predicted_mortality(cohort)
    return Result(
        settings=settings or Settings(),
        n=len(cohort),
        is_sample=cohort.source.synthetic and not cohort.selection,
        lines=tuple(Line(fact, _or_reason(fact, cohort)) for fact in facts()),
        contrasts=contrasts(cohort),
        healed_then_died=_healed_then_died(cohort),
    )


def _healed_then_died(cohort: Cohort) -> int:
    if not cohort.has("outcome", "reepithelization_days"):
        return 0
    healed = cohort.frame["reepithelization_days"].notna()
    return int((healed & cohort.frame["outcome"].eq("died").fillna(False)).sum())


def with_predicted_mortality(cohort: Cohort) -> Cohort:
    """The cohort with the mortality that SCORTEN predicts, in %, where its file does not hold it."""
    if cohort.has("predicted_mortality_pct") or not cohort.has("scorten"):
        return cohort
    risk = scorten_risk(cohort.frame["scorten"].to_numpy(dtype=float))
    return replace(cohort, frame=cohort.frame.assign(predicted_mortality_pct=100 * risk))


def _or_reason(fact: Fact, cohort: Cohort) -> Found | CohortError:
    try:
        return recompute(fact, cohort)
    except CohortError as error:
        return error
