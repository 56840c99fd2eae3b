"""A Python script that makes every card of a bundle again and writes its tables."""

from __future__ import annotations

from collections.abc import Sequence

from iren_core.analyses.provenance import asking, names_used, reading, selecting
from iren_core.card import Card, Origin

_HEAD = '''"""Makes the cards of this bundle again from the spreadsheet and writes their tables to "tables_again".

    python reproduce.py {spreadsheets}

It needs the irEN cohort explorer (iren_core {version}), installed or as the folder in which this is run.
"""

import sys
from hashlib import sha256
from pathlib import Path

from iren_core import {names}
from iren_core.analyses import {questions}
from iren_core.export.workbook import csv

files = [Path(name) for name in sys.argv[1:]] or [
{files}]
file = files[0]
known = {{
{hashes}}}
if not known >= {{sha256(each.read_bytes()).hexdigest() for each in files}}:
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
    asked = [f"    {asking(made, _cohort(ways, made) + selecting(made))},\n" for made in origins]
    used = "".join(asked)
    files = _files(origins)
    head = _HEAD.format(
        version=version,
        spreadsheets=" ".join(["the_spreadsheet", "the_others ..."][: len(files)]),
        names=", ".join(names_used(used + "".join(ways), always=())),
        questions=", ".join(sorted({made.question for made in origins})),
        files="".join(f"    Path({name!r}),\n" for name in files.values()),
        hashes="".join(f"    {digest!r},\n" for digest in files),
    )
    read = "".join(f"{_name(ways, place)} = {way}\n" for place, way in enumerate(ways))
    return f"{head}{read}cards = [\n{used}]\n{_TAIL}"


def _files(origins: list[Origin]) -> dict[str, str]:
    """The files behind the cards: hash -> name; of several uploads the first, and every file of it."""
    source = origins[0].source
    pieces = {piece.sha256: piece.filename for piece in source.pieces}
    return pieces or {source.sha256: source.filename}


def _cohort(ways: list[str], made: Origin) -> str:
    return _name(ways, ways.index(reading(made)))


def _name(ways: list[str], place: int) -> str:
    return "cohort" if len(ways) == 1 else f"cohort_{place + 1}"
