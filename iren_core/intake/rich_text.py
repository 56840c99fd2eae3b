"""Texts of which some letters are raised or struck out: the marks of footnotes, exponents, and what was corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

#: What marks a footnote: "1", "2,3", "a", "*", "†".
_MARK = re.compile(
    r"[\s(（]*(?:\d{1,2}(?:\s*[,，、]\s*\d{1,2})*|[a-z](?:\s*,\s*[a-z])*|[*†‡§¶#]+)[\s)）]*", re.IGNORECASE
)
#: Behind a ten that is not the end of another number a raised number is an exponent, behind a length its power.
_TEN = re.compile(r"(?:^|[^\d.,])10\s*$")
_LENGTH = re.compile(r"(?:^|[^A-Za-z])[cdmµμ]?m$|[米方]$")
#: So many letters before a raised one tell what it is.
_LOOKED_AT = 8
_EXPONENT = re.compile(r"\s*[-−–+]?\d+\s*")


class Run(NamedTuple):
    """Some letters of a cell that look alike."""

    text: str
    raised: bool
    struck: bool


class RichText(NamedTuple):
    """What is read of a cell: its text, whether a footnote's mark and whether struck text was left out of it."""

    text: str
    marked: bool = False
    struck: bool = False


class StruckCell(str):
    """What stands in a cell that is struck out as a whole; it is not read."""

    __slots__ = ()


class StruckRow(str):
    """What stands in the first cell of a row that is struck out as a whole; it is read like any other."""

    __slots__ = ()


def read_runs(runs: Sequence[Run]) -> RichText:
    """A cell without what is struck out and without the marks of footnotes; an exponent stands behind "^".

    >>> read_runs([Run("36", False, False), Run("2", True, False)])
    RichText(text='36', marked=True, struck=False)
    >>> read_runs([Run("x10", False, False), Run("9", True, False), Run("/L", False, False)]).text
    'x10^9/L'
    >>> read_runs([Run("36", False, True), Run("28", False, False)])
    RichText(text='28', marked=False, struck=True)
    """
    text = ""
    marked = struck = False
    for run in runs:
        if run.struck:
            struck |= bool(run.text.strip())
        elif not run.raised:
            text += run.text
        elif _TEN.search(text[-_LOOKED_AT:]) and _EXPONENT.fullmatch(run.text):
            text = f"{text.rstrip()}^{run.text.strip()}"
        elif text and _MARK.fullmatch(run.text) and not _is_power(text, run.text):
            marked = True
        else:
            text += run.text
    return RichText(text.strip(), marked, struck)


def _is_power(text: str, raised: str) -> bool:
    return raised.strip() in ("2", "3") and bool(_LENGTH.search(text[-_LOOKED_AT:]))
