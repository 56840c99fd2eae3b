"""How long a deck takes and how much memory, at the sample's 32 patients and at 100 000.

Run by hand: ``python tests/benchmarks/bench_deck.py [patients]``. It is no test: times on a busy machine prove nothing.
Wanted: 20 cards of 32 patients in 3 s and 300 MB; 20 cards of 100 000 patients in 60 s and 1 GB over what the patients
and their cards take already. Each size is measured in a process of its own, the making of the cards apart.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from importlib import import_module
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pandas as pd
from pptx import Presentation
from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from iren_core import Cohort, read_cohort
from iren_core.card import Card
from iren_core.export.native_charts import panels_of
from iren_core.export.powerpoint import deck

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "iren_cohort.csv"
CARDS = 20
#: What can be asked of a very large cohort in seconds: curves, bars and rows. Lines patient by patient (recovery)
#: are for cohorts of thousands.
QUESTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("healing", {}),
    ("healing", {"deaths": "censored at death"}),
    ("healing", {"deaths": "competing event"}),
    ("healing", {"group": "sex"}),
    ("steroids", {}),
    ("adverse_events", {}),
    ("adverse_events", {"view": "time to first infection"}),
)
#: As many marks as a chart has at most, in a deck that python-pptx writes by itself.
PEER_POINTS = 8_000


def megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cohort_of(patients: int) -> Cohort:
    """The sample, or so many of its patients drawn with other blood values; always the same ones."""
    table = pd.read_csv(SAMPLE)
    if patients > len(table):
        table = table.drop(
            columns=table.filter(regex="^date_|^scorten_|^data_|^mucosa_").columns
        )  # a table has room for 8 M cells
        draw = np.random.default_rng(1)
        table = table.iloc[draw.integers(0, len(table), patients)].reset_index(drop=True)
        table["patient_id"] = [f"S{number}" for number in range(patients)]
        for name in table.filter(regex="_acute|_recovery").select_dtypes("number"):
            table[name] = (table[name] * draw.uniform(0.7, 1.4, patients)).round(2)
    return read_cohort(table.to_csv(index=False, sep="\t").encode(), "cohort.tsv")


def cards_of(cohort: Cohort) -> list[Card]:
    """Twenty cards: every view where the cohort is small, the same few over and over where it is large."""
    if len(cohort) <= 1000:
        sys.path.insert(0, str(ROOT / "tests" / "export"))
        from every_card import every_card  # noqa: PLC0415 - a helper of the tests

        return list(islice(every_card(cohort).values(), 0, None, 3))[:CARDS]
    made = []
    for question, settings in QUESTIONS:
        module = import_module(f"iren_core.analyses.{question}")
        start = time.perf_counter()
        made.append(module.card(cohort, module.Settings(**settings)))
        print(f"  {question} {settings}: {time.perf_counter() - start:.1f} s to compute", flush=True)
    return list(islice(cycle(made), CARDS))


def measure(patients: int) -> None:
    """Print what a deck of this many patients takes, in seconds by the clock and of the processor."""
    start = time.perf_counter(), time.process_time()
    cohort = cohort_of(patients)
    report(f"{patients} patients are read", start)
    start = time.perf_counter(), time.process_time()
    cards = cards_of(cohort)
    report(f"{len({id(card) for card in cards})} cards are computed", start)
    del cohort
    before = megabytes()
    for _ in range(1 if patients > 1000 else 3):
        start = time.perf_counter(), time.process_time()
        made = deck(cards)
        report(f"a deck of {len(cards)} cards is written", start)
    print(f"  {megabytes() - before:.0f} MB more than before, {len(made) / 1e6:.1f} MB on disk")
    said = sum("The chart that can be edited draws" in text for text in notes(made))
    thinned = sum(any(panel.thinned for panel in panels_of(card.figure)) for card in cards)
    print(f"  {said} slides say what they thin, of {thinned} that do")
    assert said == thinned
    start = time.perf_counter(), time.process_time()
    peer(len(cards), PEER_POINTS if patients > 1000 else 200)
    report(
        f"python-pptx alone, {len(cards)} charts of {PEER_POINTS if patients > 1000 else 200} points", start
    )


def report(what: str, start: tuple[float, float]) -> None:
    """Seconds since ``start`` by the clock and of the processor, and the most memory so far."""
    clock, busy = time.perf_counter() - start[0], time.process_time() - start[1]
    print(f"  {what}: {clock:.2f} s, of the processor {busy:.2f} s; at most {megabytes():.0f} MB", flush=True)


def peer(charts: int, points: int = 200) -> None:
    """Charts with python-pptx alone: no words, tables, notes or dress."""
    presentation = Presentation()
    for _ in range(charts):
        data = XyChartData()
        series = data.add_series("A")
        for place in range(points):
            series.add_data_point(place, place / points)
        slide = presentation.slides.add_slide(presentation.slide_layouts[6])
        slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES, 0, 0, Inches(9), Inches(5), data)
    presentation.save(BytesIO())


def notes(made: bytes) -> list[str]:
    """The speaker notes of every slide."""
    return [slide.notes_slide.notes_text_frame.text for slide in Presentation(BytesIO(made)).slides]


def main() -> None:
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
        return
    for patients in (32, 100_000):
        subprocess.run([sys.executable, __file__, str(patients)], check=True)


if __name__ == "__main__":
    main()
