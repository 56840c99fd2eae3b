"""Wrapped words: none wider than allowed, none lost, none at work."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iren_core.figures.text import balanced, headline, inert, paragraph, phrased, width_px, wrapped

#: An em is the font size; the widest letter is one em, so a limit above it can always be kept.
LIMITS = st.floats(20, 300)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=30)
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)


@given(SENTENCES, LIMITS)
def test_no_line_is_wider_than_allowed_and_no_letter_is_lost(text: str, limit: float) -> None:
    for lines in (wrapped(text, limit, 12), balanced(text, limit, 12)):
        assert all(width_px(line, 12) <= limit for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(SENTENCES, LIMITS)
def test_balancing_takes_no_more_lines(text: str, limit: float) -> None:
    assert len(balanced(text, limit, 12)) <= len(wrapped(text, limit, 12))


@given(st.text())
def test_what_is_inert_has_no_tag_and_reads_the_same(text: str) -> None:
    shown = inert(text)
    assert "<" not in shown
    assert ">" not in shown
    assert "%{" not in shown
    assert html.unescape(shown).split() == text.split() or "&" in text


def test_no_text_takes_no_line() -> None:
    assert paragraph("  ", 100, 12) == ("", 0)
    assert paragraph("a b", 100, 12) == ("a b", 1)


@given(SENTENCES, LIMITS)
def test_phrases_lose_no_letter_and_keep_within_the_limit(text: str, limit: float) -> None:
    lines = phrased(text, limit, 12)
    assert all(width_px(line, 12) <= limit for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


def test_a_heading_breaks_after_the_name_of_the_test_and_keeps_figures_whole() -> None:
    note = "Log-rank test: χ² = 13.11, df 1, p < 0.001"
    assert headline(note, 170, 12) == ("Log-rank test:<br>χ² = 13.11, df 1, p &lt; 0.001", 2)
    assert headline("All patients (n = 29)", 110, 13) == ("All patients<br>(n = 29)", 2)
    assert headline(note, 400, 12) == ("Log-rank test: χ² = 13.11, df 1, p &lt; 0.001", 1)


@pytest.mark.parametrize(
    ("letter", "thousandths"),
    # Adobe Core 14 font metrics, Helvetica.afm (WX); Arial was drawn to the same widths.
    [("%", 889), ("(", 333), ("-", 333), ("r", 333), ("−", 584), ("=", 584), ("<", 584), ("C", 722), ("G", 778),
     ("W", 944), ("m", 833), ("&", 667), ("0", 556), ("a", 556), ("—", 1000)],
)  # fmt: skip
def test_no_letter_is_reckoned_narrower_than_it_is_drawn(letter: str, thousandths: int):
    assert width_px(letter, 1000) >= thousandths
