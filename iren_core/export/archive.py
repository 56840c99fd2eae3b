"""Office files are zip archives that carry the hour at which they were written; here they lose it.

The same cards then give the same bytes, so that two people can tell by a hash that they hold the same deck.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

#: The earliest time a zip archive can hold, written into every part.
_FIXED = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_OFFICE = (".xlsx", ".docx", ".pptx")


def timeless(data: bytes) -> bytes:
    """The same Office file without the time of writing, in workbooks embedded in it too."""
    written = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(written, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = ZipInfo(name, _FIXED)
            part.compress_type = ZIP_DEFLATED
            target.writestr(part, _timeless_part(name, source.read(name)))
    return written.getvalue()


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files by name; the same files give the same bytes."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as target:
        for name in sorted(files):
            part = ZipInfo(name, _FIXED)
            part.compress_type = ZIP_DEFLATED
            part.external_attr = 0o644 << 16  # readable where it is unpacked
            target.writestr(part, files[name])
    return written.getvalue()


def _timeless_part(name: str, content: bytes) -> bytes:
    if name == "docProps/core.xml":
        return _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
    return timeless(content) if name.endswith(_OFFICE) else content
