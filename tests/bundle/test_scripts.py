"""The scripts of a bundle run as they stand and find the same numbers."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from iren_core import Cohort, read_cohort
from iren_core.analyses import healing
from iren_core.bundle.contents import Part, parts
from iren_core.bundle.python_script import python_script
from iren_core.card import Card

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "iren_cohort.csv"


@pytest.fixture(scope="module")
def scripts(every_card: list[Card], sample: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts and tables of a bundle, unpacked."""
    folder = tmp_path_factory.mktemp("bundle")
    unpack([one for one in parts(every_card, [sample]) if one.words in ("the scripts", "the tables")], folder)
    return folder / "scripts"


def unpack(made: list[Part], folder: Path) -> None:
    for part in made:
        for name, data in part.make().items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


@pytest.fixture
def rscript() -> str:
    found = shutil.which("Rscript")
    if found is None:
        reason = "R was not found on this machine, so its script was not tried."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def run(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment, encoding="utf-8"
    )


def results(folder: Path) -> list[dict[str, str]]:
    with (folder / "r_results.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_r_finds_the_same_numbers(rscript: str, scripts: Path):
    # the witness is R itself (survival, stats), run here on the tables of the bundle
    done = run([rscript, "reproduce.R"], scripts)
    assert done.returncode == 0, done.stdout + done.stderr
    compared = [row for row in results(scripts) if row["r"] and row["explorer"]]
    assert len(compared) > 120
    for row in compared:
        assert float(row["r"]) == pytest.approx(float(row["explorer"]), rel=1e-6, abs=1e-6), row
    questions = {row["card"][3:] for row in compared}
    assert {
        "healing",
        "robustness",
        "baseline",
        "recovery_crp_mg_l",
        "steroids_duration",
        "mortality",
    } <= questions
    kinds = {row["what"].split(",")[0] for row in compared}
    assert {
        "p",
        "change",
        "difference",
        "hazard ratio",
        "log-rank chi-squared",
        "half healed",
        "mean days",
    } <= kinds


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_r_reads_chinese_groups_in_any_locale(rscript: str, locale: str, tmp_path: Path):
    frame = pd.read_csv(SAMPLE)
    frame["malignancy_type"] = ["肺癌" if row % 3 else "肝癌, 原发 #1" for row in range(len(frame))]
    cohort = read_cohort(frame.to_csv(index=False).encode(), "chinese.csv")
    card = healing.card(cohort, healing.Settings(group="malignancy_type", panels=None))
    unpack([part for part in parts([card], [cohort]) if part.words == "the scripts"], tmp_path)
    done = run([rscript, "reproduce.R"], tmp_path / "scripts", LC_ALL=locale)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 numbers; 12 compared" in done.stdout


def test_r_leaves_out_only_what_it_has_no_package_for(rscript: str, scripts: Path):
    if not (scripts / "r_results.csv").exists():
        run([rscript, "reproduce.R"], scripts)
    lacking = [row["what"] for row in results(scripts) if row["explorer"] and not row["r"]]
    assert set(lacking) <= {"Gray chi-squared", "Gray p"}


def test_r_objects_to_a_number_that_is_another(rscript: str, scripts: Path, tmp_path: Path):
    shutil.copytree(scripts, tmp_path / "scripts")
    expected = tmp_path / "scripts" / "data" / "expected.csv"
    with expected.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows[0]["value"] = str(float(rows[0]["value"]) + 1e-4)
    with expected.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert run([rscript, "reproduce.R"], tmp_path / "scripts").returncode == 1


@pytest.mark.slow
def test_python_makes_the_same_tables(scripts: Path):
    done = run([sys.executable, "reproduce.py", str(SAMPLE)], scripts)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    tables = sorted((scripts.parent / "tables").iterdir())
    assert [path.name for path in tables] == sorted(
        path.name for path in (scripts / "tables_again").iterdir()
    )
    for path in tables:
        assert path.read_bytes() == (scripts / "tables_again" / path.name).read_bytes()


def test_a_file_name_can_do_no_harm_in_the_script(every_card: list[Card]):
    card = every_card[0]
    source = replace(card.origin.source, filename='"""\nimport os\nos.abort()  # \'')
    hostile = replace(card, origin=replace(card.origin, source=source))
    script = python_script([hostile], "0.1.0")
    compile(script, "reproduce.py", "exec")
    assert "\nimport os" not in script


def test_no_patient_is_named_in_the_tables_for_r(scripts: Path, sample: Cohort):
    names = set(sample.frame["patient_id"])
    for path in (scripts / "data").glob("*.csv"):
        with path.open(encoding="utf-8") as file:
            assert not names & {cell for row in csv.reader(file) for cell in row}


def test_the_cards_of_two_uploads_are_made_each_from_its_own_file(tmp_path: Path):
    head, *rows = SAMPLE.read_text(encoding="utf-8").splitlines()
    cards = []
    for name, part in (("first.csv", rows[:16]), ("second.csv", rows[16:])):
        (tmp_path / name).write_text("\n".join([head, *part]), encoding="utf-8")
        cards.append(healing.card(read_cohort((tmp_path / name).read_bytes(), name)))
    (tmp_path / "reproduce.py").write_text(python_script(cards, "0"), encoding="utf-8")
    done = run([sys.executable, "reproduce.py"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert all(card.finding in done.stdout and card.provenance in done.stdout for card in cards)
    assert len({card.finding for card in cards}) == 2
