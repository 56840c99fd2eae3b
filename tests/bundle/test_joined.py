"""A cohort joined from several tables comes back from its settings, its code and the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from iren_core import Cohort, CohortError, Piece, Selection, read_joined
from iren_core.__main__ import main
from iren_core.analyses import healing, recovery
from iren_core.bundle import Recipe, bundle, replay
from iren_core.cohort import cohort_from
from iren_core.intake import RawTable, assemble_table, match_columns, read_tables
from iren_core.intake.below import one_below_another
from iren_core.intake.join import join, link, same_columns
from iren_core.intake.longform import long_form, one_row_a_patient, patient_dates

from ..conftest import workbook_of

ROOT = Path(__file__).parents[2]
PATIENTS = "patient_id,arm,reepithelization_days,outcome,date_steroid_start\n" + "".join(
    f"P{row},{'combination' if row % 2 else 'corticosteroid'},{10 + row},healed,2023-03-01\n"
    for row in range(10)
)
LABS = "patient_id,test,date,result,unit\n" + "".join(
    f"P{row},CRP,2023-03-02,{100 + row},mg/L\nP{row},CRP,2023-03-20,{5 + row},mg/L\n" for row in range(1, 11)
)
AGES = "number,age,sex\n" + "".join(f"p{row},{50 + row},{'F' if row % 3 else 'M'}\n" for row in range(10))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A workbook with patients, ages and a note; a list of laboratory values in a file of its own."""
    (tmp_path / "ward.xlsx").write_bytes(workbook_of(Notes="two people", Patients=PATIENTS, Ages=AGES))
    (tmp_path / "labs.csv").write_text(LABS)
    return [tmp_path / "ward.xlsx", tmp_path / "labs.csv"]


@pytest.fixture
def cohort(files: list[Path]) -> Cohort:
    """The three tables joined step by step, as the page joins them."""
    ward = {
        table.sheet: table
        for table in read_tables(files[0].read_bytes(), "ward.xlsx")
        if hasattr(table, "sheet")
    }
    (labs,) = read_tables(files[1].read_bytes(), "labs.csv")
    chosen = [ward["Patients"], labs, ward["Ages"]]
    dates = patient_dates([(table, match_columns(table)) for table in chosen])
    form = long_form(labs, match_columns(labs))
    assert form is not None
    turned = one_row_a_patient(labs, form, "steroids", "last", dates)
    whole = chosen[0]
    for table, unmatched in ((turned, "leave out"), (ward["Ages"], "add")):
        same = same_columns(match_columns(whole), match_columns(table))
        whole = join(whole, table, link(whole, table, 0, 0), unmatched=unmatched, same=same)
    return cohort_from(assemble_table(whole, match_columns(whole, {"sex": None})))


def given(files: list[Path]) -> list[tuple[bytes, str]]:
    return [(file.read_bytes(), file.name) for file in files]


def test_the_source_holds_what_joins_the_tables_again(cohort: Cohort, files: list[Path]):
    assert len(cohort) == 10
    assert cohort.has("crp_mg_l_recovery", "age_years")
    again = read_joined(given(files), **cohort.source.reading)
    pd.testing.assert_frame_equal(again.frame, cohort.frame)
    assert again.source.columns == cohort.source.columns
    assert again.source.pieces == cohort.source.pieces
    assert [(piece.sheet, piece.acute, piece.unmatched) for piece in again.source.pieces] == [
        ("Patients", "", "add"), (None, "steroids", "leave out"), ("Ages", "", "add"),
    ]  # fmt: skip


def test_a_list_of_measurements_alone_is_turned_again():
    (labs,) = read_tables(LABS.encode(), "labs.csv")
    form = long_form(labs, match_columns(labs))
    assert form is not None
    turned = one_row_a_patient(labs, form, "first", "last")
    cohort = cohort_from(assemble_table(turned, match_columns(turned)))
    again = read_joined([(LABS.encode(), "labs.csv")], **cohort.source.reading)
    pd.testing.assert_frame_equal(again.frame, cohort.frame)
    assert again.has("crp_mg_l_acute", "crp_mg_l_recovery")


def test_the_code_under_a_card_runs_as_it_stands(cohort: Cohort, files: list[Path]):
    card = healing.card(cohort.select(Selection(arm=("combination",))))
    assert "read_joined(" in card.code
    done = subprocess.run(
        [sys.executable, "-c", card.code], cwd=files[0].parent, env={"PYTHONPATH": str(ROOT)}, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.strip() == card.finding


@pytest.mark.usefixtures("no_browser")
def test_the_command_line_and_the_script_of_a_bundle_take_every_file(
    cohort: Cohort, files: list[Path], tmp_path: Path
):
    cards = [healing.card(cohort), recovery.card(cohort, recovery.Settings(marker="crp_mg_l"))]
    first = bundle(cards, [cohort])
    assert "replay settings.json ward.xlsx labs.csv --out folder" in first.files["README.txt"].decode(
        "utf-8-sig"
    )
    (tmp_path / "settings.json").write_bytes(first.files["settings.json"])
    names = [str(file) for file in reversed(files)]  # in any order
    assert main(["replay", str(tmp_path / "settings.json"), *names, "--out", str(tmp_path / "out")]) == 0
    for name, data in first.files.items():
        assert (tmp_path / "out" / name).read_bytes() == data, name
    done = subprocess.run(
        [sys.executable, str(tmp_path / "out/scripts/reproduce.py"), *names], cwd=tmp_path, text=True,
        env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    for file in (tmp_path / "tables_again").iterdir():
        assert file.read_bytes() in first.files.values()


def test_one_file_of_several_is_not_enough_and_that_is_said(cohort: Cohort, files: list[Path]):
    recipe = Recipe.from_json(Recipe.of([healing.card(cohort)]).to_json())
    made = replay(recipe, files[0].read_bytes(), files[0].name)
    said = " ".join(made.remarks)
    assert "“labs.csv” was to be joined with other tables." in said
    assert "Give all files of the cohort: ward.xlsx, labs.csv." in said
    assert len(made.cards) == 1


def test_a_later_state_of_the_files_is_joined_by_their_names(cohort: Cohort, files: list[Path]):
    later = (LABS + "P3,CRP,2023-04-20,1,mg/L\n").encode()
    recipe = Recipe.of([healing.card(cohort)])
    made = replay(recipe, files[0].read_bytes(), files[0].name, (later, "labs.csv"))
    assert any("another file or another state of it" in remark for remark in made.remarks)
    row = made.cohorts[0].frame.set_index("patient_id").loc["P3"]
    assert row["crp_mg_l_recovery"] == 1


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"sheet": "Nobody"}, "There is no table of this name."),
        ({"joined_by": ("patient_id", "nothing")}, "One of these columns is not there"),
        ({"repeated": "any"}, "the rule of joining is not known"),
        ({"how": "above"}, "the rule of joining is not known"),
        ({"acute": "best"}, "It is no list of measurements any more"),
    ],
)
def test_pieces_that_do_not_fit_get_a_sentence(
    cohort: Cohort, files: list[Path], change: dict[str, object], found: str
):
    first, labs, ages = cohort.source.pieces
    with pytest.raises(CohortError, match=found):
        read_joined(given(files), [first, labs, Piece(**{**vars(ages), **change})])  # type: ignore[arg-type]


STEROID = "No,Age,Sex,BSA\n" + "".join(f"{row},{50 + row},{'MF'[row % 2]},{row}\n" for row in range(1, 9))
COMBINATION = "No,Sex,BSA,Age,TNFi,愈合时间\n" + "".join(
    f"{row},{'FM'[row % 3 == 0]},{30 + row},{80 - 3 * row},etanercept,{14 + row}\n" for row in range(1, 8)
)
SCORES = "No,SCORTEN\n" + "".join(f"联合组 {row},{row % 4}\n" for row in range(1, 8))


def groups(folder: Path) -> tuple[Path, Path, Cohort]:
    """Two groups of patients one below another, and scores joined to them."""
    ward, scores = folder / "groups.xlsx", folder / "scores.csv"
    ward.write_bytes(workbook_of(激素组=STEROID, 联合组=COMBINATION))
    scores.write_text(SCORES, encoding="utf-8")
    sheets = [each for each in read_tables(ward.read_bytes(), ward.name) if isinstance(each, RawTable)]
    (beside,) = read_tables(scores.read_bytes(), scores.name)
    assert isinstance(beside, RawTable)
    whole = one_below_another(sheets)
    whole = join(whole, beside, link(whole, beside, 0, 0))
    return ward, scores, cohort_from(assemble_table(whole, match_columns(whole)))


def test_tables_one_below_another_come_back_from_their_pieces(tmp_path: Path):
    ward, scores, cohort = groups(tmp_path)
    assert [piece.how for piece in cohort.source.pieces] == ["beside", "below", "beside"]
    assert cohort.frame["arm"].value_counts().to_dict() == {"corticosteroid": 8, "combination": 7}
    assert cohort.frame["scorten"].notna().sum() == 7
    again = read_joined(given([scores, ward]), **cohort.source.reading)
    pd.testing.assert_frame_equal(again.frame, cohort.frame)
    pd.testing.assert_frame_equal(again.problems, cohort.problems)
    assert again.source.assumptions == cohort.source.assumptions


@pytest.mark.usefixtures("no_browser")
def test_tables_one_below_another_come_back_from_settings_and_code(tmp_path: Path):
    ward, scores, cohort = groups(tmp_path)
    card = healing.card(cohort)
    assert 'how="below"' in card.code or "how='below'" in card.code
    first = bundle([card], [cohort])
    (tmp_path / "settings.json").write_bytes(first.files["settings.json"])
    names = [str(ward), str(scores)]
    assert main(["replay", str(tmp_path / "settings.json"), *names, "--out", str(tmp_path / "out")]) == 0
    for name, data in first.files.items():
        assert (tmp_path / "out" / name).read_bytes() == data, name
    done = subprocess.run(
        [sys.executable, "-c", card.code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert (done.stderr, done.stdout.strip()) == ("", card.finding)


DAMAGED = (
    {"pieces": 1},
    {"pieces": [{"filename": 1, "sha256": "a", "joined_by": []}]},
    {"classes": {"x": 1}},
)


@pytest.mark.parametrize("wrong", DAMAGED, ids=str)
def test_settings_with_damaged_pieces_are_refused(cohort: Cohort, wrong: dict[str, object]):
    text = json.loads(Recipe.of([healing.card(cohort)]).to_json())
    text["files"][0]["reading"] |= wrong
    with pytest.raises(CohortError, match="It is not the settings"):
        Recipe.from_json(json.dumps(text).encode())
