"""A Python script that makes every card of a bundle again and writes its tables."""

from __future__ import annotations

from collections.abc import Sequence

from iren_core.analyses.provenance import asking, reading, selecting
from iren_core.card import Card, Origin

_HEAD = '''"""Makes the cards of this bundle again from the spreadsheet and writes their tables to "tables_again".

    python reproduce.py the_spreadsheet

It needs the irEN cohort explorer (iren_core {version}), installed or as the folder in which this is run.
"""

import sys
from hashlib import sha256
from pathlib import Path

from iren_core import {names}read_cohort
from iren_core.analyses import {questions}
from iren_core.export.workbook import csv

file = Path(sys.argv[1] if len(sys.argv) > 1 else {filename!r})
if sha256(file.read_bytes()).hexdigest() != (
    {hash!r}
):
    print("This is another file, or another state of it: numbers may differ.", file=sys.stderr)

'''
_TAIL = """
folder = Path("tables_again")
folder.mkdir(exist_ok=True)
for number, card in enumerate(cards, start=1):
    print(f"{card.title}\\n{card.finding}\\n{card.provenance}\\n")
    for table in card.tables:
        (folder / f"{number:02}_{card.key}_{table.key}.csv").write_bytes(csv(table, card.provenance))
"""


def python_script(cards: Sequence[Card], version: str) -> str:
    """The script; a file that was read in several ways is read in each of them."""
    origins = [card.origin for card in cards if card.origin is not None]
    ways = list(dict.fromkeys(reading(made) for made in origins))
    first = origins[0].source
    asked = [f"    {asking(made, _cohort(ways, made) + selecting(made))},\n" for made in origins]
    used = "".join(asked)
    asked_of = used + "".join(ways)
    names = "".join(f"{name}, " for name in ("Between", "Classes", "Selection") if f"{name}(" in asked_of)
    head = _HEAD.format(
        version=version,
        names=names,
        questions=", ".join(sorted({made.question for made in origins})),
        filename=first.filename,
        hash=first.sha256,
    )
    read = "".join(f"{_name(ways, place)} = {way}\n" for place, way in enumerate(ways))
    return f"{head}{read}cards = [\n{used}]\n{_TAIL}"


def _cohort(ways: list[str], made: Origin) -> str:
    return _name(ways, ways.index(reading(made)))


def _name(ways: list[str], place: int) -> str:
    return "cohort" if len(ways) == 1 else f"cohort_{place + 1}"
