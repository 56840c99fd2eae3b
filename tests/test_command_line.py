"""The same cards without a screen, whole or made to be shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from iren_core import __main__ as command_line
from iren_core.__main__ import main

SAMPLE = Path(__file__).parents[1] / "sample_data" / "iren_cohort.csv"


def written(folder: Path, *options: str) -> str:
    assert main([str(SAMPLE), "--out", str(folder), *options]) == 0
    texts = (file for ending in ("csv", "txt", "json") for file in sorted(folder.rglob(f"*.{ending}")))
    return "".join(file.read_text(encoding="utf-8-sig") for file in texts)


@pytest.mark.slow  # every file of every card, twice
def test_a_shared_folder_names_nobody_and_holds_no_query(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    whole = written(tmp_path / "whole")
    assert "S14" in whole
    assert "3 of 32 patients died" in capsys.readouterr().out
    shared = written(tmp_path / "shared", "--share-safe")
    assert "S14" not in shared
    assert "3 of 32" not in capsys.readouterr().out
    assert (tmp_path / "whole" / "queries.csv").exists()
    assert not (tmp_path / "shared" / "queries.csv").exists()
    assert not (tmp_path / "shared" / "scripts").exists()


@pytest.mark.slow
def test_study_numbers_take_the_place_of_the_patients_own(tmp_path: Path):
    assert "S14" not in written(tmp_path, "--study-numbers")


@pytest.mark.parametrize(
    ("options", "diagnoses"),
    [
        ((), ["SJS", "overlap", "overlap", "TEN"]),
        (("--ten-from-30",), ["SJS", "overlap", "TEN", "TEN"]),
        (("--overlap-is-ten",), ["SJS", "TEN", "TEN", "TEN"]),
    ],
)
def test_where_the_detached_skin_becomes_ten_can_be_said(
    options: tuple[str, ...], diagnoses: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "cohort.csv"
    file.write_text(
        "patient_id,detachment_bsa_pct,outcome\nA,8,healed\nB,20,healed\nC,30,healed\nD,50,died\n"
    )
    seen = []
    monkeypatch.setattr(command_line, "_cards", lambda cohort: seen.append(cohort) or [])
    assert main([str(file), *options]) == 1  # no card, for none is asked for
    assert seen[0].frame["diagnosis"].tolist() == diagnoses
