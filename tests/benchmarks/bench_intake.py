"""How long a large spreadsheet takes to load, beside the libraries that only read it.

Run by hand: ``python tests/benchmarks/bench_intake.py``. The peer runs in the same process, in turn with ours; every
figure is the best of several runs. Three things of ours are timed:

- reading: bytes to a table of cells with its header found. pandas.read_csv also makes numbers of them, which we leave
  to cleaning; python-calamine makes numbers but looks for no header, and runs without our guards (a process of its
  own, a look into the archive first).
- reading, matching and cleaning: to typed columns in one unit and one coding, with the query list of single cells.
- everything: the contradictions within and between patients as well, as "Load data" shows it.
"""

from __future__ import annotations

import io
import timeit
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from python_calamine import CalamineWorkbook

from iren_core import schema
from iren_core.intake import assemble, match_columns, read_table
from iren_core.intake.convert import convert

SEED = 20241123
SAMPLE = Path(__file__).parents[2] / "sample_data" / "iren_cohort.csv"
COLUMNS = 60
CSV_ROWS = 100_000
XLSX_ROWS = 30_000  # a workbook of 100,000 rows is read too, but takes minutes to make


def cohort(rows: int) -> pd.DataFrame:
    """Patients with usual values in the first fields of the data dictionary, a tenth of the measurements missing."""
    draw = np.random.default_rng(SEED)
    columns: dict[str, object] = {"patient_id": [f"P{row:06d}" for row in range(rows)]}
    for field in schema.fields().values():
        if field.name in ("patient_id", "initials", "data_origin") or len(columns) == COLUMNS:
            continue
        if field.kind == "number":
            values = np.round(draw.uniform(field.warn_min or 0, field.warn_max or 100, rows), 1)
            values[draw.random(rows) < 0.1] = np.nan
            columns[field.name] = values
        elif field.kind == "integer":
            columns[field.name] = draw.integers(int(field.warn_min or 0), int(field.warn_max or 5), rows)
        elif field.kind == "flag":
            columns[field.name] = draw.integers(0, 2, rows)
        else:
            columns[field.name] = draw.choice(field.categories or ("lung", "liver", "gastric"), rows)
    return pd.DataFrame(columns)


def coherent(rows: int) -> pd.DataFrame:
    """The sample's patients again and again, told apart by some measurements: a cohort in which little is odd."""
    draw = np.random.default_rng(SEED)
    sample = pd.read_csv(SAMPLE, dtype=str).iloc[:, :COLUMNS]
    frame = sample.iloc[np.arange(rows) % len(sample)].reset_index(drop=True)
    frame["patient_id"] = [f"P{row:06d}" for row in range(rows)]
    for name, low, high in (
        ("creatinine_umol_l", 50, 110),
        ("hospital_days", 10, 60),
        ("followup_days", 90, 900),
    ):
        frame[name] = draw.integers(low, high, rows)
    frame["weight_kg"] = np.round(frame["weight_kg"].astype(float) + draw.uniform(-0.5, 0.5, rows), 1)
    return frame


def clean(data: bytes, name: str) -> object:
    """Reading, matching and cleaning."""
    table = read_table(data, name)
    return convert(table, match_columns(table))


def seconds(functions: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Best time of each in several rounds, one after another in each round."""
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(repeats):
        for name, function in functions.items():
            best[name] = min(best[name], timeit.timeit(function, number=1))
    return best


def report(title: str, functions: dict[str, Callable[[], object]], repeats: int = 5) -> None:
    """Each time, and its ratio to the first, which is the peer's."""
    best = seconds(functions, repeats)
    peer = next(iter(best.values()))
    print(title)
    for name, time in best.items():
        print(f"  {name:44s}{time:8.2f} s {time / peer:8.2f} x")


def main() -> None:
    """Print the comparisons."""
    data = cohort(CSV_ROWS).to_csv(index=False).encode()
    report(
        f"CSV, {CSV_ROWS} rows x {COLUMNS} columns, {len(data) / 1e6:.0f} MB",
        {
            "pandas.read_csv": lambda: pd.read_csv(io.BytesIO(data)),
            "pandas.read_csv, every cell as text": lambda: pd.read_csv(io.BytesIO(data), dtype=str),
            "reading": lambda: read_table(data, "a.csv"),
            "reading, matching and cleaning": lambda: clean(data, "a.csv"),
        },
    )
    usual = coherent(CSV_ROWS).to_csv(index=False).encode()
    report(
        "The same of a cohort in which little is odd, with the contradictions of each patient",
        {
            "pandas.read_csv": lambda: pd.read_csv(io.BytesIO(usual)),
            "reading": lambda: read_table(usual, "a.csv"),
            "reading, matching and cleaning": lambda: clean(usual, "a.csv"),
            "everything": lambda: assemble(usual, "a.csv"),
        },
        repeats=3,
    )
    report(
        "And of random values, which contradict each other thirteen times a patient",
        {
            "pandas.read_csv": lambda: pd.read_csv(io.BytesIO(data)),
            "everything": lambda: assemble(data, "a.csv"),
        },
        repeats=1,
    )
    stream = io.BytesIO()
    cohort(XLSX_ROWS).to_excel(stream, index=False, engine="xlsxwriter")
    book = stream.getvalue()
    report(
        f"xlsx, {XLSX_ROWS} rows x {COLUMNS} columns, {len(book) / 1e6:.0f} MB",
        {
            "python-calamine": lambda: (
                CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
            ),
            "reading": lambda: read_table(book, "a.xlsx"),
            "reading, matching and cleaning": lambda: clean(book, "a.xlsx"),
        },
    )


if __name__ == "__main__":
    main()
