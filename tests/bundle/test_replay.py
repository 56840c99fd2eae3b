"""The road there and back: file, cards, bundle, settings, and the same tables byte for byte."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import docx
import pandas as pd
import pytest

from iren_core import Classes, Cohort, Selection, read_cohort
from iren_core.__main__ import main
from iren_core.analyses import baseline, healing, recovery
from iren_core.bundle import Recipe, archive, bundle, replay
from iren_core.card import Card
from iren_core.export.workbook import csv
from iren_core.share_safe import is_shared, share_safe

DATA = Path(__file__).parents[2] / "sample_data"
SAMPLE = DATA / "iren_cohort.csv"
MESSY = DATA / "iren_cohort_messy.xlsx"


def again(cards: list[Card], data: bytes, filename: str):
    return replay(Recipe.from_json(Recipe.of(cards).to_json()), data, filename)


def tables_of(cards: tuple[Card, ...] | list[Card]) -> list[bytes]:
    return [csv(table, card.provenance) for card in cards for table in card.tables]


@pytest.mark.parametrize(
    ("asked", "heading"), [((), "统计方法"), (("--language", "English"), "Statistical methods")]
)
def test_a_replayed_report_has_its_language_unless_another_is_asked(
    sample: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], heading: str
):
    monkeypatch.setattr("iren_core.export.images.find_browser", lambda: None)
    settings = tmp_path / "settings.json"
    settings.write_bytes(Recipe.of([recovery.card(sample)], "中文").to_json())
    folder = tmp_path / "folder"
    assert main(["replay", str(settings), str(SAMPLE), "--out", str(folder), *asked]) == 0
    report = docx.Document(str(folder / "report.docx"))
    assert heading in [paragraph.text for paragraph in report.paragraphs]
    kept = "English" if asked else "中文"
    assert Recipe.from_json((folder / "settings.json").read_bytes()).language == kept


def test_replayed_tables_are_the_same_byte_for_byte(every_card: list[Card]):
    made = again(every_card, SAMPLE.read_bytes(), SAMPLE.name)
    assert made.remarks == ()
    assert len(tables_of(every_card)) > 40
    assert tables_of(made.cards) == tables_of(every_card)


def test_cards_made_to_be_shared_are_masked_again_and_bring_no_rows(sample: Cohort, tmp_path: Path):
    card = healing.card(sample)
    shared = share_safe(card, sample.frame["patient_id"])
    made = again([card, shared], SAMPLE.read_bytes(), SAMPLE.name)
    assert [is_shared(one) for one in made.cards] == [False, True]
    assert tables_of(made.cards) == tables_of([card, shared])
    settings = tmp_path / "settings.json"
    settings.write_bytes(Recipe.of([shared]).to_json())
    assert main(["replay", str(settings), str(SAMPLE), "--out", str(tmp_path / "folder")]) == 0
    names = {path.name for path in (tmp_path / "folder").rglob("*")}
    assert "settings.json" in names
    assert not names & {"queries.csv", "reproduce.py", "reproduce.R", "cohort.csv"}


@pytest.mark.slow
@pytest.mark.usefixtures("no_browser")
def test_a_replayed_bundle_is_the_same_byte_for_byte(every_card: list[Card], sample: Cohort):
    made = again(every_card, SAMPLE.read_bytes(), SAMPLE.name)
    assert made.remarks == ()
    first, second = bundle(every_card, [sample]), bundle(made.cards, made.cohorts)
    assert sum(name.startswith("tables/") for name in first.files) > 40
    assert {name for name in first.files if first.files[name] != second.files[name]} == set()
    assert hash(archive(first)) == hash(archive(second))


def test_the_readers_own_matches_and_codes_are_taken_again():
    reading = {
        "sheet": read_cohort(MESSY.read_bytes(), MESSY.name).source.sheet,
        "mapping": {
            column_of(MESSY, "ferritin_ng_ml_acute"): None,
            column_of(MESSY, "age_years"): "age_years",
        },
        "codings": {"sex": {"F": "female", "M": "male"}},
    }
    cohort = read_cohort(MESSY.read_bytes(), MESSY.name, **reading)
    assert not cohort.has("ferritin_ng_ml_acute")
    card = baseline.card(cohort)
    made = again([card], MESSY.read_bytes(), MESSY.name)
    assert made.remarks == ()
    assert made.cohorts[0].source.reading == reading
    assert made.cards[0].tables[0].values.equals(card.tables[0].values)


def column_of(file: Path, field: str) -> str:
    matches = read_cohort(file.read_bytes(), file.name).source.columns
    return next(match.column for match in matches if match.field == field)


def test_another_state_of_the_file_is_said_and_answered(sample: Cohort):
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    made = again([healing.card(sample)], "".join(lines[:-3]).encode(), "later.csv")
    assert len(made.cards) == 1
    assert "29 of 29 patients" in made.cards[0].provenance
    (remark,) = made.remarks
    assert "“iren_cohort.csv” (SHA-256" in remark
    assert "“later.csv”" in remark


def test_another_version_is_said(sample: Cohort):
    text = json.loads(Recipe.of([healing.card(sample)]).to_json())
    text["made_with"] |= {"iren_core": "0.0.9", "numpy": "1.0"}
    made = replay(Recipe.from_json(json.dumps(text).encode()), SAMPLE.read_bytes(), SAMPLE.name)
    (remark,) = made.remarks
    assert "irEN cohort explorer 0.0.9 (here" in remark
    assert "numpy 1.0 (here" in remark
    assert len(made.cards) == 1


def test_a_card_that_the_file_cannot_give_is_said_and_the_others_are_made(sample: Cohort):
    cards = [healing.card(sample), recovery.card(sample)]
    frame = pd.read_csv(SAMPLE).drop(columns=["crp_mg_l_acute", "crp_mg_l_recovery"]).to_csv(index=False)
    made = again(cards, frame.encode(), "no_crp.csv")
    assert [card.key for card in made.cards] == ["healing"]
    assert any(
        "The card on recovery (all patients) could not be made again." in remark for remark in made.remarks
    )


def test_a_file_that_cannot_be_read_as_the_first_is_read_by_its_names():
    reading = {"mapping": {column_of(MESSY, "ferritin_ng_ml_acute"): None}}
    card = healing.card(read_cohort(MESSY.read_bytes(), MESSY.name, **reading))
    made = again([card], SAMPLE.read_bytes(), SAMPLE.name)
    assert len(made.cards) == 1
    assert any("was read by its own column names" in remark for remark in made.remarks)


def test_a_column_that_is_understood_differently_is_said(sample: Cohort):
    text = json.loads(Recipe.of([healing.card(sample)]).to_json())
    text["files"][0]["columns"]["bmi"] = "weight_kg"
    made = replay(Recipe.from_json(json.dumps(text).encode()), SAMPLE.read_bytes(), SAMPLE.name)
    assert made.remarks == ("Columns understood differently from then: “bmi” (weight_kg then, bmi now).",)


@pytest.mark.usefixtures("no_browser")
def test_the_command_line_replays_a_bundle(
    sample: Cohort, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    cards = [healing.card(sample.select(Selection(diagnosis=("SJS",))))]
    first = bundle(cards, [sample])
    (tmp_path / "settings.json").write_bytes(first.files["settings.json"])
    assert main(["replay", str(tmp_path / "settings.json"), str(SAMPLE), "--out", str(tmp_path / "out")]) == 0
    for name, data in first.files.items():
        assert (tmp_path / "out" / name).read_bytes() == data
    said = capsys.readouterr()
    assert "Healing by treatment arm" in said.out
    assert said.err.count("Chrome") == 1


def test_the_command_line_says_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "settings.json").write_text("{}")
    assert main(["replay", str(tmp_path / "settings.json"), str(SAMPLE)]) == 1
    assert "It is not the settings.json of a bundle" in capsys.readouterr().err
    assert main(["replay", str(tmp_path / "none.json"), str(SAMPLE)]) == 1


DETACHED = "patient_id,arm,outcome,reepithelization_days,detachment_bsa_pct\n" + "".join(
    f"P{row},{'combination' if row % 2 else 'corticosteroid'},healed,{10 + row},{share}\n"
    for row, share in enumerate((5, 8, 10, 15, 20, 30, 30, 40, 50, 60))
)


@pytest.mark.parametrize(
    ("classes", "counts"),
    [
        (Classes(), {"SJS": 2, "overlap": 5, "TEN": 3}),
        (Classes(ten_from_30=True), {"SJS": 2, "overlap": 3, "TEN": 5}),
        (Classes(overlap_is_ten=True), {"SJS": 2, "TEN": 8}),
    ],
    ids=str,
)
def test_the_classes_of_the_diagnosis_come_back_from_the_settings_and_from_the_code(
    classes: Classes, counts: dict[str, int], tmp_path: Path
):
    file = tmp_path / "detached.csv"
    file.write_text(DETACHED)
    cohort = read_cohort(file.read_bytes(), file.name, classes=classes)
    assert cohort.frame["diagnosis"].value_counts().loc[lambda n: n > 0].to_dict() == counts
    assert f"({classes})" in " ".join(cohort.source.assumptions)
    card = healing.card(cohort)
    made = again([card], file.read_bytes(), file.name)
    assert made.remarks == ()
    assert made.cohorts[0].source.classes == classes
    assert made.cards[0].tables[0].values.equals(card.tables[0].values)
    script = card.code.replace(
        "print(card.finding)", "print(cohort.frame['diagnosis'].value_counts().to_dict())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": str(DATA.parent)}, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    assert {name: n for name, n in ast.literal_eval(done.stdout).items() if n} == counts
