"""Workbooks taken apart: an xlsx file is an archive of parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def part_of(data: bytes, name: str) -> str:
    """A part of a workbook's archive, as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def with_parts(data: bytes, parts: Mapping[str, str | bytes], level: int | None = None) -> bytes:
    """The workbook with parts of its archive exchanged or added, in the order of the archive and then of the parts."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for entry in old.namelist():
            if entry not in parts:
                new.writestr(entry, old.read(entry))
        for name, part in parts.items():
            new.writestr(name, part)
    return stream.getvalue()
