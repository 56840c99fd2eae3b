"""The robustness card: ratios of rates, severity, days and single patients."""

from __future__ import annotations

import warnings

import pytest
from lifelines import CoxPHFitter

from iren_core import Selection
from iren_core.analyses import healing, robustness
from iren_core.errors import NotEstimable


def test_the_crude_ratio_is_that_of_lifelines(sample):
    healed = sample.frame.dropna(subset=["reepithelization_days"])
    frame = healed[["reepithelization_days"]].assign(
        event=1, alone=(healed["arm"] == "corticosteroid").astype(float)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = CoxPHFitter().fit(frame, "reepithelization_days", "event", fit_options={"precision": 1e-12})
    crude = robustness.analyse(sample).models[0].ratio
    assert crude.ratios[0] == pytest.approx(float(fit.hazard_ratios_["alone"]), rel=1e-6)


def test_every_model_of_the_sample_says_the_same_direction(sample):
    models = robustness.analyse(sample).models
    assert [model.name for model in models] == [
        "Crude",
        "Within diagnoses",
        "Within SCORTEN below 3 and from 3",
        "Adjusted for SCORTEN",
        "Counted from the start of treatment",
    ]
    assert all(model.ratio.ratios[0] < 1 for model in models)


def test_day_zero_and_late_entry_are_on_the_card(sample):
    settings = robustness.Settings(time_zero="onset", counted_from="start of treatment")
    card = robustness.card(sample, settings)
    assert "day zero: onset and counted from: start of treatment" in card.provenance
    assert "late entry" in card.finding
    assert "time_zero='onset', counted_from='start of treatment'" in card.code


def test_unequal_severity_is_pointed_out(sample):
    # Table 1 of the study: SCORTEN differs between the arms (3 v 2).
    notes = robustness.card(sample).notes
    assert any(note.startswith("The groups were not equally ill: they differ in SCORTEN") for note in notes)


def test_shares_by_day_are_counts_when_nobody_is_censored(sample):
    table = robustness.card(sample).table("by_day").values
    healed = sample.frame.dropna(subset=["reepithelization_days"])
    combination = healed[healed["arm"] == "combination"]["reepithelization_days"]
    share = table.loc[table["day"] == 14, "share_Corticosteroids + TNF inhibitor"].item()
    assert share == pytest.approx((combination <= 14).mean())


def test_influence_names_a_patient_of_the_models(sample):
    result = robustness.analyse(sample)
    healed = sample.frame.dropna(subset=["reepithelization_days"])
    assert result.influential in set(healed["patient_id"])
    assert result.influence.p_lowest <= result.models[0].test.p_value <= result.influence.p_highest


def test_a_group_that_heals_completely_apart_has_no_ratio_of_ten_thousand(sample):
    ten = robustness.analyse(sample.select(Selection(diagnosis=("TEN",))))
    ratio = ten.models[0].ratio
    assert not isinstance(ratio, Exception)
    assert ratio.lows[0] <= ratio.ratios[0] <= ratio.highs[0]


def test_one_arm_is_a_sentence(sample):
    with pytest.raises(NotEstimable, match="holds 1 group by treatment arm"):
        robustness.card(sample.select(Selection(arm=("combination",))))


def test_the_picture_holds_the_ratios(sample):
    card = robustness.card(sample)
    drawn = [x for trace in card.figure.data if trace.meta["role"] == "effect" for x in trace.x]
    assert sorted(drawn) == pytest.approx(sorted(card.table("models").values["ratio"]))


def test_immortal_time_is_told_with_the_ratio_without_it(sample):
    card = robustness.card(sample)
    by_name = {model.name: model.ratio.ratios[0] for model in robustness.analyse(sample).models}
    (note,) = (note for note in card.notes if note.startswith("Immortal time"))
    assert "a median of 1 day (range 0 to 2) later with corticosteroids + TNF inhibitor" in note
    assert f"from day 0 the ratio is {by_name['Crude']:.2f}" in note
    assert f"(late entry) {by_name['Counted from the start of treatment']:.2f}" in note
    late = robustness.card(sample, robustness.Settings(counted_from="start of treatment"))
    (note,) = (note for note in late.notes if note.startswith("Immortal time"))
    assert note.endswith("Here patients count only from the start of treatment.")


def test_groups_that_wait_for_nothing_have_no_immortal_time_and_later_ones_are_named(sample):
    assert not any(
        "mmortal" in note for note in robustness.card(sample, robustness.Settings(group="sex")).notes
    )
    later = robustness.card(sample, robustness.Settings(group="infection")).notes
    assert later[0].startswith("These groups were known only later: infection")


COMPETING = robustness.Settings(deaths="competing event")


def test_where_death_competes_the_answer_is_grays(sample):
    # Gray's test and Fine and Gray's ratio are pinned to R's cmprsk in tests/stats; here: that the card says these.
    card = robustness.card(sample, COMPETING)
    on_healing = healing.analyse(sample, healing.Settings(deaths="competing event")).first.test
    row = card.table("models").values.iloc[0]
    assert row["model"] == "Death as competing event"
    assert (row["test"], row["test_p_value"]) == (on_healing.method, on_healing.p_value)
    assert card.finding.startswith("With death as a competing event the subdistribution rate of healing")
    assert "Among those alive and not yet healed (deaths censored) the rate" in card.finding
    assert any(note.startswith("Without any one patient Gray's test runs from") for note in card.notes)
    assert card.tests[:2] == ("Gray's test", "Fine-Gray regression")


def test_late_entry_has_no_gray_test_and_the_finding_says_deaths_are_censored(sample):
    settings = robustness.Settings(deaths="competing event", counted_from="start of treatment")
    card = robustness.card(sample, settings)
    assert card.table("models").values["model"].iloc[0] == "Crude, deaths censored"
    assert card.finding.startswith("Among those alive and not yet healed (deaths censored)")
    assert "do not allow for late entry" in card.methods


def test_a_limit_near_0_is_not_printed_as_0(sample):
    # The upper limit on day 28 is -0.3 points; the lower and the estimate take its decimal.
    row = robustness.card(sample).table("by_day").shown.iloc[2]
    assert row["Difference (95% CI)"] == "−29.4 points (−53.1 to −0.3)"


def test_a_day_on_which_interval_and_p_part_is_named(sample):
    # Day 28 of the sample: R's fisher.test gives p = 0.05878 for 12 of 12 against 12 of 17, Newcombe's limits are
    # -53.1 and -0.3 percentage points.
    [said] = [note for note in robustness.card(sample).notes if "different sides of 0.05" in note]
    assert (
        "for the share healed by day 28 (−53.1 to −0.3 does not hold 0 by Newcombe's method, p = 0.059 by "
        "Fisher's exact test)"
    ) in said
