"""Read the bytes of a spreadsheet into a raw table."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from iren_core.errors import UnreadableFile
from iren_core.intake.table import RawTable, problem_frame


def sheet_names(data: bytes, filename: str) -> tuple[str, ...]:
    """The names of a workbook's sheets; empty for a text file."""
    return ()


def read_table(data: bytes, filename: str, *, sheet: str | None = None) -> RawTable:
    """Read a file's bytes.

    Raises
    ------
    UnreadableFile
        when the bytes are no spreadsheet or hold no row under a header.
    """
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    if len(lines) < 2:
        raise UnreadableFile(f"“{filename}” was to be read.", "It holds no patient row.", "Choose another file.")
    header, *body = lines
    return RawTable(
        filename=filename,
        sha256=hashlib.sha256(data).hexdigest(),
        sheet=None,
        sheets=(),
        columns=tuple(header),
        cells=pd.DataFrame([[cell or None for cell in row] for row in body], dtype=object),
        rows=np.arange(2, len(lines) + 1),
        assumptions=("Read as UTF-8 text.",),
        problems=problem_frame([]),
        read_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
