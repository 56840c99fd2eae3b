"""The study's printed numbers, found again by the product; and what is said of a cohort that is not the sample."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from scipy.special import stdtr

from iren_core import Cohort, Selection
from iren_core.analyses import published
from iren_core.analyses.published.facts import claims, fact, facts
from iren_core.errors import EmptySelection
from iren_core.stats import compare_counts, compare_groups, observed_vs_expected, scorten_risk

PRINTED = {
    one["id"]: one
    for one in json.loads(
        (Path(__file__).parents[1] / "reference" / "published.json").read_text(encoding="utf-8")
    )["facts"]
}

#: What no cohort with the printed counts can show: Freeman-Halton gives 0.232 for them (R: fisher.test).
NOT_REPRODUCED = {"p_conc"}


@pytest.fixture(scope="module")
def result(sample: Cohort) -> published.Result:
    return published.analyse(sample)


@pytest.fixture(scope="module")
def own(sample: Cohort) -> Cohort:
    """The sample as if it were a file of the reader's own."""
    return replace(sample, source=replace(sample.source, synthetic=False, filename="ward.csv"))


def numbers_of(one: dict) -> list[float]:
    """The printed numbers of a fact in the reference file."""
    value = one["value"]
    if one["kind"] == "count":
        share = value.get("pct_published")
        return [value["count"], value["of"], *([] if share is None else [share])]
    if isinstance(value, dict):
        return list(value.values())
    return [] if one["kind"] in ("p", "direction") else [value]


def changed(cohort: Cohort, field: str, row: int, value: object) -> Cohort:
    frame = cohort.frame.copy()
    frame.loc[frame.index[row], field] = value
    return replace(cohort, frame=frame)


@pytest.mark.parametrize("one", facts(), ids=lambda one: one.id)
def test_the_packaged_facts_are_those_printed(one):
    reference = PRINTED[one.id]
    assert one.where == reference["where"]
    if one.kind != "pattern":
        assert [float(text) for text in one.numbers] == numbers_of(reference)
    printed_p = reference["value"] if reference["kind"] == "p" else reference.get("p")
    if isinstance(printed_p, str):
        assert one.p == printed_p
    elif printed_p is not None:
        assert float(one.p) == printed_p


def test_every_printed_fact_is_packaged_once():
    assert [one.id for one in facts()] == list(PRINTED)
    assert len(PRINTED) == 157


@pytest.mark.parametrize("name", PRINTED)
def test_the_sample_shows_what_is_printed(result: published.Result, name: str):
    line = next(line for line in result.lines if line.fact.id == name)
    assert line.is_computed
    assert line.is_as_printed is (name not in NOT_REPRODUCED)
    if line.fact.n and line.fact.field != "peak_temp_c":  # the sample has it of patients with fever alone
        assert line.found.n == int(line.fact.n)


def test_the_table_that_is_not_reproduced_gives_the_exact_value(result: published.Result):
    line = next(line for line in result.unlike if line.fact.id == "p_conc")
    # R 4: fisher.test(rbind(c(10, 2, 1, 1, 0), c(7, 7, 1, 1, 2)))$p.value
    assert line.found.p_value == pytest.approx(0.2318669, rel=1e-6)


@pytest.mark.parametrize(
    ("field", "value"),
    [("reepithelization_days", 60.0), ("scorten", 7.0), ("bmi", 40.0), ("arm", "corticosteroid")],
)
def test_one_patient_changed_breaks_the_reproduction(sample: Cohort, field: str, value: object):
    row = sample.frame["arm"].eq("combination").to_numpy().argmax()
    broken = published.analyse(changed(sample, field, int(row), value))
    assert len(broken.unlike) > len(NOT_REPRODUCED)


def test_the_finding_says_how_many_and_both_sides(sample: Cohort):
    finding = published.card(sample).finding
    assert finding.startswith("156 of the 157 numbers that the study prints come out of the sample")
    assert "was associated with sooner healing: mean difference −9.2 days (95% CI −15.5 to −2.9;" in finding
    assert "Deaths were not shown to differ: 9 percentage points" in finding


def test_the_contrasts_of_the_study_follow_from_what_it_prints(result: published.Result):
    by_label = {contrast.label: contrast for contrast in result.contrasts}
    dose = by_label["Cumulative dose, all"]
    # R 4: t.test(a, b, var.equal = TRUE) for a, b scaled to 1177 ± 515 (12) and 1594 ± 640 (17).
    assert (dose.theirs.low, dose.theirs.high) == pytest.approx(
        (-875.1874144189917, 41.1874144189917), rel=1e-9
    )
    assert dose.printed_p == "0.073"
    # R 4: fisher.test(matrix(c(2, 1, 12, 17), 2))$p.value
    assert by_label["Deaths, all"].theirs.p_value == pytest.approx(0.5681451612903, rel=1e-9)


def test_of_the_sample_yours_and_theirs_are_close(result: published.Result):
    for contrast in result.contrasts:
        assert contrast.theirs.low < contrast.yours.value < contrast.theirs.high, contrast.label


def test_the_picture_has_two_marks_a_contrast(sample: Cohort):
    figure = published.card(sample).figure
    marks = {}
    for trace in figure.data:
        if trace.meta["role"] == "effect":
            marks[trace.meta["group"]] = marks.get(trace.meta["group"], 0) + len(trace.x)
    assert marks == {"The sample": 15, "The study": 15}


def test_what_the_sample_does_not_show_stands_in_a_short_table(sample: Cohort):
    shown = published.card(sample).table("unlike").shown
    assert shown["Printed"].tolist() == ["p = 0.260"]
    assert shown["Here"].tolist() == ["p = 0.232"]
    assert "Freeman and Halton" in shown["Why"][0]


def test_inconsistencies_are_explained_where_they_stand(sample: Cohort):
    rows = published.card(sample).table("facts").shown
    remarks = {row["Quantity"]: row["Remark"] for _, row in rows.iterrows() if row["Remark"]}
    assert "which gives 1.000; 0.888 is the chi-squared test" in remarks["SJS or TEN by arm"]
    assert "same two-by-two table" in remarks["IVIG given by arm"]


def test_a_part_of_the_study_narrows_the_long_table_only(sample: Cohort):
    whole, part = published.card(sample), published.card(sample, published.Settings(section="Healing"))
    assert len(whole.table("facts").shown) == 157
    assert set(part.table("facts").values["part"]) == {"Healing"}
    assert part.finding == whole.finding
    assert part.table("by_part").shown.equals(whole.table("by_part").shown)


def test_of_an_own_cohort_no_agreement_is_claimed(own: Cohort):
    card = published.card(own)
    words = " ".join([card.finding, *card.notes, *card.table("facts").shown["Agreement"]])
    assert "as printed" not in words
    assert "157 of the 157 numbers that the study prints can be computed from 32 patients." in card.finding
    assert set(card.table("facts").shown["Agreement"]) <= {
        "inside your interval",
        "n too small to call",
        "outside your interval",
        "–",
    }


def test_inside_is_called_from_thirty_patients_only(own: Cohort):
    for row in published.card(own).table("facts").values.to_dict("records"):
        if row["agreement"] == "inside your interval":
            assert row["n"] >= 30


def test_a_number_outside_the_interval_is_said(own: Cohort):
    older = replace(own, frame=own.frame.assign(age_years=own.frame["age_years"] + 20))
    rows = published.card(older).table("facts").shown
    assert rows.loc[rows["Quantity"] == "Age (years)", "Agreement"].tolist() == ["outside your interval"]


def test_the_sample_narrowed_is_not_judged(sample: Cohort):
    card = published.card(sample.select(Selection(diagnosis=("TEN",))))
    assert "as printed" not in card.finding
    assert "11 patients" in card.finding


def test_what_cannot_be_computed_is_listed_with_the_reason(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination", "corticosteroid"] * 4,
            "age_years": [50, 61, 47, 55, 70, 66, 58, 49],
            "reepithelization_days": [12, 20, 14, 25, 17, 31, 9, 18],
            "outcome": ["healed"] * 8,
        }
    )
    card = published.card(cohort)
    why = card.table("not_computed").shown
    assert why["Numbers"].astype(int).sum() + published.analyse(cohort).n_computed == 157
    assert why["Why"].str.contains("SCORTEN").any()
    assert "Cumulative dose, all" in " ".join(card.notes)
    assert "mean difference" in card.finding


@pytest.mark.parametrize("n", [1, 2])
def test_very_few_patients_get_a_card_without_tests(sample: Cohort, n: int):
    few = replace(sample, frame=sample.frame.head(n), source=replace(sample.source, synthetic=False))
    card = published.card(few)
    shown = card.table("facts").shown
    assert "nan" not in " ".join([card.finding, *map(str, shown.to_numpy().ravel())]).lower()


@pytest.mark.parametrize("selection", ["outcome=died", "arm=combination", "outcome=healed", "diagnosis=SJS"])
def test_one_sided_cohorts_get_a_card(sample: Cohort, selection: str):
    card = published.card(sample.select(Selection.parse(selection)))
    assert card.finding.startswith(
        str(published.analyse(sample.select(Selection.parse(selection))).n_computed)
    )
    assert "nan" not in card.finding.lower()


def test_nobody_left_is_a_sentence(sample: Cohort):
    with pytest.raises(EmptySelection):
        published.card(sample.select(Selection.parse("age_years=119..120")))


def test_predicted_mortality_follows_from_scorten_where_the_file_lacks_it(sample: Cohort):
    without = replace(sample, frame=sample.frame.drop(columns="predicted_mortality_pct"))
    lines = {line.fact.id: line for line in published.analyse(without).lines}
    assert all(lines[name].is_as_printed for name in lines if name.startswith(("pred", "p_pred")))


# What the claims say of the study's numbers, each computed here.
def said_of(start: str) -> str:
    return next(one.found for one in claims() if one.said.startswith(start))


def test_claim_on_mortality_ratios(sample: Cohort):
    found = said_of("The median predicted risk")
    for arm, ratio in (("combination", "0.30"), ("corticosteroid", "0.24")):
        group = sample.frame[sample.frame["arm"] == arm]
        numbers = observed_vs_expected(group["outcome"] == "died", scorten_risk(group["scorten"]))
        assert f"{numbers.estimate:.2f}" == ratio
        assert ratio in found


def test_claim_on_deaths():
    table = [[fact(name).numbers[0], fact(name).numbers[1]] for name in ("obs_comb", "obs_cort")]
    counts = [[int(died), int(n) - int(died)] for died, n in table]
    assert f"p = {compare_counts(counts, test='fisher').p_value:.3f}" in said_of("The combination decreases")


def test_claim_on_ranks_and_means():
    # Student's t from the printed means, standard deviations and sizes, by its textbook formula.
    found = said_of("Means and standard deviations")
    for (m1, s1, n1), (m2, s2, n2), p in (
        ((22, 5, 12), (32, 12, 17), "0.011"),
        ((22, 4, 9), (29, 8, 12), "0.027"),
    ):
        df = n1 + n2 - 2
        error = (((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df * (1 / n1 + 1 / n2)) ** 0.5
        assert f"{2 * stdtr(df, -abs(m1 - m2) / error):.3f}" == p
        assert p in found


def test_claim_that_no_rank_test_crosses_the_level(sample: Cohort):
    for one in facts():
        if one.test.startswith("mann-whitney ") and one.p:
            groups = one.groups
            frame = (
                sample.frame
                if one.diagnosis == "" or groups == "diagnosis"
                else sample.frame[sample.frame["diagnosis"] == one.diagnosis]
            )
            corrected = compare_groups(frame[one.field], frame[groups], test="mann-whitney").p_value
            assert (corrected < 0.05) == (float(one.p) < 0.05), one.id


def test_the_printed_numbers_named_in_claims_are_printed():
    told = " ".join(one.found for one in claims())
    for name in ("p_cum", "p_cum_sjs", "p_cum_ten", "p_dur", "p_dur_sjs", "p_dur_ten", "p_dx", "p_scorten"):
        assert fact(name).p in told


def test_the_tour_tells_printed_numbers():
    told = (Path(__file__).parents[2] / "pages" / "start" / "home.py").read_text(encoding="utf-8")
    with_inhibitor, without = (fact(name).numbers[0] for name in ("re_comb", "re_cort"))
    assert f"by day {with_inhibitor} with a TNF inhibitor added and by day {without} without" in told
    died = [" of ".join(fact(name).numbers[:2]) for name in ("obs_comb", "obs_cort")]
    assert f"{died[0]} and {died[1]} died" in told
    assert f"(p = {fact('p_cum').p})" in told


def test_tables_have_no_missing_word(sample: Cohort):
    for table in published.card(sample).tables:
        assert isinstance(table.shown, pd.DataFrame)
        assert not table.shown.isna().any().any(), table.key


def test_parts_add_up_and_who_died_after_healing_is_told(cohort_of, sample):
    frame = sample.frame.drop(columns="data_origin")
    frame = frame.assign(outcome=frame["outcome"].astype(str)).reset_index(drop=True)
    healed = frame.index[frame["reepithelization_days"].notna()][0]
    frame.loc[healed, "outcome"] = "died"
    names = ["patient_id", "arm", "diagnosis", "outcome", "reepithelization_days", "scorten", "bmi"]
    card = published.card(cohort_of({name: frame[name].astype(object).tolist() for name in names}))
    table = card.table("by_part").values
    judged = table[["Inside the interval", "Outside the interval", "Too few to call", "Without an interval"]]
    assert judged.sum(axis=1).tolist() == table["Computed here"].tolist()
    assert any(note.startswith("1 patient healed and died later") for note in card.notes)
