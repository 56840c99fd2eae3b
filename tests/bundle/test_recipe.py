"""Settings as text: what goes in comes out, and what cannot be meant is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iren_core import Cohort, CohortError
from iren_core.bundle import Recipe
from iren_core.bundle.recipe import QUESTIONS
from iren_core.card import Card

ANALYSES = Path(__file__).parents[2] / "iren_core" / "analyses"


def test_every_question_with_a_card_can_be_asked_again(every_card: list[Card]):
    assert {path.parent.name for path in ANALYSES.glob("*/card.py")} == set(QUESTIONS)
    assert {card.origin.question for card in every_card if card.origin} == set(QUESTIONS)


def test_what_goes_in_comes_out(every_card: list[Card]):
    recipe = Recipe.of(every_card)
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert [request.settings for request in recipe.requests] == [card.origin.settings for card in every_card]
    assert [str(request.selection) for request in recipe.requests].count("diagnosis TEN") == 1


def test_the_language_of_the_report_is_kept(every_card: list[Card]):
    text = Recipe.of(every_card, "中文").to_json()
    assert Recipe.from_json(text).language == "中文"
    older = json.loads(text)
    del older["language"]
    assert Recipe.from_json(json.dumps(older).encode()).language == "English"


def test_the_same_cards_give_the_same_bytes_and_no_patient(every_card: list[Card], sample: Cohort):
    text = Recipe.of(every_card).to_json()
    assert text == Recipe.of(every_card).to_json()
    assert not any(f'"{name}"' in text.decode() for name in sample.frame["patient_id"])


def test_a_card_that_no_question_made_is_left_out(every_card: list[Card]):
    from dataclasses import replace  # noqa: PLC0415

    assert Recipe.of([replace(every_card[0], origin=None)]).requests == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda text: text.update(format="another"), "another program"),
        (lambda text: text.update(format_version=2), "a later version"),
        (lambda text: text["cards"][0].update(question="os"), "the question “os”, which is not known"),
        (lambda text: text["cards"][0]["settings"].update(group=3), "group = 3, which it cannot be"),
        (lambda text: text["cards"][0]["settings"].update(view="upside down"), "view = 'upside down', which it cannot"),
        (lambda text: text["cards"][0]["settings"].update(window_days=True), "window_days = True, which it cannot"),
        (lambda text: text["cards"][0]["settings"].update(colour="red"), "not one of its settings"),
        (lambda text: text["cards"][0].update(file=7), "names a file that is not listed"),
        (lambda text: text["cards"][0].update(selection="nonsense"), "not of the form field=value"),
        (lambda text: text.update(language="Latin"), "“Latin”, which it cannot be"),
        (lambda text: text.update(language=["中文"]), "which it cannot be"),
        (lambda text: text.pop("files"), "not the settings.json of a bundle"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_said(every_card: list[Card], change, found: str):
    text = json.loads(Recipe.of(every_card).to_json())
    change(text)
    with pytest.raises(CohortError, match=found):
        Recipe.from_json(json.dumps(text).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"format": null}'])
def test_bytes_that_are_no_settings_are_said(data: bytes):
    with pytest.raises(CohortError, match="Settings were to be read"):
        Recipe.from_json(data)
