"""Words as Office files can hold them: XML knows no control characters, and a file with one does not open."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from plotly.graph_objects import Figure

from iren_core.card import Card, Table

#: What XML 1.0 (section 2.2, Char) leaves out, halves of surrogate pairs among it; tab and line ends stay.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean_text(text: str) -> str:
    """The text without the characters that XML cannot hold.

    >>> clean_text("CRP\\x0b (mg/L)")
    'CRP (mg/L)'
    """
    return _FORBIDDEN.sub("", text)


def clean_table(table: Table) -> Table:
    """The table with all its words cleaned; numbers are untouched."""
    return replace(
        table,
        key=clean_text(table.key),
        title=clean_text(table.title),
        note=clean_text(table.note),
        shown=_clean_frame(table.shown),
        values=_clean_frame(table.values),
    )


def clean_card(card: Card) -> Card:
    """The card with all its words cleaned, those of the picture too."""
    words = ("key", "title", "finding", "alt", "caption", "methods", "provenance", "code", "warning")
    cleaned: dict[str, Any] = {name: clean_text(getattr(card, name)) for name in words}
    return replace(
        card,
        **cleaned,
        tests=tuple(clean_text(test) for test in card.tests),
        notes=tuple(clean_text(note) for note in card.notes),
        tables=tuple(clean_table(table) for table in card.tables),
        figure=_clean_figure(card.figure),
    )


def _clean_figure(figure: Figure) -> Figure:
    """A copy by its parts, for a figure as a whole gives its numbers away only encoded.

    A figure that has been kept in a cache holds them encoded already.
    """
    traces = [_clean(trace.to_plotly_json()) for trace in figure.data]
    return Figure({"data": traces, "layout": _clean(figure.layout.to_plotly_json())})


def _clean_frame(frame: pd.DataFrame) -> pd.DataFrame:
    cleaned = frame.copy()
    cleaned.columns = pd.Index([_clean(name) for name in frame.columns])
    for place, kind in enumerate(frame.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            cleaned.isetitem(place, frame.iloc[:, place].map(_clean))
    return cleaned


def _clean(part: object) -> object:
    """The same structure with the words in it cleaned."""
    if isinstance(part, str):
        return clean_text(part)
    if isinstance(part, dict) and {"dtype", "bdata"} <= part.keys():
        return _decoded(part)
    if isinstance(part, dict):
        return {key: _clean(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return type(part)(_clean(value) for value in part)
    return part


def _decoded(numbers: dict[str, str]) -> np.ndarray:
    """Numbers as Plotly packs them: NumPy's name of the type, the bytes in base 64, "2, 3" for a table."""
    flat = np.frombuffer(b64decode(numbers["bdata"]), numbers["dtype"])
    return flat.reshape([int(side) for side in numbers["shape"].split(",")]) if "shape" in numbers else flat
