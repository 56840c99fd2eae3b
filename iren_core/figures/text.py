"""Words inside a picture: made inert, measured and wrapped, for Plotly neither escapes nor wraps them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

BREAK = "<br>"

#: Widths as a share of the font size, none below that of Arial: other fonts of the stack are wider.
_NARROW, _COMMON, _SIGN, _CAPITAL, _ROUND, _WIDE, _SQUARE = 0.334, 0.556, 0.584, 0.723, 0.778, 0.945, 1.0
_FIXED_SPACE = "\u00a0"
_SPACE = re.compile(rf"[^\S{_FIXED_SPACE}]+")
_NARROW_LETTERS = frozenset("fijlrtI .,\u00a0:;'|!()[]/-·")
_WIDE_LETTERS = frozenset("mwMW%")
_SIGNS = frozenset("+−±×<=>≤≥≈~αβμµρ")
_ROUND_LETTERS = frozenset("GOQ&")
_SQUARE_LETTERS = frozenset("—…→@⁺")


def inert(text: str) -> str:
    """The text as Plotly shows it literally: no tag, entity, line break or ``%{...}`` takes effect.

    >>> inert("<b>CRP</b> & IL-6")
    '&lt;b&gt;CRP&lt;/b&gt; &amp; IL-6'
    """
    escaped = str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"\s+", " ", escaped.replace("%{", "%&#123;"))


def width_px(text: str, size_px: float) -> float:
    """About how wide a line of text is drawn; a Chinese character counts as a full square.

    >>> width_px("愈合", 12)
    24.0
    """
    return size_px * sum(_SHARES.get(letter) or _share(letter) for letter in text)


def widest_word_px(text: str, size_px: float) -> float:
    """About how wide the longest word is drawn: a narrower column would break it."""
    return max((width_px(word, size_px) for word in _SPACE.split(text)), default=0.0)


def wrapped(text: str, limit_px: float, size_px: float) -> list[str]:
    """The text in lines no wider than ``limit_px``; a word that is wider alone is broken.

    >>> wrapped("Corticosteroids + TNF inhibitor", 120, 12)
    ['Corticosteroids +', 'TNF inhibitor']
    """
    words = _SPACE.split(text.strip())
    whole = " ".join(words)
    if width_px(whole, size_px) <= limit_px:  # most cells of a table
        return [whole]
    lines: list[str] = []
    line = ""
    for word in words:
        joined = f"{line} {word}" if line else word
        if width_px(joined, size_px) <= limit_px:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, limit_px, size_px)
        lines.extend(full)
    return [*lines, line]


def bound(text: str) -> str:
    """The text with fixed spaces inside what is read as one: ``n = 29``, ``p < 0.001``, ``df 1``, ``95% CI``.

    >>> wrapped(bound("Healed (n = 29), p < 0.001"), 80, 12)
    ['Healed', '(n\\xa0=\\xa029),', 'p\\xa0<\\xa00.001']
    """
    signs = re.sub(r"(?<=\S) ([=<>≤≥±]) (?=\S)", rf"{_FIXED_SPACE}\1{_FIXED_SPACE}", text)
    ranges = re.sub(r"(?<=\d) to (?=[−-]?\d)", f"{_FIXED_SPACE}to{_FIXED_SPACE}", signs)
    return re.sub(r"\b(df|95%) (?=[\dC])", rf"\1{_FIXED_SPACE}", ranges)


def phrased(text: str, limit_px: float, size_px: float) -> list[str]:
    """The text in as few lines as fit, broken after a colon, a comma or before a bracket where that can be.

    What ``bound`` holds together is not broken. Among equals the lines are about equally wide.

    >>> phrased("SMR 0.27 (95% CI 0.06 to 0.80)", 140, 12)
    ['SMR 0.27', '(95%\\xa0CI 0.06\\xa0to\\xa00.80)']
    """
    words = _SPACE.split(bound(text).strip())
    if max(width_px(word, size_px) for word in words) > limit_px:
        return wrapped(text, limit_px, size_px)
    best: list[_Broken] = [_Broken(0, 0, 0.0, ())]  # of the first n words, for each n
    for end in range(1, len(words) + 1):
        lines = {start: " ".join(words[start:end]) for start in range(end)}
        widths = {start: width_px(line, size_px) for start, line in lines.items()}
        best.append(
            min(best[start].with_line(lines[start], px) for start, px in widths.items() if px <= limit_px)
        )
    return list(best[-1].lines)


class _Broken(NamedTuple):
    """Lines of a text; few of them are best, then breaks that hurt little, then equal widths."""

    n_lines: int
    cuts: int
    squares: float
    lines: tuple[str, ...]

    def with_line(self, line: str, px: float) -> _Broken:
        cut = _cut(self.lines[-1][-1], line[0]) if self.lines else 0
        return _Broken(self.n_lines + 1, self.cuts + cut, self.squares + px**2, (*self.lines, line))


def _cut(last: str, first: str) -> int:
    """How much a break between these letters hurts: after a colon not at all, inside a phrase most."""
    if last == ":" or first in "([":
        return 0
    return 1 if last in ",;." else 3


def balanced(text: str, limit_px: float, size_px: float) -> list[str]:
    """The text in as few lines as ``wrapped`` needs, all about equally wide.

    >>> balanced("Day 21 or later", 80, 12)
    ['Day 21', 'or later']
    """
    lines = wrapped(text, limit_px, size_px)
    longest_word = widest_word_px(text, size_px)
    while (widest := max(width_px(line, size_px) for line in lines) - 1) >= longest_word:
        narrower = wrapped(text, widest, size_px)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def paragraph(text: str, limit_px: float, size_px: float) -> tuple[str, int]:
    """The text wrapped and inert, ready for Plotly, and its number of lines (0 for no text)."""
    return _for_plotly(wrapped(text, limit_px, size_px) if text.strip() else [])


def headline(text: str, limit_px: float, size_px: float) -> tuple[str, int]:
    """As ``paragraph``, but broken between phrases and never inside what is read as one."""
    return _for_plotly(phrased(text, limit_px, size_px) if text.strip() else [])


def _for_plotly(lines: list[str]) -> tuple[str, int]:
    return BREAK.join(inert(line) for line in lines), len(lines)


@cache
def _share(letter: str) -> float:
    if letter in _NARROW_LETTERS:
        return _NARROW
    if letter in _WIDE_LETTERS:
        return _WIDE
    if letter in _SIGNS:
        return _SIGN
    if letter in _ROUND_LETTERS:
        return _ROUND
    if letter in _SQUARE_LETTERS or unicodedata.east_asian_width(letter) in "WF":
        return _SQUARE
    return _CAPITAL if letter.isupper() else _COMMON


#: The same, worked out once, for the letters that make up nearly all text.
_SHARES = {letter: _share(letter) for letter in map(chr, range(32, 127))}


def _pieces(word: str, limit_px: float, size_px: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_px(pieces[-1] + letter, size_px) > limit_px:
            pieces.append("")
        pieces[-1] += letter
    return pieces
