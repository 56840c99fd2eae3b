"""The healing card against the study's Figure 1 (Front Immunol 2024, doi 10.3389/fimmu.2024.1421684), and its edges."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from iren_core import Between, CohortError, Selection
from iren_core.analyses import healing
from iren_core.errors import EmptySelection, FieldMissing

COMBINATION = "Corticosteroids + TNF inhibitor"
ALONE = "Corticosteroids alone"

# Results 3.2: median (quartiles) of days to re-epithelization among the healed.
PRINTED_QUARTILES = {
    ("All patients", COMBINATION): (14, 12, 17),
    ("All patients", ALONE): (21, 17, 31),
    ("SJS", COMBINATION): (14, 12, 16),
    ("SJS", ALONE): (18, 14, 21),
    ("TEN", COMBINATION): (19, 17, 20),
    ("TEN", ALONE): (39, 30, 44),
}


def half_up(value: float) -> int:
    return math.floor(value + 0.5)


def test_quartiles_are_those_printed(sample):
    result = healing.analyse(sample)
    found = {
        (panel.title, group.label): tuple(half_up(day) for day in (group.q2, group.q1, group.q3))
        for panel in result.panels
        for group in panel.groups
    }
    assert found == PRINTED_QUARTILES


def test_log_rank_p_values_are_those_printed(sample):
    p = {panel.title: panel.test.p_value for panel in healing.analyse(sample).panels}
    # Results 3.2: p < 0.001 (all), p < 0.001 (SJS), p = 0.004 (TEN).
    assert p["All patients"] < 0.001
    assert p["SJS"] < 0.001
    assert round(p["TEN"], 3) == 0.004


def test_healed_only_leaves_out_the_three_deaths(sample):
    panel = healing.analyse(sample).panels[0]
    # Results 3.1: 32 patients, 29 survivors and 3 deaths.
    assert (panel.n, panel.n_in) == (32, 29)
    assert sum(group.died for group in panel.groups) == 0


@pytest.mark.parametrize("rule", ["censored at death", "competing event"])
def test_other_rules_keep_all_patients(sample, rule):
    panel = healing.analyse(sample, healing.Settings(deaths=rule)).panels[0]
    assert panel.n_in == 32
    assert sum(group.died for group in panel.groups) == 3


def test_death_as_a_competing_event_ends_below_one(sample):
    curves = healing.analyse(sample, healing.Settings(deaths="competing event")).panels[0].curves
    # With everybody followed to the end, incidence ends at the share healed: 12 of 14 and 17 of 18.
    assert curves.curve(COMBINATION, "healed").incidence[-1] == pytest.approx(12 / 14, abs=1e-12)
    assert curves.curve(ALONE, "healed").incidence[-1] == pytest.approx(17 / 18, abs=1e-12)


def test_mean_difference_of_uncensored_days_is_the_plain_one(sample):
    panel = healing.analyse(sample).panels[0]
    days, arm = panel.times.days, sample.frame["arm"]
    healed = panel.times.healed
    plain = days[healed & (arm == "corticosteroid")].mean() - days[healed & (arm == "combination")].mean()
    assert panel.difference.estimate == pytest.approx(plain, abs=1e-9)


def test_finding_is_a_whole_sentence_with_test_interval_and_n(sample):
    card = healing.card(sample.select(Selection(diagnosis=("TEN",))))
    assert card.finding.startswith(
        "Half of those who healed had healed by day 19 (95% CI 17 to not reached) with corticosteroids + TNF inhibitor "
        "and day 39 (95% CI 28 to not reached) with corticosteroids alone "
        "(Log-rank test: χ² = 8.18, df 1, p = 0.004; n = 8)."
    )


def test_one_line_tells_what_each_rule_gives(sample):
    note = healing.card(sample).notes[0]
    assert note == (
        "3 patients died before healing, 0 were last seen unhealed. Under the three rules: half healed by day 14 v 21 "
        "(p < 0.001) among those who healed, half healed by day 14 v 21 (p = 0.003) when the dead are censored and "
        "half healed by day 14 v 21 (p = 0.010) when death competes with healing. Curves of healed patients alone say "
        "nothing of the chance to heal at all."
    )


def test_few_patients_get_the_exact_test_beside_the_other(sample):
    # 3 v 5 patients, all of one arm first: with the scores of the log-rank test 3 of the 56 ways to deal the arms
    # lie as far from what is expected (0.875, 0.732, 0.565 against sums of the other end: by hand).
    panel = healing.analyse(sample).panels[2]
    assert panel.exact.p_value == pytest.approx(3 / 56, rel=1e-12)
    assert healing.analyse(sample).panels[0].exact is None


def test_left_out_patients_add_up(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination", "combination", "corticosteroid", "corticosteroid", None, "combination"],
            "reepithelization_days": [10, None, 20, None, 15, None],
            "death_day": [None, None, None, 9, None, None],
            "followup_days": [60, 60, 60, None, 60, None],
            "outcome": ["healed", "healed", "healed", "died", "healed", "not healed"],
        }
    )
    for rule in healing.DEATH_RULES:
        result = healing.analyse(cohort, healing.Settings(deaths=rule))
        note = next(
            note for note in healing.card(cohort, result.settings).notes if note.startswith("Left out")
        )
        named = sum(int(word) for word in note.replace(",", "").split() if word.isdigit())
        assert named == result.panels[0].n - result.panels[0].n_in
        assert "1 healed on a day that is not recorded" in note


def test_healed_without_a_day_is_never_followed_as_unhealed(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination", "combination", "corticosteroid", "corticosteroid"],
            "reepithelization_days": [10, None, 20, 25],
            "followup_days": [60, 60, 60, 60],
            "outcome": ["healed", "healed", "healed", "healed"],
        }
    )
    panel = healing.analyse(cohort, healing.Settings(deaths="censored at death")).panels[0]
    assert panel.n_in == 3
    assert panel.times.healed_without_day == 1


def test_a_competing_curve_runs_on_to_the_end(sample):
    card = healing.card(sample, healing.Settings(deaths="competing event"))
    ends = [
        trace.x[-1] for trace in card.figure.data if trace.meta["role"] == "estimate" and trace.xaxis == "x"
    ]
    assert ends == [47, 47]
    assert any(
        note.startswith("In the end 12 of 14 (86%) with corticosteroids + TNF inhibitor and 17 of 18 (94%)")
        for note in card.notes
    )


def test_picture_holds_the_numbers_of_the_table(sample):
    card = healing.card(sample)
    steps = card.table("steps").values
    for trace in card.figure.data:
        if trace.meta["role"] != "estimate" or trace.xaxis != "x":
            continue
        rows = steps[(steps["panel"] == "All patients") & (steps["group"] == trace.meta["group"])]
        drawn = dict(zip(trace.x, trace.y, strict=True))
        expected = 1 - rows["share_not_yet_healed"].to_numpy()
        assert [drawn[day] for day in rows["day"]] == pytest.approx(expected, abs=1e-12)


def test_views_are_mirror_images(sample):
    healed = healing.card(sample, healing.Settings(view="healed by day")).figure
    waiting = healing.card(sample, healing.Settings(view="not yet healed")).figure
    for one, other in zip(healed.data, waiting.data, strict=True):
        if one.meta["role"] == "estimate":
            assert np.asarray(one.y) + np.asarray(other.y) == pytest.approx(1)


def test_numbers_at_risk_count_before_the_day(sample):
    shown = healing.card(sample).table("at_risk").values
    days = sample.frame["reepithelization_days"]
    healed_alone = days[(sample.frame["arm"] == "corticosteroid") & days.notna()]
    row = shown[(shown["Panel"] == "All patients") & (shown["Group"] == ALONE)].iloc[0]
    assert row["Day 21"] == (healed_alone >= 21).sum()


def test_a_healing_after_death_is_left_out_and_said(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination", "combination", "corticosteroid", "corticosteroid"],
            "reepithelization_days": [10, 30, 20, 25],
            "death_day": [None, 12, None, None],
            "outcome": ["healed", "died", "healed", "healed"],
        }
    )
    card = healing.card(cohort)
    assert healing.analyse(cohort).panels[0].n_in == 3
    assert any("1 healed after the day of death in this file" in note for note in card.notes)


def test_an_unhealed_survivor_is_censored_not_healed(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination"] * 3 + ["corticosteroid"] * 3,
            "reepithelization_days": [10, 12, None, 20, 25, 30],
            "outcome": ["healed", "healed", "not healed", "healed", "healed", "healed"],
            "followup_days": [60, 60, 60, 60, 60, 60],
        }
    )
    panel = healing.analyse(cohort, healing.Settings(deaths="censored at death", panels=None)).panels[0]
    assert panel.curves.curve(COMBINATION).survival[-1] == pytest.approx(1 / 3)
    assert panel.groups[0].censored == 1


def test_one_arm_alone_is_shown_without_a_test(sample):
    card = healing.card(sample.select(Selection(arm=("combination",))))
    assert "p " not in card.finding
    assert card.table("comparison").shown["Test"].str.startswith("not compared").all()


def test_a_panel_nobody_healed_in_says_so(cohort_of):
    cohort = cohort_of(
        {
            "diagnosis": ["SJS", "SJS", "TEN", "TEN"],
            "arm": ["combination", "corticosteroid"] * 2,
            "reepithelization_days": [10, 12, None, None],
            "death_day": [None, None, 5, 6],
            "outcome": ["healed", "healed", "died", "died"],
        }
    )
    result = healing.analyse(cohort)
    assert isinstance(result.panels[2], healing.curves.EmptyPanel)
    assert "re-epithelization" in result.panels[2].reason


def test_without_healing_days_a_sentence_names_the_field(cohort_of):
    with pytest.raises(FieldMissing, match="days from the first steroid to complete re-epithelization"):
        healing.card(cohort_of({"arm": ["combination", "corticosteroid"], "outcome": ["healed", "died"]}))


def test_nobody_selected_is_a_sentence(sample):
    with pytest.raises(EmptySelection, match="None of the 32 patients meets it"):
        healing.card(sample.select(Selection(where={"age_years": Between(119, None)})))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_very_few_patients_give_a_card_or_a_sentence(sample, n):
    last_days = sorted(sample.frame["reepithelization_days"].dropna())[-n:]
    few = sample.select(Selection(where={"reepithelization_days": Between(last_days[0], None)}))
    try:
        assert healing.card(few).finding
    except CohortError as error:
        assert str(error).endswith(".")


def test_code_on_the_card_makes_the_same_card(sample, tmp_path, monkeypatch, capsys):
    source = Path(__file__).parents[2] / "sample_data" / "iren_cohort.csv"
    (tmp_path / source.name).write_bytes(source.read_bytes())
    monkeypatch.chdir(tmp_path)
    selected = sample.select(Selection(diagnosis=("TEN",), where={"scorten": Between(3, None)}))
    card = healing.card(selected, healing.Settings(deaths="competing event"))
    exec(compile(card.code, "card.py", "exec"), {})
    assert capsys.readouterr().out.strip() == card.finding


def test_a_mean_without_spread_has_no_interval(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination"] + ["corticosteroid"] * 4,
            "outcome": ["healed"] * 5,
            "reepithelization_days": [31, 18, 21, 30, 16],
        }
    )
    card = healing.card(cohort)
    cells = card.table("summary").shown["Mean, days"]
    assert cells[0] == "31.0 (no interval: one patient, or no spread)"
    assert " to " in cells[1]
    assert "(no interval: a group has one patient, or no spread)" in card.finding
    assert math.isnan(card.table("comparison").values["mean_difference_low"].iloc[0])


def test_half_healed_and_median_are_given_alike(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination"] * 4 + ["corticosteroid"] * 4,
            "outcome": ["healed"] * 8,
            "reepithelization_days": [16, 18, 19, 22, 20, 21, 24, 30],
        }
    )
    row = healing.card(cohort).table("summary").shown.iloc[0]
    assert row["Half healed, day"].startswith("18.5 (")
    assert row["Quartiles, days"].startswith("18.5 (16.5, ")


def test_patients_who_healed_and_died_later_are_told_in_the_caption(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination"] * 3 + ["corticosteroid"] * 3,
            "outcome": ["healed", "healed", "died", "healed", "healed", "healed"],
            "reepithelization_days": [16, 18, 19, 20, 21, 24],
            "death_day": [None, None, 40, None, None, None],
        }
    )
    card = healing.card(cohort)
    assert "6 patients of 6 in the curves" in card.caption
    assert (
        "1 patient healed and died later: they count as healed here, but as deaths on other" in card.caption
    )


def test_an_arm_that_a_landmark_empties_is_said_first(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination"] * 4 + ["corticosteroid"] * 4,
            "outcome": ["healed"] * 8,
            "reepithelization_days": [16, 18, 19, 22, 20, 21, 24, 30],
            "date_steroid_start": ["2023-01-01"] * 8,
            "tnfi_drug": ["etanercept"] * 4 + [None] * 4,
        }
    )
    card = healing.card(cohort, healing.Settings(counted_from="landmark", landmark_day=7))
    told = (
        "No patient with corticosteroids + TNF inhibitor is in the curves: the day on which treatment began is not "
        "recorded for 4 patients."
    )
    assert card.finding.startswith(told)
    assert card.notes[0] == told


def test_one_arm_says_once_why_nothing_is_compared(sample):
    card = healing.card(sample.select(Selection(arm=("combination",))))
    notes = {panel["note"] for panel in card.figure.layout.meta["panels"]}
    assert notes == {"One group, not compared"}
    assert sum("are in one group" in note for note in card.notes) == 1
    assert not any("no comparison" in note for note in card.notes)
