"""Two readings of the same patients, cell by cell."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from iren_core import schema
from iren_core.analyses import healing
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, or_reason
from iren_core.intake.values import as_text

#: Two numbers that differ by less differ only in how a program wrote them.
_SAME = 1e-9
#: Fields by which rows are matched or which say only where they come from.
_NOT_COMPARED = frozenset({"patient_id", "data_origin"})

EDIT_COLUMNS = ("patient", "field", "before", "after")


class Key(NamedTuple):
    """A patient's number, and which row of it is meant where it stands in several."""

    identity: str
    occurrence: int


@dataclass(frozen=True, eq=False)
class Changes:
    """What the newer file changes.

    added, removed : patients by their number, in the order of their file
    rows_added, rows_removed : patients who stand in both files, in one of them in more rows
    edited : one row a cell whose value differs; columns patient, field, before, after, as a reader sees them
        ("" = missing)
    fields_added, fields_removed : fields that only one of the files holds, by label; their cells are not listed
    n_before, n_after : patients
    by_row : whether a file without patient numbers had to be matched row by row
    repeated : patient numbers that stand in several rows of a file; those rows were paired in their order
    headline_before, headline_after : the finding on healing, or why there is none
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    rows_added: tuple[str, ...]
    rows_removed: tuple[str, ...]
    edited: pd.DataFrame
    fields_added: tuple[str, ...]
    fields_removed: tuple[str, ...]
    n_before: int
    n_after: int
    by_row: bool
    repeated: tuple[str, ...]
    headline_before: str
    headline_after: str

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(
            self.added
            or self.removed
            or self.rows_added
            or self.rows_removed
            or len(self.edited)
            or self.fields_added
            or self.fields_removed
        )


def compare_cohorts(
    before: Cohort,
    after: Cohort,
    *,
    identities: tuple[Sequence[str], Sequence[str]] | None = None,
) -> Changes:
    """What ``after`` changes against ``before``, patient by patient.

    Parameters
    ----------
    identities : by what the patients of both are matched, one entry a patient in the order of each frame. Needed where
        study numbers stand in for the patients' own: a row put in between would shift them. By default the
        patient numbers themselves. The patients are named as the cohorts name them, never by these.
    """
    keys_before, keys_after = (
        _keys(cohort.frame["patient_id"] if identities is None else identities[place])
        for place, cohort in enumerate((before, after))
    )
    rows_before, rows_after = (
        dict(zip(keys_before, range(len(before)), strict=True)),
        dict(zip(keys_after, range(len(after)), strict=True)),
    )
    own = [set(map(str, cohort.frame)) - _NOT_COMPARED for cohort in (before, after)]
    shared = [name for name in schema.fields() if name in own[0] & own[1]]
    pairs = [(rows_before[key], row) for key, row in rows_after.items() if key in rows_before]
    came, came_again = _only_here(rows_after, rows_before)
    went, went_once = _only_here(rows_before, rows_after)
    return Changes(
        added=_named(after, came),
        removed=_named(before, went),
        rows_added=_named(after, came_again),
        rows_removed=_named(before, went_once),
        edited=_edited(before, after, pairs, shared),
        fields_added=_labels(own[1] - own[0]),
        fields_removed=_labels(own[0] - own[1]),
        n_before=len(before),
        n_after=len(after),
        by_row=any(_without_numbers(cohort) for cohort in (before, after)) and identities is None,
        repeated=tuple(
            dict.fromkeys(
                str(cohort.frame["patient_id"].iloc[row])
                for cohort, rows in ((before, rows_before), (after, rows_after))
                for key, row in rows.items()
                if key.occurrence
            )
        ),
        headline_before=_headline(before),
        headline_after=_headline(after),
    )


def _only_here(here: Mapping[Key, int], there: Mapping[Key, int]) -> tuple[list[int], list[int]]:
    """The rows that only this file has: of patients who stand in no row of the other, and of those who do."""
    known = {key.identity for key in there}
    own = [(key.identity, row) for key, row in here.items() if key not in there]
    new = list(dict.fromkeys(identity for identity, _ in own if identity not in known))
    firsts = [here[Key(identity, 0)] for identity in new]
    return firsts, [row for identity, row in own if identity in known]


def _keys(identities: Sequence[str] | pd.Series) -> list[Key]:
    seen: Counter[str] = Counter()
    keys = []
    for identity in map(str, identities):
        keys.append(Key(identity, seen[identity]))
        seen[identity] += 1
    return keys


def _without_numbers(cohort: Cohort) -> bool:
    names = cohort.frame["patient_id"].astype(str)
    return bool(len(cohort)) and bool((names == [f"row {row}" for row in cohort.frame.index]).all())


def _named(cohort: Cohort, rows: list[int]) -> tuple[str, ...]:
    return tuple(str(name) for name in cohort.frame["patient_id"].iloc[rows])


def _labels(names: set[str]) -> tuple[str, ...]:
    return tuple(known.label for name, known in schema.fields().items() if name in names)


def _edited(before: Cohort, after: Cohort, pairs: list[tuple[int, int]], shared: list[str]) -> pd.DataFrame:
    limits = [_limits(cohort) for cohort in (before, after)]
    patients = after.frame["patient_id"].astype(str).tolist()
    edits = []
    for name in shared:
        was, now = before.frame[name].tolist(), after.frame[name].tolist()
        for old, new in pairs:
            first = _cell(was[old], limits[0].get((before.frame.index[old], name), ""), name)
            second = _cell(now[new], limits[1].get((after.frame.index[new], name), ""), name)
            if first != second and not _same(was[old], now[new]):
                edits.append((new, (patients[new], schema.field(name).label_with_unit, first, second)))
    edits.sort(key=lambda edit: edit[0])
    return pd.DataFrame([cells for _, cells in edits], columns=list(EDIT_COLUMNS), dtype=object)


def _limits(cohort: Cohort) -> dict[tuple[Any, str], str]:
    return {
        (limit.row, limit.field): f"{limit.sign}{limit.bound:g}"
        for limit in cohort.limits.itertuples(index=False)
    }


def _cell(value: Any, limit: str, name: str) -> str:
    if pd.isna(value):
        return limit
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.10g}"
    return schema.category_label(name, as_text(value))


def _same(first: Any, second: Any) -> bool:
    numbers = isinstance(first, float) and isinstance(second, float)
    return numbers and math.isclose(first, second, rel_tol=_SAME, abs_tol=_SAME)


def _headline(cohort: Cohort) -> str:
    card = or_reason(lambda: healing.card(cohort, healing.Settings()))
    return str(card) if isinstance(card, CohortError) else card.finding
