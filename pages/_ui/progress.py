"""How far a large file is: named steps with their rows, so that nobody waits before a still page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from pages._ui.text import plain

#: Tables with fewer rows are checked in less than a blink.
FEWEST_ROWS = 5_000

Tell = Callable[[str, float], None]


@contextmanager
def reading(filename: str, size: int, number: int, of: int) -> Iterator[None]:
    """A line with the seconds gone by while a file is read; which of how many it is, and how large."""
    which = f"file {number} of {of}, " if of > 1 else ""
    with st.spinner(f"Reading “{plain(filename)}” ({which}{size / 1e6:.1f} MB) …", show_time=True):
        yield


@contextmanager
def bar(rows: int) -> Iterator[Tell]:
    """A bar for a table of so many rows, gone in the end; none where there are few."""
    if rows < FEWEST_ROWS:
        yield lambda _, __: None
        return
    place = st.empty()
    try:
        yield lambda words, share: place.progress(share, f"{rows:,} rows: {plain(words)} …")
    finally:
        place.empty()
