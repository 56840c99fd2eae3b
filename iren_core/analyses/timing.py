"""Which fields are known when treatment begins: only those can be said to come before what happens later."""

from __future__ import annotations

from iren_core import schema
from iren_core.cohort import Cohort
from iren_core.wording import in_sentence

#: Treatment as it went on, and everything that happened after it began. Recovery values belong here too.
_LATER = frozenset(
    {
        "tnfi_start_day", "ivig_cumulative_g_kg", "reepithelization_days", "healed", "steroid_duration_days",
        "cumulative_prednisone_mg", "outcome", "death_day", "death_cause", "followup_days", "hospital_days",
        "infection", "infection_onset_day", "infection_pathogen", "dic", "gi_bleeding", "respiratory_failure",
        "organ_failure_other",
    }
)  # fmt: skip


def is_known_early(name: str) -> bool:
    """Whether the field is known when treatment begins.

    >>> is_known_early("bmi"), is_known_early("il6_pg_ml_recovery"), is_known_early("hospital_days")
    (True, False, False)
    """
    name = schema.base_field(name)
    return name not in _LATER and not name.endswith("_recovery")


def known_later(group: str, compared: str) -> tuple[str, ...]:
    """What to bear in mind where groups were known only after treatment began; nothing where they were known before.

    compared : what is compared between the groups, as a sentence has it

    >>> known_later("sex", "healing")
    ()
    """
    if is_known_early(group):
        return ()
    label = in_sentence(schema.field(group).label)
    return (
        f"These groups were known only later: {label} was settled after treatment began, "
        f"so to compare {compared} by it is to condition on the future. Read it as a description, not as an effect.",
    )


def number_fields(cohort: Cohort) -> tuple[str, ...]:
    """Fields of numbers that hold at least one value, in the order of the data dictionary."""
    kinds = ("number", "integer")
    return tuple(
        name
        for name in cohort.frame.columns
        if schema.field(name).kind in kinds and cohort.frame[name].notna().any()
    )
