"""What the study prints (Front Immunol 2024, doi 10.3389/fimmu.2024.1421684), one fact a line of ``facts.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

STUDY = "Front Immunol 2024, doi 10.3389/fimmu.2024.1421684"

Kind = Literal["count", "mean", "mean_sd", "median", "median_iqr", "p", "r", "change", "pattern"]
Section = Literal[
    "Patients",
    "Treatment",
    "Healing",
    "Corticosteroids",
    "Mortality",
    "Adverse events",
    "Correlates",
    "Markers",
    "The deceased",
]
SECTIONS: tuple[Section, ...] = get_args(Section)

NOT_SIGNIFICANT = "not significant"


@dataclass(frozen=True)
class Fact:
    """One printed fact, and how it is found in a cohort.

    section, where, quantity, unit : which part it belongs to, where it is printed, of what, in which unit
    diagnosis, arm, outcome : the patients it speaks of; empty: all
    kind : what the numbers are: count of n, with percentage; mean; mean and sd; median; median and quartiles; a p
        alone; a correlation with the days to healing; a change from acute to recovery; a pattern of several medians
    n : patients, where it is printed
    numbers : as printed, with their decimals
    p : p-value printed alone or beside the numbers, ``"<0.001"``, ``"not significant"``; empty: none
    field, category : what is described; the category that is counted, or the direction of a change
    groups, test : field that is compared by, and the test that gives the printed p
    named_test : the test that the study names
    remark : what does not fit, or what to bear in mind
    """

    id: str
    section: Section
    where: str
    quantity: str
    diagnosis: str
    arm: str
    outcome: str
    kind: Kind
    n: str
    numbers: tuple[str, ...]
    p: str
    unit: str
    field: str
    category: str
    groups: str
    test: str
    named_test: str
    remark: str


@dataclass(frozen=True)
class Claim:
    """What the study says, where, and what its numbers show."""

    where: str
    said: str
    found: str


@cache
def facts() -> tuple[Fact, ...]:
    """Every printed fact, in the order of the study."""
    return tuple(Fact(**{**row, "numbers": tuple(row["numbers"].split())}) for row in _rows("facts.csv"))


@cache
def claims() -> tuple[Claim, ...]:
    """Where the study's words and its numbers part."""
    return tuple(Claim(**row) for row in _rows("claims.csv"))


def fact(name: str) -> Fact:
    """The fact of that id; ``KeyError`` when there is none."""
    return {one.id: one for one in facts()}[name]


def _rows(file: str) -> list[dict]:
    text = files("iren_core.analyses.published").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
