"""A card: one answer as it is shown and as it leaves. What the page draws is exactly what is exported."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from iren_core.cohort import Selection, Source


@dataclass(frozen=True, eq=False)
class Table:
    """A table twice over: as a reader sees it, and with its numbers unrounded.

    ``shown`` holds words only (rounded by ``wording``); ``values`` holds the numbers behind them, for files.
    ``key`` is short and unique in its card; ``note`` is a footnote (tests, abbreviations). ``behind`` marks a
    table that repeats or underlies the picture, which a page folds away.
    """

    key: str
    title: str
    shown: pd.DataFrame
    values: pd.DataFrame
    note: str = ""
    behind: bool = False


@dataclass(frozen=True)
class Origin:
    """All that a card was made from: enough to make it again.

    question : the package of ``iren_core.analyses`` that made it
    settings : that package's ``Settings``
    selection : the patients who were looked at
    source : the file and how it was read
    """

    question: str
    settings: Any
    selection: Selection
    source: Source


@dataclass(frozen=True, eq=False)
class Card:
    """One question answered: the words, the picture, the tables and how they were made.

    key : short name for files and links, e.g. ``"healing"``
    title : the question in a few words
    finding : one sentence with the effect, its interval, the test and n; never a bare p
    figure : the picture; carries the provenance line itself
    alt : what the picture shows, for a reader who cannot see it
    caption : n, missing, and what marks and bands mean
    tables : in the order in which they are shown
    notes : cautions that stand beside the finding
    methods : full sentences: the tests used, why, conventions, handling of deaths and of missing values
    provenance : file, hash, patients in and out, selection in words, test, version
    code : Python that makes the same card from the same file with ``iren_core``
    origin : the same as values; ``None`` for a card that no question of ``iren_core.analyses`` made
    tests : names of the tests that the finding and the tables rest on
    warning : the one caution without which the finding could mislead, short enough to stand beside it on a slide
    """

    key: str
    title: str
    finding: str
    figure: Figure
    alt: str
    caption: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    methods: str
    provenance: str
    code: str
    origin: Origin | None = None
    tests: tuple[str, ...] = ()
    warning: str = ""

    @property
    def identity(self) -> str:
        """Short, and the same for two cards exactly when file, patients, question and settings are the same."""
        return sha256("\n".join((self.key, self.code, self.provenance)).encode()).hexdigest()[:16]

    def table(self, key: str) -> Table:
        """The table called ``key``; ``KeyError`` when this card has none."""
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)
