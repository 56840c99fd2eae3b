"""Numbers to which their format in the workbook adds text: 65 shown as "65 斤", 0.5 as "<0.5"."""

from __future__ import annotations

import re
from typing import NamedTuple

from iren_core.intake.units import unit_key
from iren_core.intake.values import as_text

#: What is written as it stands: "..." and \\x, also < and > alone; what only fills or colours a cell; the digits.
_WRITTEN = re.compile(r'"([^"]*)"|\\(.)|([<>≤≥=~≈+()/ -])')
_ONLY_LOOKS = re.compile(r"_.|\*.|\[(?![<>=])[^\]]*\]")
_DIGITS = re.compile(r"General|[#0?,.]*[#0?][#0?,.]*", re.IGNORECASE)
_SIGNS = ("<", ">", "≤", "≥", "<=", ">=", "＜", "＞")


class Shown(NamedTuple):
    """The text before and behind the digits of a format."""

    before: str
    behind: str

    @property
    def counts(self) -> bool:
        """Whether the text changes what the number means: a limit, or a unit."""
        return (self.before in _SIGNS and not self.behind) or (
            not self.before and (self.behind in _SIGNS or bool(unit_key(self.behind)))
        )

    def with_number(self, number: float) -> str:
        """A number as it is shown, with all its digits."""
        apart = " " if len(self.before) > 1 and self.before[-2:].isalpha() else ""
        return f"{self.before}{apart}{as_text(number)}{' ' if self.behind else ''}{self.behind}"


def shown_by(code: str) -> Shown | None:
    """The text that a format adds to a positive number; ``None`` where its digits do not stand in one piece.

    >>> shown_by('0.0" 斤"'), shown_by('"<"0.0'), shown_by('[>=10]0;"<10"')
    (Shown(before='', behind='斤'), Shown(before='<', behind=''), None)
    """
    section = _ONLY_LOOKS.sub("", re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0])
    blank = _WRITTEN.sub(lambda found: "\0" * len(found[0]), section)
    digits = _DIGITS.search(blank)
    if digits is None or _DIGITS.sub("", blank, count=1).strip("\0"):
        return None
    before, behind = section[: digits.start()], section[digits.end() :]
    return Shown(*("".join(filter(None, _plain(each))).strip() for each in (before, behind)))


def _plain(section: str) -> list[str]:
    return [found[1] or found[2] or found[3] or "" for found in _WRITTEN.finditer(section)]
