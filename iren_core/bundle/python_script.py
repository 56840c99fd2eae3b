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

given = [Path(name) for name in sys.argv[1:]] or [
{files}]
known = {{
{hashes}}}
if not known >= {{sha256(each.read_bytes()).hexdigest() for each in given}}:
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
    """The script; a file that was read in several ways is read in each of them, and so is each of several files."""
    origins = [card.origin for card in cards if card.origin is not None]
    ways = list(dict.fromkeys(map(_way, origins)))
    asked = [f"    {asking(made, _name(ways, _way(made)) + selecting(made))},\n" for made in origins]
    used = "".join(asked)
    files = {digest: name for made in origins for digest, name in _files(made).items()}
    head = _HEAD.format(
        version=version,
        spreadsheets=" ".join(["the_spreadsheet", "the_others ..."][: len(files)]),
        names=", ".join(names_used(used + "".join(call for _, call in ways), always=())),
        questions=", ".join(sorted({made.question for made in origins})),
        files="".join(f"    Path({name!r}),\n" for name in files.values()),
        hashes="".join(f"    {digest!r},\n" for digest in files),
    )
    read = "".join(
        f"{_chosen(digests, list(files))}{_name(ways, (digests, call))} = {call}\n" for digests, call in ways
    )
    return f"{head}{read}cards = [\n{used}]\n{_TAIL}"


#: The files behind a cohort, by their hashes, and the call that reads them.
_Way = tuple[tuple[str, ...], str]


def _way(made: Origin) -> _Way:
    return tuple(_files(made)), reading(made)


def _files(made: Origin) -> dict[str, str]:
    """The files behind a card: hash -> name."""
    pieces = {piece.sha256: piece.filename for piece in made.source.pieces}
    return pieces or {made.source.sha256: made.source.filename}


def _chosen(digests: Sequence[str], every: Sequence[str]) -> str:
    """The lines that choose the files of a cohort among those that the script was given."""
    places = ", ".join(f"given[{every.index(digest)}]" for digest in digests)
    return f"files = {'given' if len(digests) == len(every) else f'[{places}]'}\nfile = files[0]\n"


def _name(ways: Sequence[_Way], way: _Way) -> str:
    return "cohort" if len(ways) == 1 else f"cohort_{ways.index(way) + 1}"
