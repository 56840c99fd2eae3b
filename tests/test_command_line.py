"""The same cards without a screen, whole or made to be shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from iren_core.__main__ import main

pytestmark = pytest.mark.slow  # every file of every card, three times

SAMPLE = Path(__file__).parents[1] / "sample_data" / "iren_cohort.csv"


def written(folder: Path, *options: str) -> str:
    assert main([str(SAMPLE), "--out", str(folder), *options]) == 0
    texts = (file for ending in ("csv", "txt", "json") for file in sorted(folder.rglob(f"*.{ending}")))
    return "".join(file.read_text(encoding="utf-8-sig") for file in texts)


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


def test_study_numbers_take_the_place_of_the_patients_own(tmp_path: Path):
    assert "S14" not in written(tmp_path, "--study-numbers")
