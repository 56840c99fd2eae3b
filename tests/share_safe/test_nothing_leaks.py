"""An attacker's reading of shared cards: what is true of few patients is looked for in all that a card says.

Nothing of iren_core.share_safe is used here but the switch itself: counts are taken from the cohort's rows, and every
text, cell, number, label, hover and curve of the shared card is searched for them and for what gives them back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache, partial
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from iren_core import schema
from iren_core.__main__ import _cards
from iren_core.analyses import healing, mortality, recovery, robustness
from iren_core.card import Card, Table
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, or_reason
from iren_core.share_safe import share_safe

from ..lacking import edge

FEW = range(1, 5)
EVENTS = ("infection", "dic", "gi_bleeding", "respiratory_failure", "fever", "mucositis")


def lacking(rows: pd.DataFrame) -> pd.DataFrame:
    """One pair, two fevers, one score and one outcome less, in the combination arm."""
    rows = rows.copy()
    first, second, third, *_ = rows.index[rows["arm"] == "combination"]
    rows.loc[first, "cd4_cells_ul_recovery"] = ""
    rows.loc[[first, second], "fever"] = ""
    rows.loc[second, "scorten"] = ""
    rows.loc[third, "outcome"] = ""
    return rows


COHORTS = {
    "the sample": edge(lambda rows: rows),
    "some values missing": edge(lacking),
    "half the sample": edge(lambda rows: rows.iloc[::2]),
}


@cache
def pairs_of(name: str) -> tuple[Cohort, tuple[tuple[Card, Card], ...]]:
    """Every card of a cohort, plain and shared."""
    cohort = COHORTS[name]()
    cards = list(_cards(cohort))
    wanted = [
        *(
            partial(healing.card, settings=healing.Settings(deaths=d))
            for d in ("censored at death", "competing event")
        ),
        *(partial(mortality.card, settings=mortality.Settings(view=view)) for view in mortality.VIEWS),
        partial(mortality.card, settings=mortality.Settings(score="recomputed")),
        partial(robustness.card, settings=robustness.Settings(deaths="competing event")),
        partial(recovery.card, settings=recovery.Settings(marker="cd4_cells_ul", test="paired-t")),
    ]
    cards += [
        card
        for make in wanted
        if not isinstance(card := or_reason(lambda make=make: make(cohort)), CohortError)
    ]
    # What the study prints is public, in whatever cohort it is set beside.
    cards = [card for card in cards if card.key != "published"]
    return cohort, tuple((card, share_safe(card, cohort.frame["patient_id"])) for card in cards)


def texts(card: Card) -> Iterator[str]:
    """Every word that leaves with the card."""
    yield from (card.finding, card.alt, card.caption, card.methods, card.code, *card.notes)
    for table in card.tables:
        yield from (table.title, table.note, *map(str, table.shown.columns))
        yield from table.shown.astype(str).to_numpy().ravel()
        yield from (text for text in table.values.to_numpy().ravel() if isinstance(text, str))
    yield from _strings(json.loads(card.figure.to_json()))


def _strings(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for inner in part.values():
            yield from _strings(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _strings(inner)


def groups(cohort: Cohort) -> dict[str, pd.DataFrame]:
    """Rows of everybody and of each group, by the name that cards give it."""
    frame = cohort.frame
    found = {"All": frame}
    for field in ("arm", "diagnosis", "outcome"):
        if field in frame:
            for value in frame[field].dropna().unique():
                found[schema.category_label(field, value)] = frame[frame[field] == value]
    return found


def befell(cohort: Cohort) -> Iterator[tuple[str, str, int, int]]:
    """(group, what, k, n): of n patients of a group of whom it is known k had it."""
    for group, rows in groups(cohort).items():
        if "outcome" in rows:
            known = rows["outcome"].dropna()
            yield group, "Died", int((known == "died").sum()), len(known)
        for field in EVENTS:
            if field in rows and rows[field].notna().any():
                known = rows[field].dropna()
                yield group, schema.field(field).label, int(known.astype(bool).sum()), len(known)


def is_few(k: int, n: int) -> bool:
    return k in FEW or n - k in FEW


everywhere = pytest.mark.parametrize(
    "name",
    [
        "the sample",
        pytest.param("some values missing", marks=pytest.mark.slow),
        pytest.param("half the sample", marks=pytest.mark.slow),
    ],
)
#: Parts of wholes that are no patients.
THINGS = r"(?! (?:samples|char|items|comparisons|markers|columns|rows|factors|variables|the interval|fields))"


@everywhere
def test_no_part_of_a_whole_leaves_few_on_either_side(name: str) -> None:
    part = re.compile(rf"(?<![\d.,<≥–−])(\d+)(?: patients?)?(?: of (?:the )?|/)(\d+)\b(?!%|\.\d){THINGS}")
    plain_has = 0
    for plain, safe in pairs_of(name)[1]:
        plain_has += any(is_few(int(k), int(n)) for text in texts(plain) for k, n in part.findall(text))
        for text in (re.sub(r"1 to \d+ of \d+|doi \S+|\d+/\d+/\d+", "", one) for one in texts(safe)):
            assert not any(is_few(int(k), int(n)) for k, n in part.findall(text) if int(k)), (safe.key, text)
    assert plain_has > 5  # or this would prove nothing


@everywhere
def test_no_size_is_few(name: str) -> None:
    size = re.compile(
        r"\bn = [1-4]\b(?!\.\d)|\(n = [1-4]\)|\b[1-4] (?:patients?|pairs?|deaths?|died)\b|\([1-4] v \d+"
    )
    for _, safe in pairs_of(name)[1]:
        for text in texts(safe):
            assert not size.search(text), (safe.key, text)


@everywhere
def test_no_size_of_a_group_lacks_few_of_it(name: str) -> None:
    """13 of 14 have a pair: "13" as a size in any word of that card gives the one away."""
    cohort, cards = pairs_of(name)
    checked = 0
    for plain, safe in cards:
        if not plain.key.startswith("recovery"):
            continue
        marker = plain.key.removeprefix("recovery_")
        whole = groups(cohort)
        for arm in cohort.frame["arm"].dropna().unique():
            rows = whole[schema.category_label("arm", arm)]
            both = rows[[f"{marker}_acute", f"{marker}_recovery"]].notna().all(axis=1)
            # The pairs of the card are those of patients who did not die.
            n = int((both & rows["outcome"].ne("died").fillna(True)).sum())
            if len(rows) - n not in FEW or n < 5:
                continue
            checked += 1
            said = re.compile(
                rf"\bn = {n}\b|\({n}\)|(?<!1 to )\b{n} of {len(rows)}\b|"
                rf"(?<![≥<])\b{n} (?:pairs|complete)|, df {n - 1}\b(?!\.\d)"
            )
            for text in texts(safe):
                assert not said.search(text), (safe.key, arm, text)
            pointed = [
                row[3] for one in safe.figure.data if _pairs_together(one, arm) for row in one.customdata
            ]
            assert pointed
            assert n not in pointed, (safe.key, arm)
            for table in safe.tables:
                if table.key != "every_marker":
                    sizes = table.values[
                        [c for c in table.values if re.search(r"^(n|pairs|df)$|pairs$", str(c))]
                    ]
                    assert not sizes.isin([n, str(n)]).any(axis=None), (safe.key, table.key)
    assert checked or name != "some values missing"


def _pairs_together(trace: object, arm: str) -> bool:
    """Whether a trace joins the medians of an arm: pointing at it shows the number of pairs last."""
    meta = trace.meta or {}  # type: ignore[attr-defined]
    return meta.get("role") == "summary" and meta["group"].startswith(schema.category_label("arm", arm))


@everywhere
def test_no_point_is_drawn_of_a_difference_of_few(name: str) -> None:
    """The standardised difference of two shares of known sizes gives both back."""
    cohort, cards = pairs_of(name)
    arms = [schema.category_label("arm", arm) for arm in cohort.frame["arm"].dropna().unique()]
    few = {event for group, event, k, n in befell(cohort) if group in arms and is_few(k, n)}
    for plain, safe in cards:
        if plain.key == "baseline":
            told = [
                {row[0] for one in card.figure.data if one.customdata is not None for row in one.customdata}
                for card in (plain, safe)
            ]
            assert few & told[0]
            assert not few & told[1]


@everywhere
def test_no_share_of_few_stands_beside_its_event(name: str) -> None:
    """ "9%" of 32 is 3: neither as a share in the row of the event nor in a sentence on it."""
    cohort, cards = pairs_of(name)
    facts = [fact for fact in befell(cohort) if is_few(fact[2], fact[3]) and fact[2]]
    assert facts
    for _, safe in cards:
        for group, event, k, n in facts:
            share = re.compile(rf"(?<![\d.]){100 * k / n:.0f}%(?! CI)|\b{k} \(")
            for table in safe.tables:
                for cell in _cells(table, group, event):
                    assert not share.search(cell), (safe.key, table.key, group, event, cell)


def _cells(table: Table, group: str, event: str) -> Iterator[str]:
    """The cells in the row of an event and the column of a group, or the other way round."""
    rows = [" ".join(map(str, row[:2])) for row in table.shown.itertuples(index=False)]
    for place, column in enumerate(map(str, table.shown.columns)):
        for row, named in enumerate(rows):
            for one, other in ((group, event), (event, group)):
                starts = column == one or column.startswith(f"{one} (")
                if place and starts and re.search(rf"(?:^|– |\s){re.escape(other)}(?:$|\s)", named):
                    yield str(table.shown.iat[row, place])


@everywhere
def test_no_exact_p_gives_a_two_by_two_table_back(name: str) -> None:
    """With the sizes known, Fisher's p of two small counts is theirs alone."""
    cohort, cards = pairs_of(name)
    arms = [schema.category_label("arm", arm) for arm in cohort.frame["arm"].dropna().unique()]
    counts: dict[str, list[tuple[int, int]]] = {}
    for group, event, k, n in befell(cohort):
        if group in arms:
            counts.setdefault(event, []).append((k, n - k))
    ps = {
        f"{p:.3f}"
        for table in counts.values()
        for one, other in combinations(table, 2)
        if is_few(one[0], sum(one)) or is_few(other[0], sum(other))
        if 0.001 < (p := float(fisher_exact([one, other])[1])) < 0.9995
    }
    assert ps
    named = re.compile(r"\bFisher")
    for plain, safe in cards:
        if plain.key in ("mortality", "baseline") or plain.key.startswith("adverse_events"):
            for text in texts(safe):
                if named.search(text):
                    assert not any(f"p = {p}" in text for p in ps), (safe.key, text)
            for table in safe.tables:
                tests = table.shown.apply(lambda row: bool(named.search(" ".join(map(str, row)))), axis=1)
                cells = table.shown[tests] if table.key != "events" else table.shown
                assert not cells.astype(str).isin(ps).any(axis=None), (safe.key, table.key)


@everywhere
def test_no_expected_number_and_ratio_give_the_deaths_back(name: str) -> None:
    cohort, cards = pairs_of(name)
    deaths = {k for _, event, k, _ in befell(cohort) if event == "Died" and k in FEW}
    assert deaths
    for plain, safe in cards:
        if not plain.key.startswith("mortality"):
            continue
        for text in (safe.finding, safe.caption, safe.alt, *safe.notes):
            if not re.search(r"\bexpect|\bpredict|\bSMR\b|\bratio", text) or "Published ratios" in text:
                continue
            numbers = [float(one) for one in re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", text)]
            backs = [a * b for a, b in combinations(numbers, 2) if a < 2 < b]
            assert not any(abs(back - k) < 0.06 for back in backs for k in deaths), text
        for table in safe.tables:
            if {"expected_deaths", "smr"} <= set(table.values):
                back = pd.to_numeric(table.values["expected_deaths"]) * pd.to_numeric(table.values["smr"])
                assert not back.round(1).isin(list(FEW)).any(), table.key


@everywhere
def test_no_sizes_of_groups_add_up_to_all_but_few(name: str) -> None:
    """12 and 17 in the curves, of 32, tell that 3 are not."""
    cohort, cards = pairs_of(name)
    everybody = len(cohort)
    summed = 0
    for plain, safe in cards:
        for card, must in ((plain, False), (safe, True)):
            for table in card.tables:
                for total in _sums(table):
                    summed += not must and everybody - total in FEW
                    assert not (must and everybody - total in FEW), (safe.key, table.key)
    assert summed


def _sums(table: Table) -> Iterator[int]:
    """What the sizes of groups add up to, as shown and as numbers, panel by panel."""
    for frame in (table.shown, table.values):
        lower = frame.rename(columns=lambda one: str(one).casefold())
        if "group" not in lower or lower.columns.has_duplicates:
            continue
        panel = lower["panel"].replace("", np.nan).ffill() if "panel" in lower else pd.Series("", lower.index)
        wanted = [one for one in ("variable", "marker") if one in lower]
        by = [panel, *(lower[one] for one in wanted)]
        for _, rows in lower[lower["group"] != "All"].groupby(by, dropna=False):
            for column in {"n", "patients", "healed", "pairs", "day 0"} & set(rows):
                numbers = pd.to_numeric(rows[column].astype(str).str.extract(r"^(\d+)")[0], errors="coerce")
                if len(numbers) > 1 and numbers.notna().all():
                    yield int(numbers.sum())


@everywhere
def test_no_curve_is_of_few_or_ends_at_few(name: str) -> None:
    _, cards = pairs_of(name)
    gone = 0
    for plain, safe in cards:
        starts = _starts(plain)
        drawn = [
            (one.meta["group"], tuple(one.x), tuple(one.y)) for one in safe.figure.data if _is_curve(one)
        ]
        for trace, n in starts:
            had = round(float(trace.y[-1]) * n)
            few = n in FEW or is_few(had, n)
            this = (trace.meta["group"], tuple(trace.x), tuple(trace.y))
            assert few != (this in drawn), (safe.key, trace.meta["group"], n)
            gone += few
    assert gone


def _is_curve(trace: object) -> bool:
    return (trace.meta or {}).get("role") == "estimate"  # type: ignore[attr-defined]


def _starts(card: Card) -> list[tuple[object, int]]:
    """The curves of a card, each with the number at risk at its start as the row under it has it."""
    rows = [one for one in card.figure.data if (one.meta or {}).get("role") == "at_risk"]
    curves = [one for one in card.figure.data if _is_curve(one)]
    if len(rows) != len(curves):
        return []
    assert [one.meta["group"] for one in rows] == [one.meta["group"] for one in curves]
    return [(curve, int(row.text[0])) for curve, row in zip(curves, rows, strict=True)]


@everywhere
def test_no_mean_has_the_digits_of_its_fraction(name: str) -> None:
    """14.8333 days is 89/6, so n is a multiple of 6; three digits fit several sizes."""
    for _, safe in pairs_of(name)[1]:
        for table in safe.tables:
            for column in table.values.columns:
                if re.search(r"mean|median|share|estimate|p_value", str(column)) and "printed" not in str(
                    column
                ):
                    numbers = pd.to_numeric(table.values[column], errors="coerce").dropna().to_numpy(float)
                    fraction = numbers[(2 * numbers) % 1 != 0]
                    rounded = np.array([float(f"{one:.3g}") for one in fraction])
                    assert np.array_equal(fraction, rounded), (safe.key, table.key, column)


@everywhere
def test_no_lane_of_a_patient_is_drawn(name: str) -> None:
    for plain, safe in pairs_of(name)[1]:
        if plain.key == "adverse_events_patient_by_patient":
            assert sum(len(one.x) for one in plain.figure.data if one.x is not None) > 30
            assert all(one is None for trace in safe.figure.data for one in trace.x)


@everywhere
def test_nothing_is_left_of_a_curve_that_is_not_drawn(name: str) -> None:
    """A tick of follow-up that ended, a limit or a band stands at the height of its curve."""
    undrawn = 0
    for plain, safe in pairs_of(name)[1]:
        curves = _curves(safe, "estimate")
        undrawn += len(_curves(plain, "estimate") - curves)
        for role in ("censored", "limit", "band"):
            assert _curves(safe, role) <= curves, (safe.key, role)
    assert undrawn


def _curves(card: Card, role: str) -> set[tuple[str, str]]:
    """Group and axis of the curves that have traces of this role."""
    if not any((trace.meta or {}).get("role") == "at_risk" for trace in card.figure.data):
        return set()
    own = (trace for trace in card.figure.data if (trace.meta or {}).get("role") == role)
    return {(trace.meta["group"], trace.xaxis or "x") for trace in own}
