"""Mortality: ratios by arm and against each other, each SCORTEN, the choices behind the numbers, and "
"over-prediction."""

from __future__ import annotations

from io import BytesIO

import pandas as pd
import pytest
from pptx import Presentation

from iren_core import Cohort, Selection, read_cohort
from iren_core.analyses import mortality
from iren_core.analyses.mortality.overprediction import break_even
from iren_core.analyses.scorten_items import score_items
from iren_core.errors import CohortError, EmptySelection, FieldMissing, NotEstimable
from iren_core.export.powerpoint import deck
from iren_core.figures.theme import ROLES
from iren_core.share_safe import share_safe

from ..lacking import COHORTS

COMBINATION = "Corticosteroids + TNF inhibitor"
ALONE = "Corticosteroids alone"
FLAGS = ("scorten_age", "scorten_malignancy", "scorten_hr", "scorten_bsa", "scorten_bun", "scorten_glucose")


def patients(**columns: list[object]) -> Cohort:
    """A cohort by the road that every file takes; all columns of one length."""
    n = len(next(iter(columns.values())))
    frame = pd.DataFrame({"patient_id": [f"P{row}" for row in range(n)], **columns})
    return read_cohort(frame.to_csv(index=False).encode(), "cohort.csv")


@pytest.fixture(scope="module")
def on_edge() -> Cohort:
    """Four patients with all items; the first is exactly 40 years old and has a score that counts him as younger."""
    return patients(
        arm=["combination", "combination", "corticosteroid", "corticosteroid"],
        outcome=["healed", "died", "healed", "died"],
        death_day=[None, 9, None, 80],
        scorten=[2, 3, 2, None],
        age_years=[40, 61, 35, 70],
        malignancy_type=["lung", "lung", "lung", "lung"],
        heart_rate=[130, 130, 130, 130],
        detachment_bsa_pct=[5, 8, 4, 6],
        urea_mmol_l=[5, 5, 5, 5],
        glucose_mmol_l=[6, 6, 6, 6],
        bicarbonate_mmol_l=[24, 24, 24, 24],
    )


# ---- the numbers -------------------------------------------------------------------------------------


def test_ratios_and_their_intervals_equal_r(sample):
    # R 4.2.2: t <- poisson.test(deaths, T = sum(plogis(-4.448 + 1.237 * scorten))); t$estimate; t$conf.int
    expected = {
        ("All patients", "All"): (0.27408959044816489, 0.056523862928717389, 0.8010060950109662),
        ("All patients", COMBINATION): (0.29827339937724529, 0.036122292436009257, 1.0774660750454434),
        ("All patients", ALONE): (0.23584523992257866, 0.0059710844983686291, 1.3140455722990345),
        ("SJS", COMBINATION): (0, 0, 1.3135434430391466),
        ("SJS", ALONE): (0, 0, 2.1692809647460374),
        ("TEN", COMBINATION): (0.5132264229029142, 0.062154100810507359, 1.8539503041483822),
        ("TEN", ALONE): (0.39376889094504092, 0.0099693651711333341, 2.1939398387912772),
    }
    found = {
        (panel.title, group.label): (group.numbers.estimate, group.numbers.low, group.numbers.high)
        for panel in mortality.analyse(sample).panels
        for group in (panel.everybody, *panel.groups)
    }
    for key, numbers in expected.items():
        assert found[key] == pytest.approx(numbers, rel=1e-9, abs=1e-12)


def test_ratio_of_the_ratios_equals_r(sample):
    # R 4.2.2: poisson.test(c(2, 1), c(6.705257673583132, 4.2400686158782417)), and TEN alone:
    # scores 4,4,5,6,5 against 3,3,3,3,4,4
    found = {panel.title: panel.pairs[0].ratio for panel in mortality.analyse(sample).panels}
    for title, numbers in {
        "All patients": (1.2646996796507746, 0.065838708132004931, 74.613723427887365, 1),
        "TEN": (1.3033696533801249, 0.067851819351058953, 76.895143097102562, 1),
    }.items():
        ratio = found[title]
        assert (ratio.estimate, ratio.low, ratio.high, ratio.p_by_likelihood) == pytest.approx(
            numbers, rel=1e-9
        )
    assert isinstance(found["SJS"], NotEstimable)


def test_difference_of_risks_and_fishers_test_equal_r(sample):
    # R 4.2.2: fisher.test(matrix(c(2, 1, 12, 17), 2))$p.value; Newcombe's interval from Wilson's limits by its formula
    pair = mortality.analyse(sample).panels[0].pairs[0]
    assert pair.counts.p_value == pytest.approx(0.56814516129032255, rel=1e-9)
    risks = pair.risks
    assert (risks.difference, risks.difference_low, risks.difference_high) == pytest.approx(
        (0.087301587301587297, -0.13935085748904238, 0.34789324382787779), rel=1e-9
    )


def test_mortality_at_each_score_equals_r(sample):
    # R 4.2.2: binom.test(deaths, patients)$conf.int
    expected = {
        1: (2, 0, 0, 0.841886116991581),
        2: (10, 0, 0, 0.30849710781876083),
        3: (12, 1, 0.0021075932318602281, 0.38479616515094406),
        4: (5, 0, 0, 0.52182375010498139),
        5: (2, 1, 0.012579117093425058, 0.98742088290657493),
        6: (1, 1, 0.025, 1),
    }
    found = {group.score: group for group in mortality.analyse(sample).by_score}
    assert set(found) == set(expected)
    for score, (n, died, low, high) in expected.items():
        group = found[score]
        assert (group.n, group.n_events, *group.interval) == pytest.approx((n, died, low, high), rel=1e-9)


def test_ratios_if_scorten_predicts_too_many_equal_r(sample):
    # R 4.2.2: poisson.test(3, T = f * 10.945326289461374)
    expected = {
        91: (0.30119735214084054, 0.062114135086502625, 0.88022647803402887),
        82: (0.33425559810751815, 0.068931540156972435, 0.97683670123288568),
        75: (0.36545278726421987, 0.075365150571623199, 1.0680081266812884),
    }
    found = {one.factor_percent: one.numbers["All"] for one in mortality.analyse(sample).scaled}
    assert set(found) == {100, 91, 82, 80, 75}
    for factor, numbers in expected.items():
        one = found[factor]
        assert (one.estimate, one.low, one.high) == pytest.approx(numbers, rel=1e-9)


def test_break_even_is_where_the_interval_reaches_one(sample):
    whole = mortality.analyse(sample).panels[0].everybody.numbers
    factor = break_even(whole)
    # At this factor R's poisson.test(3, T = factor * expected) has the upper limit 1: its limit is 8.7673 deaths.
    assert factor * whole.expected == pytest.approx(8.7672730697423233, rel=1e-9)
    assert break_even(mortality.analyse(sample).panels[0].groups[0].numbers) is None


# ---- zero deaths -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("died", "answer", "said"),
    [
        # R 4.2.2: poisson.test(c(0, 2), c(E of scores 3, 4, 5, E of scores 3, 4, 2)), and the other way round
        (ALONE, (0, 0, 3.1657587826460669), "the ratio is 0 and has an upper limit only"),
        (
            COMBINATION,
            (float("inf"), 0.31588003655924812, float("inf")),
            "infinite (∞) and has a lower limit only",
        ),
    ],
)
def test_an_arm_without_deaths_has_a_one_sided_ratio(died, answer, said):
    scores = [3, 4, 2] if died == COMBINATION else [3, 4, 5]
    others = [3, 4, 5] if died == COMBINATION else [3, 4, 2]
    fate = ["died", "died", "healed"]
    cohort = patients(
        arm=["combination"] * 3 + ["corticosteroid"] * 3,
        scorten=[*scores, *others],
        outcome=[*fate, *["healed"] * 3] if died == COMBINATION else [*["healed"] * 3, *fate],
    )
    ratio = mortality.analyse(cohort).panels[0].pairs[0].ratio
    assert (ratio.estimate, ratio.low, ratio.high) == pytest.approx(answer, rel=1e-9)
    # R gives the same p-value, there by adding up improbable counts.
    assert ratio.p_by_likelihood == pytest.approx(0.13902987294295371, rel=1e-9)
    table = mortality.card(cohort).table("pairs")
    assert said in table.note
    assert "nan" not in " ".join(table.shown.astype(str).to_numpy().ravel())


# ---- which score, which rule, which deaths -----------------------------------------------------------


def test_the_rule_at_the_cut_off_moves_a_recomputed_score(on_edge):
    at_least, above = (score_items(on_edge, edge) for edge in (">=", ">"))
    assert at_least.items.score.tolist() == [3, 3, 2, 3]
    assert above.items.score.tolist() == [2, 3, 2, 3]
    assert at_least.items.on_edge.tolist() == [True, False, False, False]


def test_a_score_that_contradicts_its_items_is_listed_and_never_overwritten(on_edge):
    card = mortality.card(on_edge)
    query = card.table("scorten_queries").shown
    assert query["Patient"].tolist() == ["P0"]
    assert query["What was found"][0].startswith("SCORTEN is 2, but its items add up to 3.")
    assert on_edge.frame["scorten"].iloc[0] == 2
    above = mortality.card(on_edge, mortality.Settings(edge=">"))
    assert above.table("scorten_queries").shown.empty


def test_an_item_that_contradicts_its_measurement_is_listed():
    cohort = patients(
        arm=["combination", "corticosteroid"], outcome=["healed", "died"], scorten=[2, 2], age_years=[61, 30],
        scorten_age=["no", "no"],
    )  # fmt: skip
    found = mortality.card(cohort).table("scorten_queries").shown["What was found"].tolist()
    assert found == ["Age is recorded as no, but the measurement gives a point."]


@pytest.mark.parametrize(
    ("rule", "counts_as"),
    [
        ("as in the file", ["2", "3", "2", "–"]),
        ("recomputed", ["3", "3", "2", "3"]),
        ("file, else recomputed", ["2", "3", "2", "3"]),
    ],
)
def test_the_score_that_counts_follows_the_setting(on_edge, rule, counts_as):
    table = mortality.card(on_edge, mortality.Settings(score=rule)).table("scorten_items")
    assert table.shown["Counts as"].tolist() == counts_as
    assert table.shown["Age"].tolist() == ["1*", "1", "0", "1"]
    assert table.behind


def test_missing_items_leave_bounds_never_zeros():
    cohort = patients(
        arm=["combination", "corticosteroid", "corticosteroid"], outcome=["healed", "died", "healed"],
        age_years=[61, 61, 30], malignancy_type=["lung", "lung", "no"], heart_rate=[100, 100, 100],
        detachment_bsa_pct=[5, 5, 5], urea_mmol_l=[5, None, 5], glucose_mmol_l=[6, None, 6],
        bicarbonate_mmol_l=[24, 24, 24],
    )  # fmt: skip
    settings = mortality.Settings(score="recomputed")
    card = mortality.card(cohort, settings)
    assert card.table("scorten_items").shown["From items"].tolist() == ["2", "2 to 4", "0"]
    chosen, lowest, highest = mortality.analyse(cohort, settings).choices[:3]
    # Bastuji-Garin 2000: 0, 2, 4 points are risks of 1 / (1 + e^(4.448 - 1.237 x points)).
    risk = {0: 0.011567078, 2: 0.121983, 4: 0.622459}
    assert chosen.numbers.n == 2
    assert chosen.numbers.expected == pytest.approx(risk[2] + risk[0], abs=1e-4)
    assert lowest.numbers.expected == pytest.approx(2 * risk[2] + risk[0], abs=1e-3)
    assert highest.numbers.expected == pytest.approx(risk[2] + risk[4] + risk[0], abs=1e-3)
    assert any("a missing item is never counted as zero" in note for note in card.notes)


def test_recorded_items_count_where_nothing_was_measured():
    cohort = patients(
        arm=["combination", "corticosteroid"], outcome=["healed", "died"],
        **{flag: ["yes", "no"] for flag in FLAGS}, scorten_hco3=["no", "no"],
    )  # fmt: skip
    assert score_items(cohort, ">=").items.score.tolist() == [6, 0]


def test_what_the_other_choices_give_is_said(on_edge):
    card = mortality.card(on_edge, mortality.Settings(score="recomputed"))
    table = card.table("choices").shown
    assert table["Choice"][0].endswith("(chosen)")
    assert table["Choice"].str.contains("deaths at any time").sum() == 1
    # With everybody counted and any death, 2 of 4 died; within 56 days one of them did.
    assert table.loc[table["Choice"].str.contains("at any time"), "Died"].item() == "2 of 4 (50%)"
    assert table["Died"][0] == "1 of 4 (25%)"
    assert any(
        note.startswith("1 patient with age 40 years") and "the other rule expects" in note
        for note in card.notes
    )
    assert any(note.startswith("The other choices of score") for note in card.notes)


def test_with_the_files_score_the_rule_plays_no_part(on_edge):
    notes = mortality.card(on_edge).notes
    assert any("the rule at the cut-offs plays no part" in note for note in notes)
    expected = {
        mortality.analyse(on_edge, mortality.Settings(edge=edge)).choices[0].numbers.expected
        for edge in mortality.EDGES
    }
    assert len(expected) == 1


def test_words_code_and_provenance_carry_the_settings(sample):
    settings = mortality.Settings(
        score="recomputed", edge=">", deaths="at any time", view="ratios", factor_percent=60
    )
    card = mortality.card(sample, settings)
    assert "SCORTEN recomputed, above 40 years, 120 per minute and 10%; deaths at any time" in card.provenance
    for said in (
        "score='recomputed'",
        "edge='>'",
        "deaths='at any time'",
        "view='ratios'",
        "factor_percent=60",
    ):
        assert said in card.code
    assert card.finding.startswith("3 of 32 patients died at any time")
    assert "recomputed from its seven items" in card.methods
    assert "60%" in card.table("over_prediction").shown.columns


@pytest.mark.parametrize("factor", [0, 101])
def test_a_factor_outside_its_range_is_said(sample, factor):
    with pytest.raises(NotEstimable, match="from 1 to 100%"):
        mortality.card(sample, mortality.Settings(factor_percent=factor))


def test_what_a_score_needs_is_said():
    without = patients(arm=["combination", "corticosteroid"], outcome=["healed", "died"], age_years=[50, 60])
    with pytest.raises(FieldMissing, match="or choose the recomputed score"):
        mortality.card(without)
    nothing = patients(arm=["combination", "corticosteroid"], outcome=["healed", "died"], scorten=[2, 3])
    with pytest.raises(FieldMissing, match="holds none of them"):
        mortality.card(nothing, mortality.Settings(score="recomputed"))


# ---- pictures ----------------------------------------------------------------------------------------


def test_the_studys_figure_draws_the_printed_numbers(sample):
    # Results 3.3.2 and Figure 3: predicted 32 (32, 68) and 12 (12, 32)%; observed 2 of 14 and 1 of 18.
    figure = mortality.card(sample, mortality.Settings(view="the study's figure")).figure
    predicted, observed = (
        next(trace for trace in figure.data if trace.meta["role"] == role)
        for role in ("predicted", "observed")
    )
    assert [round(100 * height) for height in predicted.y] == [32, 32, 12]
    assert [round(100 * height) for height in observed.y] == [9, 14, 6]
    quartiles = [(round(100 * low), round(100 * high)) for _, low, high in predicted.customdata]
    assert quartiles == [(12, 55), (32, 68), (12, 32)]


@pytest.mark.parametrize("view", mortality.VIEWS)
def test_every_view_can_become_a_native_chart(sample, view):
    card = mortality.card(sample, mortality.Settings(view=view))
    assert card.figure.layout.meta["panels"]
    assert {trace.meta["role"] for trace in card.figure.data} <= ROLES
    slide = Presentation(BytesIO(deck([card]))).slides[0]
    assert sum(shape.has_chart for shape in slide.shapes) == len(card.figure.layout.meta["panels"])


def test_the_picture_by_score_has_the_numbers_of_its_table(sample):
    card = mortality.card(sample, mortality.Settings(view="by score"))
    table = card.table("by_score").values
    heights = {
        trace.meta["role"]: list(trace.y)
        for trace in card.figure.data
        if trace.meta["role"] in ("predicted", "observed")
    }
    assert heights["predicted"] == pytest.approx(table["predicted_risk"].tolist())
    assert heights["observed"] == pytest.approx(table["observed_share"].tolist())


# ---- shared with eyes outside ------------------------------------------------------------------------


@pytest.mark.parametrize("view", mortality.VIEWS)
def test_a_shared_card_gives_back_no_small_count(sample, view):
    shared = share_safe(mortality.card(sample, mortality.Settings(view=view)), sample.frame["patient_id"])
    keys = {table.key for table in shared.tables}
    assert not keys & {"scorten_items", "scorten_queries", "choices"}
    # Three died: the ratio, its limits at every factor and the scores of the cohort would each give that back.
    said = " ".join(
        [shared.finding, *shared.notes, *(str(t.shown.to_numpy()) + t.note for t in shared.tables)]
    )
    for number in ("0.27", "0.30", "80.1%", "0.085", "1.26 (0.07", "2/14"):
        assert number not in said, number
    calibration = shared.table("calibration").values.iloc[0]
    assert calibration["deaths"] == "<5"
    assert calibration[["brier", "slope"]].isna().all()
    pair = shared.table("pairs").values.iloc[0]
    assert pair["first: died"] == "<5"
    assert pair[["risk_difference", "ratio_of_smrs"]].isna().all()
    scaled = shared.table("over_prediction").values.iloc[0]
    assert scaled["observed_deaths"] == "<5"
    assert scaled[["smr"]].isna().all()


# ---- edges -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", mortality.VIEWS)
@pytest.mark.parametrize("name", ["one patient", "two patients", "one arm", "nobody dead", "everybody dead"])
def test_small_and_one_sided_cohorts_get_an_answer_or_a_sentence(name, view):
    try:
        card = mortality.card(COHORTS[name](), mortality.Settings(view=view))
    except CohortError as error:
        assert len(str(error).split()) > 5
        return
    assert card.finding.endswith(".")
    assert card.figure.layout.meta["panels"]


@pytest.mark.parametrize("view", mortality.VIEWS)
def test_items_that_nobody_has_in_full_leave_bounds_and_a_slide(view):
    cohort = patients(
        arm=["combination", "corticosteroid"], outcome=["healed", "died"], age_years=[61, 30],
        malignancy_type=["lung", "lung"],
    )  # fmt: skip
    card = mortality.card(cohort, mortality.Settings(score="recomputed", view=view))
    # Two and one point at least, seven and six at most. R 4.2.2: sum(plogis(-4.448 + 1.237 * c(2, 1))), c(7, 6)
    assert "SCORTEN would predict 0.2 deaths, and if every one did, 1.9" in card.finding
    assert deck([card])


def test_nobody_left_is_said(sample):
    with pytest.raises(EmptySelection):
        mortality.card(sample.select(Selection(diagnosis=("SJS",), where={"outcome": ("died",)})))
