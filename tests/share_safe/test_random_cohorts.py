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
from scipy.stats import fisher_exact

from iren_core import read_cohort
from iren_core.analyses import mortality, prognosis
from iren_core.analyses.subgroups import group_of
from iren_core.card import Card
from iren_core.cohort import Cohort
from iren_core.errors import CohortError
from iren_core.export.powerpoint import deck
from iren_core.export.word import document
from iren_core.export.workbook import workbook
from iren_core.share_safe import share_safe

from ..analyses.test_every_setting import QUESTIONS, every_setting
from ..lacking import SAMPLE
from .test_nothing_leaks import EVENTS, is_few, texts

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
    r"(?:of )?[1-4]\b(?! patients|[.,]\d)|"
    r"(?<![\d.,])[1-4] (?:days?|to|v|\(|more|weeks|points?|had p|of 20|"
    r"of \d+ (?:char|markers|factors|variables|changes)|"
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
    "seed", [pytest.param(seed, marks=pytest.mark.slow) for seed in (0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 14)]
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
    """22 died, 36 healed, of 60: 2 are neither. 9 rise and 8 fall, of 18 in the group: 1 lacks a pair."""
    own = cohort(seed)
    both = re.compile(
        r"(?<![≥<\d.])(\d+)(?: of \d+ patients)? (?:died|rise)(?:,| and) (\d+) (?:healed|fall)\b"
    )
    for plain, safe in shared(seed):
        groups = _groups(plain, own)
        for text in texts(safe):
            for found in both.finditer(text):
                parts, named = sum(map(int, found.groups())), _last_named(text[: found.start()], groups)
                wholes = {groups[named]} if named else {len(own), *groups.values()}
                assert not any(whole - parts in FEW for whole in wholes), (safe.key, text)


def _groups(card: Card, own: Cohort) -> dict[str, int]:
    """The groups that the card compares, by name, with their numbers of patients; else the arms."""
    field = getattr(card.origin.settings if card.origin else None, "group", "arm")
    return {str(label): int(n) for label, n in group_of(own, field).value_counts().items()}


def _last_named(text: str, groups: dict[str, int]) -> str:
    """The group that the text named last, before a colon: of it are the counts that follow."""
    named = {text.rfind(f"{group}: "): group for group in groups}
    return named[max(named)] if max(named) >= 0 else ""


@everywhere
def test_no_exact_p_is_of_a_table_with_few(seed: int) -> None:
    """With the sizes of two groups known, Fisher's p of few is theirs alone: of events, of deaths, of a day."""
    own, asked = cohort(seed), 0
    for plain, safe in shared(seed):
        of_few, of_many = set(), set()
        for (one, of_one), (other, of_other) in _tables(plain, own):
            p = float(fisher_exact([[one, of_one - one], [other, of_other - other]])[1])
            few = is_few(one, of_one) or is_few(other, of_other)
            if 0.001 < p < 0.9995:
                (of_few if few else of_many).add(f"p = {p:.3f}")
        ps = of_few - of_many  # one p may be that of two tables
        asked += any("Fisher" in text and p in text for text in texts(plain) for p in ps)
        for text in texts(safe):
            assert not ("Fisher" in text and any(p in text for p in ps)), (safe.key, text, ps)
    assert asked


def _tables(card: Card, own: Cohort) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Of how many of either group how many died, had an event, or had healed by a day of the card's table."""
    field = getattr(card.origin.settings if card.origin else None, "group", "arm")
    groups = [own.frame[np.asarray(group_of(own, field) == one)] for one in _groups(card, own)]
    if len(groups) == 2:
        for event in ("outcome", *EVENTS):
            known = [rows[event].dropna() for rows in groups]
            if min(map(len, known)):
                had = [
                    int((one == "died").sum() if event == "outcome" else one.astype(bool).sum())
                    for one in known
                ]
                yield (had[0], len(known[0])), (had[1], len(known[1]))
    for table in card.tables:
        if table.key == "by_day":
            for _, row in table.values.iterrows():
                counted = [
                    (round(row[f"share_{one}"] * row[f"n_{one}"]), int(row[f"n_{one}"]))
                    for one in _groups(card, own)
                    if f"n_{one}" in row
                ]
                if len(counted) == 2:
                    yield counted[0], counted[1]


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


#: How many died, healed, were last seen alive and not healed, and have no outcome.
FATES = (
    (3, 29, 0, 0),
    (22, 36, 2, 0),
    (22, 32, 5, 1),
    (22, 32, 1, 5),
    (20, 30, 4, 4),
    (12, 40, 20, 3),
    (8, 4, 30, 2),
    (22, 36, 2, 6),
)


def with_fates(fates: tuple[int, int, int, int]) -> Cohort:
    """Patients of the sample with these fates."""
    sample = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    dead, healed = (sample[sample["outcome"] == fate] for fate in ("died", "healed"))
    n_died, *others = fates
    rows = pd.concat([
        dead.sample(n_died, replace=True, random_state=1), healed.sample(sum(others), replace=True, random_state=2),
    ], ignore_index=True)  # fmt: skip
    rows["patient_id"] = [f"QX{i:03d}K" for i in range(len(rows))]
    rows["outcome"] = np.repeat(["died", "healed", "not healed", ""], fates)
    dates = [
        one for one in rows if one.startswith(("date_", "reepithelization", "followup", "healed", "hospital"))
    ]
    rows.loc[rows["outcome"] == "", dates] = ""
    rows.loc[rows["outcome"] == "not healed", ["reepithelization_days", "date_healing"]] = ""
    return read_cohort(rows.to_csv(index=False).encode(), "fates.csv")


@pytest.mark.parametrize(
    "fates", [FATES[4], *(pytest.param(one, marks=pytest.mark.slow) for one in FATES if one != FATES[4])]
)
def test_no_fate_of_few_follows_from_the_others(fates: tuple[int, int, int, int]) -> None:
    """Every way in which all patients can be parted that fits what the shared card of Prognosis says is tried."""
    own = with_fates(fates)
    plain = prognosis.card(own)
    safe = share_safe(plain, own.frame["patient_id"])
    assert _ways(list(texts(plain)), len(own)) == {fates}
    ways = _ways(list(texts(safe)), len(own))
    assert fates in ways  # nothing is said that is not so
    for place, n in enumerate(fates):
        assert n not in FEW or len({way[place] for way in ways}) > 1, (place, n, safe.caption)


def _ways(said: list[str], total: int) -> set[tuple[int, int, int, int]]:
    """(died, healed, not healed, unknown) as they may be, by every sentence, heading and label."""
    number = r"(?<!1 to )(?<![\d.])(≥ ?|< ?|= ?|)(\d+)"
    named = {
        0: rf"{number} died\b|{number} of [≥<]?\d+ patients died|Died \(n {number}\)",
        1: rf"{number} healed\b|Healed \(n {number}\)",
        2: rf"{number} patients? last seen alive and not healed",
        3: rf"{number} patients? without an outcome",
    }
    ways = {
        (died, healed, alive, total - died - healed - alive)
        for died in range(total + 1)
        for healed in range(total + 1 - died)
        for alive in range(total + 1 - died - healed)
    }
    for place, pattern in named.items():
        found = [one for text in said for one in re.findall(pattern, text)]
        limits = [
            _limits(*pair) for one in found for pair in zip(one[::2], one[1::2], strict=True) if pair[1]
        ]
        limits = limits or [(0, 0)]  # a fate that nobody had is not named
        ways = {way for way in ways if all(low <= way[place] <= high for low, high in limits)}
    wholes = [_limits(*one) for text in said for one in re.findall(rf" of {number} patients died", text)]
    return {way for way in ways if all(low <= way[0] + way[1] <= high for low, high in wholes)}


def _limits(sign: str, n: str) -> tuple[int, int]:
    return {"≥": (int(n), 10**6), "<": (1, int(n) - 1)}.get(sign.strip(), (int(n), int(n)))


def test_how_many_of_the_dead_lack_a_score_is_not_told_by_their_names() -> None:
    """One name taken out, or three, leave the same sentence."""
    said = set()
    for n in (1, 2, 3):
        rows = pd.concat([pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)] * 2, ignore_index=True)
        rows["patient_id"] = [f"QX{i:03d}K" for i in range(len(rows))]
        dead = rows.index[rows["outcome"] == "died"]
        rows.loc[dead[:n], [one for one in rows if one.startswith("scorten")]] = ""
        own = read_cohort(rows.to_csv(index=False).encode(), "names.csv")
        plain = mortality.card(own)
        assert sum(note.count("QX") for note in plain.notes) == n
        said |= {
            note for note in share_safe(plain, own.frame["patient_id"]).notes if "Dead by outcome" in note
        }
    assert said == {
        "Dead by outcome but without SCORTEN, and so not among the deaths here: patients not named. Look these rows up."
    }


def test_deaths_masked_beside_few_are_not_left_in_their_ratio() -> None:
    """9 died, 7 with the combination and 2 without: 16.3 expected deaths and a ratio of 0.43 would be the 7."""
    sample = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    dead, alive = sample[sample["outcome"] == "died"], sample[sample["outcome"] != "died"]
    drawn = [
        dead[dead["arm"] == arm].sample(n, replace=True, random_state=1)
        for arm, n in (("combination", 7), ("corticosteroid", 2))
    ]
    rows = pd.concat([alive, alive, *drawn], ignore_index=True)
    rows["patient_id"] = [f"QX{i:03d}K" for i in range(len(rows))]
    own = read_cohort(rows.to_csv(index=False).encode(), "nine.csv")
    plain = mortality.card(own)
    assert plain.table("deaths").shown["Observed (95% CI)"].tolist()[1].startswith("7 of 31")
    assert plain.table("deaths").shown["SMR (95% CI)"].tolist()[1].startswith("0.43")
    safe = share_safe(plain, own.frame["patient_id"])
    row = safe.table("deaths").shown.iloc[1]
    assert row[["Observed (95% CI)", "Expected", "SMR (95% CI)"]].tolist() == [
        "≥5 of ≥5",
        "not shown",
        "not shown",
    ]
    assert (
        safe.table("deaths")
        .values.iloc[1][["expected_deaths", "smr", "observed_share", "p_value"]]
        .isna()
        .all()
    )
    assert not any("0.43" in text for text in texts(safe))


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
