"""Words inside a picture: made inert, measured and wrapped, for Plotly neither escapes nor wraps them."""

from __future__ import annotations

import re
import unicodedata

BREAK = "<br>"

#: Widths as a share of the font size, a little above those of Arial: other fonts of the stack are wider.
_NARROW, _COMMON, _CAPITAL, _WIDE, _SQUARE = 0.3, 0.556, 0.7, 0.87, 1.0
_NARROW_LETTERS = frozenset("fijlrtI .,:;'|!()[]/-·")
_WIDE_LETTERS = frozenset("mwMW%@—")


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
    return size_px * sum(_share(letter) for letter in text)


def widest_word_px(text: str, size_px: float) -> float:
    """About how wide the longest word is drawn: a narrower column would break it."""
    return max((width_px(word, size_px) for word in text.split()), default=0.0)


def wrapped(text: str, limit_px: float, size_px: float) -> list[str]:
    """The text in lines no wider than ``limit_px``; a word that is wider alone is broken.

    >>> wrapped("Corticosteroids + TNF inhibitor", 120, 12)
    ['Corticosteroids +', 'TNF inhibitor']
    """
    lines: list[str] = []
    line = ""
    for word in re.split(r"\s+", text.strip()):
        joined = f"{line} {word}" if line else word
        if width_px(joined, size_px) <= limit_px:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, limit_px, size_px)
        lines.extend(full)
    return [*lines, line]


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
    if not text.strip():
        return "", 0
    lines = wrapped(text, limit_px, size_px)
    return BREAK.join(inert(line) for line in lines), len(lines)


def _share(letter: str) -> float:
    if letter in _NARROW_LETTERS:
        return _NARROW
    if letter in _WIDE_LETTERS:
        return _WIDE
    if unicodedata.east_asian_width(letter) in "WF":
        return _SQUARE
    return _CAPITAL if letter.isupper() else _COMMON


def _pieces(word: str, limit_px: float, size_px: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_px(pieces[-1] + letter, size_px) > limit_px:
            pieces.append("")
        pieces[-1] += letter
    return pieces
