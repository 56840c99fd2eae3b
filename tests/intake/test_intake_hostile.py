"""Hostile and broken files: each is answered by a sentence or a cohort, soon, in little memory, and runs nothing."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # hostile.py, the maker of the files

import hostile

ROOT = Path(__file__).parents[2]
READER = Path(__file__).with_name("read_hostile.py")
MOST_SECONDS = 10
#: ... which a busy machine may stretch to this.
MOST_STRETCHED = 60
MOST_MEGABYTES = 1024


def complaints(files: Iterable[hostile.Hostile], folder: Path) -> tuple[int, list[str]]:
    """How many files were read, and what is wrong with the answers to them."""
    names = []
    called = []
    for number, (name, filename, data) in enumerate(files):
        (folder / f"{number}.bin").write_bytes(data)
        names.append(name)
        called.append(filename)
    (folder / "names.json").write_text(json.dumps(called))
    done = subprocess.run(
        [sys.executable, str(READER), str(folder)], cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = [done.stderr] if done.stderr or done.returncode else []
    for number, name in enumerate(names):
        place = folder / f"{number}.json"
        if not place.exists():
            wrong.append(f"{name}: the process died")
            continue
        answer = json.loads(place.read_text())
        print(f"{name}: {answer['seconds']:.1f} s, {answer['megabytes']:.0f} MB, {answer['said'][:300]}")
        if answer["kind"] == "traceback" or answer["forbidden"]:
            wrong.append(f"{name}: {answer['said']} {answer['forbidden']}")
        busy = min(answer["seconds"], answer["processor_seconds"])  # other tests run meanwhile
        if busy > MOST_SECONDS or answer["seconds"] > MOST_STRETCHED or answer["megabytes"] > MOST_MEGABYTES:
            wrong.append(f"{name}: {busy:.1f} s in {answer['seconds']:.1f} s, {answer['megabytes']:.0f} MB")
    if (folder / "executed").exists():
        wrong.append("a file was executed")
    return len(names), wrong


@pytest.mark.slow
def test_hostile_files_are_answered(tmp_path):
    number, wrong = complaints(hostile.files(), tmp_path)
    assert wrong == []
    assert number >= 150


@pytest.mark.slow
def test_heavy_files_are_answered(tmp_path):
    number, wrong = complaints(hostile.heavy_files(), tmp_path)
    assert wrong == []
    assert number >= 20
