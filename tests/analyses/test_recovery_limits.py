"""Recovery where an assay gave only a limit, and where the reader gives a reference range."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from iren_core import Cohort, read_cohort
from iren_core.analyses import recovery
from iren_core.analyses.recovery.limits import direction_unknown, measured
from iren_core.bundle import Recipe, replay
from iren_core.bundle.rows import rows_behind
from iren_core.errors import CohortError, FieldMissing, WrongSetting
from iren_core.export.native_charts import key, panels_of
from iren_core.share_safe import share_safe

from ..conftest import SAMPLE

IL6 = "il6_pg_ml"
RANGES = ((IL6, None, 7.0), ("cd4_cells_ul", 500.0, 1600.0))


@pytest.fixture(scope="module")
def limited() -> bytes:
    """The sample with IL-6 as an assay that measures 4 to 100 pg/mL would have given it."""
    frame = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    acute, after = (pd.to_numeric(frame[f"{IL6}_{phase}"]) for phase in ("acute", "recovery"))
    frame.loc[acute > 100, f"{IL6}_acute"] = ">100"
    frame.loc[after < 4, f"{IL6}_recovery"] = "<4"
    return frame.to_csv(index=False).encode()


@pytest.fixture(scope="module")
def cohort(limited) -> Cohort:
    return read_cohort(limited, "limited.csv")


def card_of(cohort: Cohort, **settings):
    """A card of every pair, those of patients who died too."""
    settings = {"deceased": "counted"} | settings
    return recovery.card(cohort, recovery.Settings(**({"marker": IL6} | settings)))


def test_the_limit_itself_is_what_r_tests_with_the_limit_in_place(cohort):
    # R 4.2.2 on the sample: a[a > 100] <- 100; r[r < 4] <- 4; x with TNF inhibitor, y with corticosteroids alone;
    # t.test(x), t.test(y), t.test(x, y); w <- outer(x, x, "+") / 2; median(w[upper.tri(w, diag = TRUE)])
    card = card_of(cohort, beyond_limit="limit itself", test="paired-t")
    within = card.table("changes").values[["change", "change_low", "change_high", "p_value"]].to_numpy()
    expected = [
        (1.8642857142857139, -24.200681758382171, 27.929253186953602, 0.87957334552142208),
        (-9.7611111111111111, -36.408052210241692, 16.885829988019466, 0.45022264890528174),
    ]
    assert within == pytest.approx(np.array(expected), rel=1e-9)
    between = card.table("between").values[["estimate", "low", "high", "p_value"]].to_numpy()[0]
    welch = (11.625396825396825, -24.057850095955505, 47.308643746749155, 0.51080530169758154)
    assert between == pytest.approx(np.array(welch), rel=1e-9)
    ranks = card_of(cohort, beyond_limit="limit itself", test="wilcoxon").table("changes").values["change"]
    assert ranks.tolist() == pytest.approx([-10.75, -19.7], rel=1e-9)


def test_left_out_is_counted_and_the_other_choice_told(cohort):
    # R, sum(a > 100 | r < 4) by arm: 5 of 14 and 4 of 18
    card = card_of(cohort)
    assert card.table("changes").values["pairs"].tolist() == [9, 14]
    other = card_of(cohort, beyond_limit="limit itself").table("changes").values
    (note,) = (note for note in card.notes if "assay's limit" in note)
    assert note.startswith("9 pairs with a value known only to lie beyond an assay's limit were left out.")
    for p, change in zip(other["p_value"], other["change"], strict=True):
        assert f"p = {p:.3f}" in note
        assert f"−{abs(change):.1f} pg/mL" in note
    assert "towards it" in note
    table = card.table("limits").values
    assert table["pairs"].tolist()[:4] == [9, 14, 14, 18]
    assert table["at the limit"].tolist()[:4] == [0, 5, 0, 4]


def test_the_limit_itself_is_never_silent(cohort):
    card = card_of(cohort, beyond_limit="limit itself")
    assert "9 values known only to lie beyond an assay's limit, drawn and tested at the limit" in card.caption
    assert "biases values and changes towards the limit" in card.methods
    assert "9 values beyond an assay's limit count as the limit itself." in card.table("changes").note
    assert card.table("changes").values["pairs_at_limit"].tolist() == [5, 4]
    behind = card.table("pairs").values
    assert behind[["acute_at_limit", "recovery_at_limit"]].to_numpy().sum() == 9
    assert set(behind[behind["acute_at_limit"]]["acute"]) == {100.0}
    assert "Leaving all such pairs out gives" in " ".join(card.notes)


def test_values_at_the_limit_are_open_diamonds_in_picture_and_key(cohort):
    figure = card_of(cohort, beyond_limit="limit itself").figure
    symbols = [
        symbol
        for trace in figure.data
        if trace.meta["role"] == "pair" and trace.meta["at_limit"]
        for symbol in trace.marker.symbol
    ]
    assert symbols.count("diamond-open") == 9
    assert "Open diamond: At the assay's limit" in [words for words, _ in key(figure)]
    assert "Open diamond: At the assay's limit" not in [words for words, _ in key(card_of(cohort).figure)]


def test_a_cohort_without_limits_says_nothing_of_them(sample):
    one, other = (
        recovery.card(sample, recovery.Settings(beyond_limit=rule)) for rule in recovery.BEYOND_LIMITS
    )
    assert one.finding == other.finding
    assert "limits" not in [table.key for table in (*one.tables, *other.tables)]
    assert not any("assay's limit" in note for note in (*one.notes, *other.notes))


def test_the_direction_is_known_only_sometimes(cohort_of):
    own = cohort_of(
        {
            "patient_id": list("abcdefg"),
            "arm": ["combination"] * 7,
            f"{IL6}_acute": ["<5", "<5", ">100", ">100", "60", "<5", "3"],
            f"{IL6}_recovery": ["9", "2", "40", "300", "<5", "<5", "<5"],
        }
    )
    phases = [measured(own, f"{IL6}_{phase}", "limit itself") for phase in ("acute", "recovery")]
    # From below 5 to 9 it rises, to 2 it may do either; from above 100 to 40 it falls, to 300 it may do either
    assert direction_unknown(*phases).tolist() == [False, True, False, True, False, True, True]
    result = recovery.analyse(own, recovery.Settings(marker=IL6, beyond_limit="limit itself"))
    assert result.groups[0].n_either_way == 4
    assert result.groups[0].comparison.n_unchanged == 1


def test_a_partner_that_is_missing_is_not_filled_in(cohort_of):
    own = cohort_of(
        {
            "patient_id": list("abcd"),
            "arm": ["combination"] * 4,
            f"{IL6}_acute": [None, "50", "40", "70"],
            f"{IL6}_recovery": ["<5", "9", "11", "20"],
        }
    )
    result = recovery.analyse(own, recovery.Settings(marker=IL6, beyond_limit="limit itself"))
    assert result.groups[0].patients == ("b", "c", "d")
    assert result.incomplete["missing"].tolist() == ["acute"]
    assert result.other_rule == ()


def test_patients_within_the_range_are_counted(sample):
    # R, sum(v >= 500 & v <= 1600) by arm and phase
    values = card_of(sample, marker="cd4_cells_ul", ranges=RANGES).table("changes").values
    assert values["acute_in_range"].tolist() == [2, 3]
    assert values["recovery_in_range"].tolist() == [7, 2]
    assert (values["acute_in_range"] + values["acute_out_of_range"]).tolist() == values["pairs"].tolist()
    shown = card_of(sample, marker="cd4_cells_ul", ranges=RANGES).table("changes").shown
    assert shown["Recovery in range"].tolist() == ["7 of 14", "2 of 18"]


def test_a_range_is_drawn_named_and_tested_by_nothing(sample):
    plain, card = (card_of(sample, marker="cd4_cells_ul", ranges=ranges) for ranges in ((), RANGES))
    assert card.finding == plain.finding
    for text in (card.caption, card.alt):
        assert "500 to 1600 cells/µL" in text
    bands = [trace for trace in card.figure.data if trace.meta["role"] == "band"]
    assert [(min(trace.y), max(trace.y)) for trace in bands] == [(500, 1600)] * 2
    for panel in panels_of(card.figure):
        limits = [trace for trace in panel.traces if trace.meta["role"] == "limit"]
        assert [set(trace.y) for trace in limits] == [{500}, {1600}]
        assert {len(trace.y) for trace in limits} == {len(panel.categories)}
    assert "Long dashes: Reference range 500 to 1600 cells/µL" in [words for words, _ in key(card.figure)]


def test_all_markers_draw_the_ranges_that_they_have(sample):
    card = card_of(sample, view="all markers", ranges=RANGES)
    drawn = {trace.yaxis for trace in card.figure.data if trace.meta["role"] == "band"}
    assert len(drawn) == 2
    titles = [panel.title for panel in panels_of(card.figure)]
    assert "IL-6 (pg/mL), range up to 7" in titles
    assert "CRP (mg/L)" in titles
    shown = card.table("every_marker").shown.set_index("Marker")["Acute in range"]
    assert shown["CRP (mg/L)"].tolist() == ["–", "–"]
    assert all(" of " in cell for cell in shown["CD4+ (cells/µL)"])


@pytest.mark.parametrize(
    ("ranges", "kind", "words"),
    [
        ((("crp_mg_l", 9.0, 5.0),), WrongSetting, "lower limit, 9, is not below its upper limit, 5"),
        ((("crp_mg_l", None, None),), WrongSetting, "no limit that is a number"),
        ((("crp", None, 5.0),), FieldMissing, "not one of the eight markers"),
    ],
)
def test_a_range_that_holds_nothing_is_a_sentence(sample, ranges, kind, words):
    with pytest.raises(kind, match=words):
        recovery.card(sample, recovery.Settings(ranges=ranges))


def test_rule_and_ranges_come_back_from_the_settings(limited, cohort):
    settings = {"beyond_limit": "limit itself", "ranges": RANGES, "change": "percent", "log_scale": True}
    cards = [card_of(cohort, **settings), card_of(cohort, view="all markers", **settings)]
    made = replay(Recipe.from_json(Recipe.of(cards).to_json()), limited, "limited.csv")
    assert [card.origin.settings for card in made.cards] == [card.origin.settings for card in cards]
    for card, again in zip(cards, made.cards, strict=True):
        assert card.code == again.code
        assert card.figure == again.figure


def test_a_range_of_the_wrong_shape_is_no_setting(sample):
    text = Recipe.of([card_of(sample, ranges=RANGES)]).to_json()
    for wrong in (b'"IL6"', b"1"):
        with pytest.raises(CohortError, match="ranges"):
            Recipe.from_json(text.replace(b"1600.0", wrong + b", 3"))


def test_the_rows_behind_say_which_values_were_limits(cohort):
    values = rows_behind(card_of(cohort), cohort).values
    given = values["il6_pg_ml_acute_limit"].dropna()
    assert set(given) == {">100"}
    assert values.loc[given.index, "il6_pg_ml_acute"].isna().all()
    assert set(values["il6_pg_ml_recovery_limit"].dropna()) == {"<4"}


def test_small_counts_of_limits_and_ranges_stay_here(cohort):
    card = card_of(cohort, beyond_limit="limit itself", ranges=((IL6, None, 7.0),))
    safe = share_safe(card, cohort.frame["patient_id"])
    assert "limits" not in [table.key for table in safe.tables]
    columns = ("pairs_at_limit", "acute_in_range", "recovery_in_range", "acute_out_of_range")
    for name in columns:
        numbers = pd.to_numeric(safe.table("changes").values[name], errors="coerce")
        assert not numbers.between(1, 4).any(), name
    ledger = share_safe(card_of(cohort), cohort.frame["patient_id"]).table("ledger")
    reasons = [name for name in ledger.shown if str(name).startswith("No ")]
    assert reasons
    assert not {"1", "2", "3", "4"} & set(ledger.shown[reasons].to_numpy().ravel())
    assert not pd.DataFrame(ledger.values[reasons]).isin([1, 2, 3, 4]).to_numpy().any()
