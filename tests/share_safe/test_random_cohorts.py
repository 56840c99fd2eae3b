"""An attacker before shared cards of cohorts drawn at random: rare outcomes, arms of three, values missing.

Nothing of iren_core.share_safe is used but the switch: counts are taken from the cohorts' rows and the plain cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from iren_core import read_cohort
from iren_core.analyses import prognosis
from iren_core.card import Card
from iren_core.cohort import Cohort
from iren_core.errors import CohortError
from iren_core.export.powerpoint import deck
from iren_core.export.word import document
from iren_core.export.workbook import workbook
from iren_core.share_safe import share_safe

from ..analyses.test_every_setting import QUESTIONS, every_setting
from ..lacking import SAMPLE
from .test_nothing_leaks import texts

FEW = range(1, 5)
#: Sizes of the two arms, the first drawn from those with the combination.
ARMS = ((23, 47), (13, 31), (8, 19), (3, 27), (11, 46))
#: What a number from 1 to 4 may be in a shared card where it counts nobody: a day, a score, a degree of freedom, one
#: end of what is given as a range, a test's statistic, a table of the study, how many variables.
NO_COUNT = re.compile(
    r"\b[\d.]+ \([\d., ]+\)|[\d.]+ ± [\d.]+|"
    r"(?:day|days|df|SCORTEN(?: below)?|from|by|median|score|L =|U =|V =|typical difference|range|CI|below|than|to|"
    r"hold|reaches|holds|from −|in|Table|Figures?|Results|scale|v|within|under|tells nothing,|Slope:|at|or,|"
    r"difference) "
    r"(?:of )?[1-4]\b(?! patients)|"
    r"\b[1-4] (?:days?|to|v|\(|more|weeks|points?|had p|of 20|of \d+ (?:char|markers|factors|variables|changes)|"
    r"is perfect|a?n? ?adjusted|characteristics|an adjusted|differed|strata|percentage|\S*/\S+|mg|%)|"
    r"\([1-4] (?:to|strata)|\([1-4], \d|, [1-4]\)|e\^L.*|(?<!\d)1\.\d+|1/n|[1-4] - S|SHA|synthetic|\b1 to \d+ of \d+|"
    r"[1-4]\d* \d{3}|\+ [1-4]\)"
)
ALONE = re.compile(r"(?<![\d.,<≥–−\-\w/:])[1-4](?![\d.,]*\d|%|\w|:)")


@cache
def cohort(seed: int) -> Cohort:
    """Rows of the sample drawn again and again, the dead rare or frequent, up to four values missing a field."""
    rng, sample = np.random.default_rng(seed), pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    dead = (0.6, 2, 4)[seed % 3]
    drawn = []
    for arm, n in zip(sample["arm"].unique(), ARMS[seed % len(ARMS)], strict=True):
        own = sample[sample["arm"] == arm]
        weights = np.where(own["outcome"] == "died", dead, 1.0)
        drawn.append(own.sample(n, replace=True, weights=weights, random_state=int(rng.integers(10**6))))
    rows = pd.concat(drawn, ignore_index=True)
    rows["patient_id"] = [f"QX{i:03d}K" for i in range(len(rows))]
    for field in (one for one in rows if one not in ("patient_id", "arm")):
        lacking = int(rng.integers(1, 5)) if rng.random() < 0.6 else 0
        rows.loc[rng.choice(len(rows), lacking, replace=False), field] = ""
    return read_cohort(rows.to_csv(index=False).encode(), "random.csv")


@cache
def shared(seed: int) -> tuple[tuple[Card, Card], ...]:
    """Every question as it is usually asked, plain and shared; every setting of it where the seed is odd."""
    own, pairs = cohort(seed), []
    for question in QUESTIONS:
        if question in (
            "published",
            "patients",
        ):  # what the study prints is public; patients are listed one by one
            continue
        module = import_module(f"iren_core.analyses.{question}")
        for settings in every_setting(module) if seed % 2 else _views(module):
            try:
                card = module.card(own, settings)
            except CohortError:
                continue
            pairs.append((card, share_safe(card, own.frame["patient_id"])))
    return tuple(pairs)


def _views(module: Any) -> Iterator[Any]:
    usual = module.Settings()
    yield usual
    if hasattr(module, "VIEWS"):
        yield from (module.Settings(view=view) for view in module.VIEWS if view != usual.view)


everywhere = pytest.mark.parametrize(
    "seed", [2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (0, 1, 3, 4, 5, 7, 8, 9, 11, 14))]
)


def said(card: Card) -> Iterator[str]:
    """Whole sentences, and cells that hold words."""
    yield from (card.finding, card.alt, card.caption, card.warning, *card.notes[1:])
    for table in card.tables:
        for column in range(table.shown.shape[1]):
            for cell in table.shown.iloc[:, column].astype(str):
                if re.search(r"missing|patients|There (?:is|are)", cell):
                    yield cell


@everywhere
def test_no_sentence_counts_few(seed: int) -> None:
    for _, safe in shared(seed):
        for text in said(safe):
            left = ALONE.search(NO_COUNT.sub(" ", text))
            assert left is None, (safe.key, text[max(0, left.start() - 60) : left.end() + 40], text)


@everywhere
def test_no_parts_leave_few_of_a_whole(seed: int) -> None:
    """22 died, 36 healed, of 60: 2 are neither. 9 rise and 8 fall, of 18 in the arm: 1 lacks a pair."""
    own = cohort(seed)
    wholes = {len(own), *own.frame["arm"].value_counts()}
    both = re.compile(
        r"(?<![≥<\d.])(\d+)(?: of \d+ patients)? (?:died|rise)(?:,| and) (\d+) (?:healed|fall)\b"
    )
    for _, safe in shared(seed):
        for text in texts(safe):
            for one, other in both.findall(text):
                assert not any(whole - int(one) - int(other) in FEW for whole in wholes), (safe.key, text)


@everywhere
def test_no_share_stands_beside_a_count_of_a_masked_whole(seed: int) -> None:
    """12 (41%) of 28 to 31 are 12 of 29; and 11 of 43 under (n = 47) tells of 4."""
    for plain, safe in shared(seed):
        for table in safe.tables:
            for place, name in enumerate(map(str, table.shown.columns)):
                cells = table.shown.iloc[:, place].astype(str)
                if re.search(r"\(n ≥ ", name):
                    assert not cells.str.contains(r"^[1-9]\d* \(\d+%\)").any(), (plain.key, table.key, name)
                if whole := re.search(r"\(n = (\d+)\)", name):
                    known = cells.str.extract(r"\bof (\d+)")[0].dropna().astype(int)
                    assert not (int(whole[1]) - known).isin(FEW).any(), (plain.key, table.key, name)


@everywhere
def test_no_points_or_lines_of_few_patients_are_drawn(seed: int) -> None:
    gone = 0
    for plain, safe in shared(seed):
        before, after = (_drawn(card) for card in (plain, safe))
        gone += sum(n in FEW for n in before.values())
        assert not [key for key, n in after.items() if n in FEW], safe.key
    assert gone


def _drawn(card: Card) -> dict[tuple[str, ...], int]:
    """Panel and group -> how many patients are drawn there, one a point or one a line."""
    found: dict[tuple[str, ...], int] = {}
    of_patients = re.compile(r"^(?:steroids|recovery|prognosis|correlates)")
    for trace in card.figure.data if of_patients.match(card.key) else ():
        meta, ys = trace.meta or {}, list(trace.y if trace.y is not None else ())
        key = (trace.xaxis or "x", trace.yaxis or "y", meta.get("group", ""))
        if meta.get("role") == "pair":
            found[key] = found.get(key, 0) + 1
        elif meta.get("role") in ("observed", "point") and trace.type == "scatter":
            in_strip = sum(y == meta.get("above") for y in ys)
            found[key] = len(ys) - in_strip
            found[*key, "strip"] = in_strip
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 2])
def test_no_patient_is_named_in_any_file(seed: int) -> None:
    own = cohort(seed)
    cards = list({safe.key: safe for _, safe in shared(seed)}.values())
    for made in (deck(cards), workbook(cards), document(cards)):
        with ZipFile(BytesIO(made)) as file:
            for name in file.namelist():
                if not name.endswith((".png", ".jpeg", ".bin")):
                    inner = file.read(name)
                    if name.endswith(".xlsx"):
                        with ZipFile(BytesIO(inner)) as chart:
                            inner = b"".join(map(chart.read, chart.namelist()))
                    assert not re.search(rb"QX\d{3}K", inner), name
    assert any("QX" in text for plain, _ in shared(seed) for text in texts(plain))
    assert len(own) > 10


def test_prognosis_says_what_went_with_death_where_few_died() -> None:
    """The sample, 3 of 32 dead: an AUC of known sizes would tell them, the direction and the test do not."""
    own = read_cohort(SAMPLE.read_bytes(), SAMPLE.name)
    plain = prognosis.card(own)
    safe = share_safe(plain, own.frame["patient_id"])
    assert "AUC 1.00" in plain.finding
    assert safe.finding.startswith(
        "Death was associated most clearly with higher acute-phase TNF-α (Student t-test, p < 0.001, adjusted p < "
        "0.001)."
    )
    assert safe.finding.endswith("Compared: <5 of 32 patients died, ≥28 healed.")
    assert "AUC" not in safe.finding + safe.alt
    marker = share_safe(prognosis.card(own, prognosis.Settings(view="one marker")))
    assert marker.finding.startswith(
        "In the acute phase, serum ferritin was higher in those who died (Mann-Whitney test, p < 0.05)."
    )
    assert "1486" not in marker.finding + marker.alt  # the median of three is one of them


def test_those_of_unknown_outcome_do_not_follow_from_the_others() -> None:
    """Of 60, 22 died and 36 healed: neither both numbers nor 58 may stand there."""
    sample = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    dead, healed = (sample[sample["outcome"] == fate] for fate in ("died", "healed"))
    rows = pd.concat(
        [dead.sample(22, replace=True, random_state=1), healed.sample(38, replace=True, random_state=2)]
    )
    rows = rows.assign(patient_id=[f"QX{i:03d}K" for i in range(60)]).reset_index(drop=True)
    outcome = rows["outcome"].to_numpy(object).copy()
    outcome[-2:] = "not healed"
    rows.loc[outcome == "not healed", ["reepithelization_days", "date_healing"]] = ""
    own = read_cohort(rows.assign(outcome=outcome).to_csv(index=False).encode(), "sixty.csv")
    plain = prognosis.card(own)
    safe = share_safe(plain, own.frame["patient_id"])
    assert "22 of 58 patients died, 36 healed; left out: 2 patients" in plain.caption
    for text in texts(safe):
        assert not re.search(r"(?<![≥<\d.])(?:36|58)\b(?= healed| patients)|n = 36\b|of 58\b", text), text
