"""Headers as they may stand in files, none of them a name of the data dictionary: what is taken, asked and left alone.

The lists (header, values, field) were written from what the fields mean and how clinics name columns, not from the
vocabulary; they hold look-alikes that mean no field ("-> none").
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from iren_core.intake import match_columns, read_table

LISTS = Path(__file__).parent / "headers"
#: Of the headers of a list, the least share in percent that is taken, and taken or rightly suggested.
TAKEN, TAKEN_OR_SUGGESTED = {"english": 85, "chinese": 80}, {"english": 90, "chinese": 88}


class Understood(NamedTuple):
    header: str
    wanted: str | None
    taken: str | None
    suggested: str | None


@cache
def understood(language: str) -> tuple[Understood, ...]:
    """How each header of a list is understood, beside a column that has another name of its own."""
    return tuple(map(_understood, (LISTS / f"{language}.txt").read_text(encoding="utf-8").splitlines()))


def _understood(line: str) -> Understood:
    header_and_values, _, wanted = line.rpartition(" -> ")
    header, _, values = header_and_values.partition("=")
    beside = "nikolsky" if wanted == "alden" else "alden"
    rows = "".join(f"1\t{value}\n" for value in values.split("|") * 3)
    match = match_columns(read_table(f"{beside}\t{header}\n{rows}".encode(), "cohort.txt"))[-1]
    return Understood(
        header,
        None if wanted == "none" else wanted,
        match.field if match.used else None,
        None if match.used else match.field,
    )


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_no_header_is_taken_for_what_it_does_not_mean(language: str) -> None:
    assert [each for each in understood(language) if each.taken and each.taken != each.wanted] == []


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_most_headers_are_taken_and_most_others_rightly_suggested(language: str) -> None:
    meant = [each for each in understood(language) if each.wanted]
    taken = sum(each.taken == each.wanted for each in meant)
    suggested = sum(each.suggested == each.wanted for each in meant)
    assert 100 * taken / len(meant) >= TAKEN[language]
    assert 100 * (taken + suggested) / len(meant) >= TAKEN_OR_SUGGESTED[language]


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_few_headers_that_mean_nothing_here_are_suggested(language: str) -> None:
    others = [each for each in understood(language) if each.wanted is None]
    assert len(others) >= 60
    assert sum(each.suggested is not None for each in others) <= len(others) / 6
