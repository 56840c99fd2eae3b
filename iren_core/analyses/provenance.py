"""Where an answer came from, in one line for the picture and in a few lines of Python for whoever repeats it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from iren_core._version import __version__
from iren_core.cohort import Cohort, Selection
from iren_core.wording import listed


def provenance(cohort: Cohort, tests: tuple[str, ...]) -> str:
    """File, hash, patients in and out, selection in words, tests, version; the same on every export."""
    parts = [
        str(cohort.source),
        f"{len(cohort)} of {cohort.n_total} patients: {cohort.selection}",
        listed(dict.fromkeys(tests)),
        f"irEN cohort explorer {__version__}",
    ]
    return " · ".join(part for part in parts if part)


def script(cohort: Cohort, question: str, settings: Any) -> str:
    """Python that makes the same card from the same file."""
    source = cohort.source
    read = {
        "sheet": source.sheet,
        "mapping": source.chosen,
        "codings": {name: dict(coding) for name, coding in source.codings},
        "study_numbers": source.study_numbers,
    }
    arguments = "".join(f",\n    {name}={value!r}" for name, value in read.items() if value)
    select = f".select({_call('Selection', cohort.selection, Selection())})" if cohort.selection else ""
    return (
        "from pathlib import Path\n\n"
        "from iren_core import Between, Selection, read_cohort\n"
        f"from iren_core.analyses import {question}\n\n"
        f"file = Path({source.filename!r})  # SHA-256 {source.sha256}\n"
        f"cohort = read_cohort(file.read_bytes(), file.name{arguments}){select}\n"
        f"card = {question}.card(cohort, {question}.{_call('Settings', settings, type(settings)())})\n"
        "print(card.finding)\n"
    )


def _call(name: str, value: Any, default: Any) -> str:
    changed = (
        f"{field.name}={getattr(value, field.name)!r}"
        for field in fields(value)
        if getattr(value, field.name) != getattr(default, field.name)
    )
    return f"{name}({', '.join(changed)})"
