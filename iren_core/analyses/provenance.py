"""Where an answer came from, in one line for the picture and in a few lines of Python for whoever repeats it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from iren_core._version import __version__
from iren_core.card import Origin
from iren_core.cohort import Cohort, Selection
from iren_core.intake import Piece
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
    """Python that makes the same card from the same file, or files."""
    made = origin(cohort, question, settings)
    return (
        "from pathlib import Path\n\n"
        f"from iren_core import {', '.join(names_used(reading(made)))}\n"
        f"from iren_core.analyses import {question}\n\n"
        f"{_files(made)}\n"
        f"cohort = {reading(made)}{selecting(made)}\n"
        f"card = {asking(made, 'cohort')}\n"
        "print(card.finding)\n"
    )


def names_used(code: str, always: tuple[str, ...] = ("Between", "Selection")) -> list[str]:
    """The public names of ``iren_core`` that a script needs which holds this code."""
    names = ("Between", "Classes", "Piece", "Selection", "read_cohort", "read_joined")
    return [name for name in names if name in always or f"{name}(" in code]


def _files(made: Origin) -> str:
    source = made.source
    if not source.pieces:
        return f"file = Path({source.filename!r})  # SHA-256 {source.sha256}"
    files = {piece.sha256: piece.filename for piece in source.pieces}
    lines = "".join(f"    Path({name!r}),  # SHA-256 {digest}\n" for digest, name in files.items())
    return f"files = [\n{lines}]"


def reading(made: Origin) -> str:
    """The call that reads ``file`` as it was read, or joins ``files`` as they were joined."""
    arguments = dict(made.source.reading)
    pieces = arguments.pop("pieces", ())
    further = "".join(f",\n    {name}={value!r}" for name, value in arguments.items())
    if not pieces:
        return f"read_cohort(file.read_bytes(), file.name{further})"
    listed_pieces = "".join(f"        {_call('Piece', piece, Piece('', ''))},\n" for piece in pieces)
    return (
        "read_joined(\n    [(file.read_bytes(), file.name) for file in files],\n"
        f"    [\n{listed_pieces}    ]{further},\n)"
    )


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
