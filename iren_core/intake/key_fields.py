"""Which of the key questions a file cannot answer, and which of its columns might."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from iren_core.intake.codings import means
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import RawTable
from iren_core.intake.values import as_text, is_missing, plain

#: A column of more different values is no category.
_MOST_CATEGORIES = 8
_MOST_NAMED = 4


@dataclass(frozen=True)
class KeyField:
    """What a key question needs.

    fields : the fields that answer it; every one of a group, and any group
    lacking : what cannot be answered without, as a sentence
    header : words by which a header speaks of it
    """

    field: str
    fields: tuple[tuple[str, ...], ...]
    lacking: str
    header: re.Pattern[str]


KEY_FIELDS = (
    KeyField(
        "arm",
        (("arm",),),
        "No column gives the treatment arm: nothing can be compared between the treatments.",
        re.compile(r"组|治疗|方案|疗法|用药|\barms?\b|group|treat|regimen|therap|cohort|protocol"),
    ),
    KeyField(
        "outcome",
        (("outcome",),),
        "No column gives the outcome: deaths cannot be counted, nor set against those that SCORTEN predicts.",
        re.compile(
            r"结局|结果|转归|预后|死|亡|存活|生存|outcome|status|death|dead|died|alive|surviv|vital|result"
        ),
    ),
    KeyField(
        "reepithelization_days",
        (("reepithelization_days",), ("date_healing", "date_steroid_start"), ("date_healing", "date_onset")),
        "No column gives the days to re-epithelization, or its date and that of the first steroid dose: curves of "
        "healing cannot be drawn.",
        re.compile(r"愈|上皮|heal|epith|recover|resol|skin"),
    ),
)


def unanswered(
    table: RawTable, matches: Sequence[ColumnMatch], frame: pd.DataFrame, personal: Iterable[str] = ()
) -> tuple[str, ...]:
    """A sentence for each key question that nothing in the cohort answers, with the columns that could.

    Parameters
    ----------
    frame : the cohort to be; a field without a value answers nothing
    personal : columns of which nothing is said
    """
    return tuple(
        _sentence(key, matches, [*_candidates(key, table, matches, {*personal})])
        for key in KEY_FIELDS
        if not any(all(_known(frame, name) for name in group) for group in key.fields)
    )


def _known(frame: pd.DataFrame, name: str) -> bool:
    return name in frame and bool(frame[name].notna().any())


def _sentence(key: KeyField, matches: Sequence[ColumnMatch], candidates: list[str]) -> str:
    own = next((match.column for match in matches if match.used and match.field == key.field), None)
    if own is not None:
        what = key.lacking.partition(": ")[2]
        return f"“{own}” holds no value that can be used yet: {what}"
    shown = " or ".join(f"“{column}”" for column in candidates[:_MOST_NAMED])
    return f"{key.lacking} {f'{shown} could be it.' if shown else 'No unused column looks like it.'}"


def _candidates(
    key: KeyField, table: RawTable, matches: Sequence[ColumnMatch], personal: set[str]
) -> Iterator[str]:
    """Unused columns whose header or values speak of the field, a suggestion of the names first."""
    unused = [
        (place, match)
        for place, match in enumerate(matches)
        if not match.used and match.column not in personal
    ]
    for place, match in sorted(unused, key=lambda each: each[1].field != key.field):
        by_header = key.header.search(plain(match.column))
        if match.field == key.field or by_header or _speaks_of(key.field, table.distinct(place).values):
            yield match.column


def _speaks_of(field: str, cells: Sequence[Any]) -> bool:
    """Whether most of the few values of a column are known categories of the field."""
    words = {plain(as_text(cell)) for cell in cells if not is_missing(cell)}
    if not 0 < len(words) <= _MOST_CATEGORIES:
        return False
    return sum(means(field, word) for word in words) > len(words) / 2
