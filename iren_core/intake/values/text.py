"""What a cell holds as text, and whether it holds anything."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

#: Cells that say that there is no value. "-" is not here: a flag column uses it for "no".
_MISSING = frozenset(
    word
    for line in (
        "na n/a n.a. nan null none nd n.d. nil unknown unk missing . ? / \\ -- — – #n/a #null! not_done n/d n.k. "
        "not_available not_known not_recorded not_measured not_determined not_tested not_reported no_data",
        "未查 未测 未做 未检 缺失 不详 无数据 未知 未查见 空 未记录",
        # keine Angabe, entfällt, nicht bekannt, nicht bestimmt, nicht durchgeführt
        "k.a. k._a. k.a keine_angabe keine_angaben k.ang. entf. entf entfällt entfaellt n.b. n._b. n._a. n._d. "
        "n.e. n.best. nicht_bekannt nicht_bestimmt nicht_erhoben nicht_durchgeführt nicht_dokumentiert "
        "nicht_gemessen unbekannt unbek.",
        # French, Spanish, Italian, Dutch
        "non_renseigné n.r. inconnu manquant desconocido sin_dato sin_datos no_consta non_noto onbekend",
    )
    for word in line.split()
)
#: What XML, and so every office document, forbids; vertical tab and form feed stand between words.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OLD_BREAKS = re.compile("[\x0b\x0c]")
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f])_")


class PercentCell(float):
    """The number of a cell in percent format: 0.62 where the workbook shows 62%."""


def as_text(cell: Any) -> str:
    """A cell as a reader sees it; "" when empty. A whole number shows no decimals, a date no midnight.

    >>> as_text(1.0), as_text(datetime(2023, 3, 5)), as_text(None)
    ('1', '2023-03-05', '')
    """
    if type(cell) is str:
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    return str(cell).strip()


def as_shown(cell: Any) -> str:
    """A cell as its workbook shows it, a percentage too.

    >>> as_shown(PercentCell(0.62)), as_shown(0.62)
    ('62%', '0.62')
    """
    return f"{float(cell) * 100:.12g}%" if isinstance(cell, PercentCell) else as_text(cell)


def printable(text: str) -> str:
    """Text without the characters that no office document can hold; old kinds of line break become blanks.

    Excel writes such a character as "_x000B_".

    >>> printable("lung\\x0bcancer_x0001_")
    'lung cancer'
    """
    if text.isprintable() and "_x00" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return _FORBIDDEN.sub("", _OLD_BREAKS.sub(" ", text))


def is_missing(cell: Any) -> bool:
    """Whether a cell is empty or says that there is no value ("NA", "未查")."""
    if cell is None:
        return True
    if isinstance(cell, str):
        return not cell or plain(cell).replace(" ", "_") in _MISSING
    return isinstance(cell, float) and math.isnan(cell)


def plain(text: str) -> str:
    """Text in one width and case, without outer spaces."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


#: As they stand in one width and case.
_AS_ABOVE = frozenset(
    {"〃", "′′", "〞", "''", '"', "“", "”", "同上", "ditto", "dito", "do.", "idem", "as above"}
)


def says_as_above(cell: Any) -> bool:
    """Whether a cell says that the one above holds for it too.

    >>> says_as_above("〃"), says_as_above("Ditto"), says_as_above("12")
    (True, True, False)
    """
    return isinstance(cell, str) and plain(cell) in _AS_ABOVE


def repeated(cells: Iterable[Any]) -> list[Any]:
    """Cells with each that says "as above" as the one above it.

    >>> repeated(["〃", "CRP", "〃", None])
    ['〃', 'CRP', 'CRP', None]
    """
    read: list[Any] = []
    for cell in cells:
        read.append(read[-1] if read and says_as_above(cell) else cell)
    return read
