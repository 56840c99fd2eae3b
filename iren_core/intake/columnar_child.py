"""Read a data file of SPSS, Stata or SAS, or a Parquet file, in a process of its own.

Standard input holds the file's bytes, standard output gets plain values. The libraries that read these files are
written in C and C++; a hostile file may bring them down, and then only this script. It is started by path and imports
nothing of this package. Dates are objects with the key "date".
"""

import marshal
import math
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 7
MOST_CELLS = 2_000_000
MOST_CHARACTERS = 60_000_000
MOST_EXPANDED_BYTES = 500 * 1024**2
#: Tried where the file does not say, or wrongly, how its text is encoded: Chinese Windows, then Western.
_ENCODINGS = (None, "GB18030", "WINDOWS-1252")


class Refused(Exception):  # noqa: N818 - not an error of the program but a word on the file
    """The file is not read; the argument is a short code that the caller puts into words."""


def main() -> None:
    """Read the bytes, write one object with ``marshal`` after its length: either the columns or why there are none."""
    limit_resources()
    data, kind = sys.stdin.buffer.read(), sys.argv[1]
    try:
        answer = read_parquet(data) if kind == "parquet" else read_statistical(data, kind)
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "time"}
    said = marshal.dumps(answer)
    sys.stdout.buffer.write(len(said).to_bytes(8, "little") + said)


def limit_resources() -> None:
    """Bound memory and processor time where the system can; on Windows the caller's clock must do."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    limits = {
        resource.RLIMIT_AS: (MEMORY_BYTES, MEMORY_BYTES),
        resource.RLIMIT_CPU: (
            CPU_SECONDS,
            CPU_SECONDS + 1,
        ),  # the first one tells the caller why the process ends
        resource.RLIMIT_CORE: (0, 0),
    }
    for what, most in limits.items():
        with suppress(ValueError, OSError):  # macOS refuses some, and a stricter limit may stand already
            resource.setrlimit(what, most)


def read_statistical(data: bytes, kind: str) -> dict[str, Any]:
    """Columns, variable labels, value labels and declared missing values of one data file."""
    import pyreadstat  # noqa: PLC0415

    read = getattr(pyreadstat, f"read_{kind}")
    keep_missing = {"user_missing": True} if kind == "sav" else {}
    for encoding in _ENCODINGS:
        asked = {"output_format": "dict", **({"encoding": encoding} if encoding else {})}
        try:
            about = read(BytesIO(data), metadataonly=True, **asked)[1]
            most_rows = MOST_CELLS // max(1, len(about.column_names))
            columns, about = read(BytesIO(data), row_limit=most_rows + 1, **asked, **keep_missing)
        except (pyreadstat.PyreadstatError, pyreadstat.ReadstatError, ValueError, OverflowError, OSError):
            continue
        break
    else:
        raise Refused("damaged data")
    if any(len(cells) > most_rows for cells in columns.values()):
        raise Refused("large")
    return {
        "names": list(about.column_names),
        "labels": [label or "" for label in about.column_labels],
        "columns": plain_columns(columns.values()),
        "value_labels": {
            name: [[plain(code), str(label)] for code, label in labels.items()]
            for name, labels in about.variable_value_labels.items()
        },
        "missing": {name: ranges for name, ranges in (about.missing_ranges or {}).items() if keep_missing},
        "encoding": encoding or "",
    }


def read_parquet(data: bytes) -> dict[str, Any]:
    """The columns of a Parquet file."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        about = pq.read_metadata(BytesIO(data))
        expanded = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
        if about.num_rows * about.num_columns > MOST_CELLS:
            raise Refused("large")
        if expanded > MOST_EXPANDED_BYTES:
            raise Refused("bomb")
        table = pq.read_table(BytesIO(data), use_threads=False)
        columns = plain_columns(column.to_pylist() for column in table.columns)
    except (pa.ArrowException, ValueError, OSError, OverflowError):
        raise Refused("damaged data") from None
    return {"names": table.column_names, "labels": [""] * len(columns), "columns": columns,
            "value_labels": {}, "missing": {}, "encoding": ""}  # fmt: skip


def plain_columns(columns: Any) -> list[list[Any]]:
    """Each column's cells as ``marshal`` can hold them."""
    characters, result = 0, []
    for column in columns:
        cells = [plain(cell) for cell in column]
        characters += sum(len(cell) for cell in cells if isinstance(cell, str))
        if characters > MOST_CHARACTERS:
            raise Refused("large")
        result.append(cells)
    return result


def plain(value: Any) -> Any:
    """A cell as ``marshal`` can hold it."""
    for kinds, turn in _PLAIN:
        if isinstance(value, kinds):
            return turn(value)
    return value if value is None else str(value)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace").strip()


_PLAIN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (bool, bool),
    (str, lambda value: value.strip() or None),
    (float, lambda value: None if math.isnan(value) else value),
    (int, int),
    (datetime | date, lambda value: {"date": value.isoformat()}),
    (time | timedelta, str),
    (Decimal, float),
    (bytes, _text),
)


if __name__ == "__main__":
    main()
