"""What lies in a bundle, how far it is, and what it says when something cannot be made."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from iren_core import Cohort, CohortError
from iren_core.analyses import healing, mortality
from iren_core.bundle import Bundle, archive, bundle
from iren_core.bundle.contents import workbook_of
from iren_core.bundle.rows import rows_behind
from iren_core.card import Card
from iren_core.export import images


@pytest.fixture(scope="module")
def made(sample: Cohort) -> tuple[Bundle, list[tuple[str, int, int]]]:
    """A bundle of two cards on a machine without a browser, and what was said while it was made."""
    said: list[tuple[str, int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "find_browser", lambda: None)
        cards = [healing.card(sample), mortality.card(sample)]
        return bundle(cards, [sample], progress=lambda *how_far: said.append(how_far)), said


def test_every_kind_of_file_is_there(made):
    names = set(made[0].files)
    assert {
        "README.txt", "settings.json", "report.docx", "slides.pptx", "workbook.xlsx", "queries.csv", "mapping.csv",
        "scripts/reproduce.py", "scripts/reproduce.R", "scripts/data/survival.csv", "tables/01_healing_summary.csv",
        "tables/02_mortality_deaths.csv",
    } <= names  # fmt: skip


def test_the_read_me_names_every_file_and_card_and_what_is_lacking(made):
    text = made[0].files["README.txt"].decode("utf-8-sig")
    for name in made[0].files:
        assert name == "README.txt" or name.split("/")[0] in text
    assert "02_mortality: Predicted and observed mortality" in text
    assert text.count("There is no Chrome, Chromium or Edge") == 1


def test_progress_goes_from_nothing_to_all(made):
    said = made[1]
    assert [done for _, done, _ in said] == list(range(len(said)))
    assert said[0][0] == "the settings"
    assert said[-1][1] == said[-1][2] == len(said) - 1


def test_the_archive_holds_them_all_without_an_hour(made):
    held = ZipFile(BytesIO(archive(made[0])))
    assert set(held.namelist()) == set(made[0].files)
    assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert held.testzip() is None


def test_the_patients_behind_a_card_are_those_of_its_selection_and_unnamed(
    every_card: list[Card], sample: Cohort
):
    for card in every_card:
        cohort = sample.select(card.origin.selection)
        rows = rows_behind(card, cohort)
        if card.origin.question == "published":
            assert rows is None
            continue
        assert list(rows.values["row_in_file"]) == list(cohort.frame.index)
        assert "patient_id" not in rows.values
        assert len(rows.values.columns) > 2


def test_the_workbook_has_a_sheet_of_patients(sample: Cohort):
    book = openpyxl.load_workbook(BytesIO(workbook_of([healing.card(sample)], [sample])))
    assert book.sheetnames[-1] == "healing rows"
    rows = list(book["healing rows"].iter_rows(min_row=3, values_only=True))
    assert rows[0][:3] == ("row_in_file", "arm", "diagnosis")
    assert [row[0] for row in rows[1:33]] == list(sample.frame.index)


def test_a_patient_of_no_known_day_has_no_end(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination"] * 3,
            "reepithelization_days": [9, None, None],
            "followup_days": [40, 30, None],
        }
    )
    rows = rows_behind(healing.card(cohort), cohort).values
    assert rows["end_counted"].tolist() == ["healed", "censored", None]


def test_a_card_of_another_cohort_goes_without_patients_and_scripts(sample: Cohort):
    card = healing.card(sample)
    other = replace(card, origin=replace(card.origin, source=replace(card.origin.source, sha256="0" * 64)))
    assert "healing rows" not in openpyxl.load_workbook(BytesIO(workbook_of([other], [sample]))).sheetnames


def test_an_empty_deck_is_said():
    with pytest.raises(CohortError, match="Add a card to the deck first"):
        bundle([], [])
