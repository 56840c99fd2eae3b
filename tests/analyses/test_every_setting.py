"""Every option of every question, over the sample and over cohorts that lack something: an answer, or a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from iren_core import Cohort, CohortError, read_cohort

from ..lacking import COHORTS, ROOT, SAMPLE

QUESTIONS = sorted(path.parent.name for path in (ROOT / "iren_core" / "analyses").glob("*/card.py"))
GROUPS = ("arm", "diagnosis", "outcome", "infection", "age_years>=60")
EVERY: dict[str, Callable[[], Cohort]] = {"the sample": lambda: read_cohort(SAMPLE.read_bytes(), SAMPLE.name)}
EVERY |= COHORTS
# What a number that could not be computed looks like when it slips into a sentence.
SLIP = re.compile(r"\b(nan|None(?! of)|NaT|inf)\b|\bn = \d+\.\d")


@cache
def cohort(name: str) -> Cohort:
    return EVERY[name]()


def every_setting(question: ModuleType) -> Iterator[Any]:
    """The usual settings, then each option that differs from them, one at a time."""
    usual = question.Settings()
    yield usual
    hints = get_type_hints(question.Settings)
    for each in fields(usual):
        for option in _options(each.name, hints[each.name]):
            if option != getattr(usual, each.name):
                yield replace(usual, **{each.name: option})


def _options(name: str, hint: Any) -> tuple[Any, ...]:
    if name == "group":
        return GROUPS
    if get_origin(hint) is Literal:
        return get_args(hint)
    return (False, True) if hint is bool else ()


def words(card: Any) -> Iterator[str]:
    yield from (card.title, card.finding, card.alt, card.caption, card.methods, card.provenance, *card.notes)
    for table in card.tables:
        yield from (table.title, table.note, *table.shown.astype(str).to_numpy().ravel())


def assert_answers_or_explains(question: ModuleType, name: str) -> None:
    for settings in every_setting(question):
        try:
            card = question.card(cohort(name), settings)
        except CohortError as error:
            assert len(str(error).split()) > 5, settings
        else:
            for text in words(card):
                assert not SLIP.search(text), (settings, text)
            assert card.finding.strip(), settings
            assert card.alt.strip(), settings


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_setting_over_one_patient(question: str) -> None:
    assert_answers_or_explains(import_module(f"iren_core.analyses.{question}"), "one patient")


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_setting(question: str, name: str) -> None:
    assert_answers_or_explains(import_module(f"iren_core.analyses.{question}"), name)


def test_each_question_is_tried() -> None:
    packages = {path.parent.name for path in (ROOT / "iren_core" / "analyses").glob("*/__init__.py")}
    assert packages - set(QUESTIONS) == {
        "changes",
        "patients",
    }  # a comparison and a listing, without settings
