"""Every option of every question can be shared: over the sample and over cohorts that lack something."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from iren_core.card import Card
from iren_core.errors import CohortError
from iren_core.export.powerpoint import deck
from iren_core.export.workbook import workbook
from iren_core.share_safe import share_safe

from ..analyses.test_every_setting import EVERY, QUESTIONS, SLIP, cohort, every_setting, words

#: A count from 1 to 4 as a card writes it. The published study's own numbers are the study's to print.
SMALL = re.compile(
    r"(?<![\d.,<≥−–])\b[1-4] of (?:the )?\d+\b(?! (?:samples|char|comp|mark|factors ha))|\b[1-4] \(\d+%\)|\bn = [1-4]\b"
)
NOT_SMALL = re.compile(r"1 to \d of \d|Within [1-4] of \d")
PRINTED = {"published"}


def assert_shares(question: str, name: str) -> None:
    own = cohort(name)
    cards = []
    for settings in every_setting(import_module(f"iren_core.analyses.{question}")):
        try:
            card = import_module(f"iren_core.analyses.{question}").card(own, settings)
        except CohortError:
            continue
        shared = share_safe(card, own.frame["patient_id"])
        assert_tells_nothing(shared, question)
        cards.append(shared)
    if cards:  # one file of all: opening a presentation for each takes longer than masking it
        assert deck(cards)
        assert workbook(cards)


def assert_tells_nothing(card: Card, question: str) -> None:
    for text in words(card):
        assert not SLIP.search(text), text
        if question not in PRINTED:
            assert not SMALL.search(NOT_SMALL.sub("", text)), text
    assert card.finding.strip()
    assert card.alt.strip()


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_setting_can_be_shared(question: str, name: str) -> None:
    assert_shares(question, name)
