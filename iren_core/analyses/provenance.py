"""Where an answer came from, in one line for the picture and in a few lines of Python for whoever repeats it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from iren_core._version import __version__
from iren_core.card import Origin
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


def origin(cohort: Cohort, question: str, settings: Any) -> Origin:
    """What the card is made from, to make it again."""
    return Origin(question, settings, cohort.selection, cohort.source)


def script(cohort: Cohort, question: str, settings: Any) -> str:
    """Python that makes the same card from the same file."""
    made = origin(cohort, question, settings)
    select = selecting(made)
    names = [
        "Between",
        *(["Classes"] if made.source.reading.get("classes") else []),
        "Selection",
        "read_cohort",
    ]
    return (
        "from pathlib import Path\n\n"
        f"from iren_core import {', '.join(names)}\n"
        f"from iren_core.analyses import {question}\n\n"
        f"file = Path({made.source.filename!r})  # SHA-256 {made.source.sha256}\n"
        f"cohort = {reading(made)}{select}\n"
        f"card = {asking(made, 'cohort')}\n"
        "print(card.finding)\n"
    )


def reading(made: Origin) -> str:
    """The call that reads ``file`` as it was read."""
    arguments = "".join(f",\n    {name}={value!r}" for name, value in made.source.reading.items())
    return f"read_cohort(file.read_bytes(), file.name{arguments})"


def selecting(made: Origin) -> str:
    """The call that narrows a cohort, to stand behind its name; empty for all patients."""
    return f".select({_call('Selection', made.selection, Selection())})" if made.selection else ""


def asking(made: Origin, cohort: str) -> str:
    """The call that makes the card from the cohort of this name."""
    question, settings = made.question, made.settings
    return f"{question}.card({cohort}, {question}.{_call('Settings', settings, type(settings)())})"


def _call(name: str, value: Any, default: Any) -> str:
    changed = (
        f"{field.name}={getattr(value, field.name)!r}"
        for field in fields(value)
        if getattr(value, field.name) != getattr(default, field.name)
    )
    return f"{name}({', '.join(changed)})"
