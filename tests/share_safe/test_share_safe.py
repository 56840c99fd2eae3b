"""What leaves the clinic names nobody and tells no count from 1 to 4, nor lets one be worked back."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from iren_core import Selection, read_cohort
from iren_core.__main__ import _cards
from iren_core.analyses import adverse_events, baseline, healing, mortality, recovery, robustness
from iren_core.card import Card, Table
from iren_core.errors import CohortError, or_reason
from iren_core.export.powerpoint import deck
from iren_core.export.workbook import workbook
from iren_core.share_safe import SAID, share_safe
from iren_core.share_safe.tables import COUNTS, GAPS, PARTS, mask

SAMPLE = Path(__file__).parents[2] / "sample_data" / "iren_cohort.csv"


@pytest.fixture(scope="module")
def cohort():
    return read_cohort(SAMPLE.read_bytes(), SAMPLE.name)


@pytest.fixture(scope="module")
def cards(cohort):
    return {card.key: (card, share_safe(card, cohort.frame["patient_id"])) for card in _cards(cohort)}


def everything(card: Card) -> str:
    tables = "".join(table.shown.to_csv() + table.values.to_csv() + table.note for table in card.tables)
    words = (card.finding, card.caption, card.alt, card.methods, *card.notes)
    return card.figure.to_json() + tables + " ".join(words)


def test_no_patient_is_named_anywhere(cohort, cards):
    for plain, safe in cards.values():
        text = everything(safe)
        named = [name for name in cohort.frame["patient_id"] if re.search(rf"\b{name}\b", text)]
        assert named == [], plain.key
    # The cards as the clinic sees them do name patients, or this would prove nothing.
    assert any("S14" in everything(plain) for plain, _ in cards.values())


def test_every_card_can_still_be_exported(cards):
    safe = [card for _, card in cards.values()]
    assert deck(safe).startswith(b"PK")
    assert workbook(safe).startswith(b"PK")
    assert all(card.notes[0] == SAID for card in safe)


def test_no_small_count_is_left_in_any_table(cards):
    for _, safe in cards.values():
        for table in safe.tables:
            for name in table.values.columns:
                if str(name).rsplit(": ", maxsplit=1)[-1].casefold() in COUNTS | GAPS | PARTS:
                    numbers = pd.to_numeric(table.values[name], errors="coerce")
                    assert not numbers.between(1, 4).any(), (safe.key, table.key, name)
            text = table.shown.to_csv(index=False)
            assert not re.search(r"(?<![\d.<≥−])\b[1-4] of \d", re.sub(r"1 to \d of", "", text)), (
                safe.key,
                table.key,
            )
            assert not re.search(r"\b[1-4] \(\d+%\)", text), (safe.key, table.key)


def test_rows_at_risk_are_masked_in_table_and_picture_alike(cards):
    # Healed patients at risk on day 0: 12 and 17, of whom SJS 9 and 12, TEN 3 and 5. TEN 3 is small; SJS 9 would give
    # it away (12 - 9), TEN 5 too, and SJS 12 that one (17 - 12); 12 and 17 tell that of 32 patients 3 did not heal.
    _, safe = cards["healing"]
    shown = safe.table("at_risk").shown
    assert shown["Day 0"].tolist() == ["≥5", "≥5", "≥5", "≥5", "<5", "≥5"]
    assert shown["Day 28"].tolist() == ["0", "6", "0", "<5", "0", "≥5"]
    drawn = [list(trace.text) for trace in safe.figure.data if (trace.meta or {}).get("role") == "at_risk"]
    assert drawn == shown.filter(like="Day ").to_numpy().tolist()
    assert "at risk" not in str([trace.hovertemplate for trace in safe.figure.data])


def test_deaths_are_masked_with_all_that_rests_on_them(cards):
    plain, safe = cards["mortality"]
    # 3 of 32 died, expected 10.9, ratio 0.27 (sample_data/README.md): 0.27 x 10.9 would give the 3 back.
    assert "3 of 32" in plain.finding
    row = safe.table("deaths").shown.iloc[0].tolist()
    assert row[2:6] == ["32", "not shown", "<5 of 32", "not shown"]
    values = safe.table("deaths").values.iloc[0]
    assert values["observed_deaths"] == "<5"
    assert values[["expected_deaths", "observed_share", "smr"]].isna().all()
    assert not re.search(r"0\.27|10\.9", everything(safe).replace(safe.provenance, ""))
    # A column of 3 would tell as much as the number.
    observed = [trace for trace in safe.figure.data if (trace.meta or {}).get("role") == "observed"]
    assert [trace.y[0] for trace in observed] == [None, 0, None]


def test_events_are_masked_in_words_points_and_numbers(cards):
    plain, safe = cards["adverse_events_each_event"]
    assert "4 of 18 (22%)" in everything(plain)
    assert safe.table("events").shown.iloc[0].tolist()[1:4] == ["<5 of 14", "<5 of 18", "not shown"]
    assert "22%" not in everything(safe)
    assert "<5 of 18" in [note.text for note in safe.figure.layout.annotations]
    effect = next(trace for trace in safe.figure.data if trace.name == "Corticosteroids alone" and trace.text)
    assert len(effect.x) == 2  # the two events of which nobody had any


def test_a_difference_of_deaths_goes_where_the_deaths_go(cards):
    # 2 of 14 against 1 of 18: 9 points; with 14 and 18 known the counts could be found again.
    plain, safe = cards["published"]
    assert "9 (−14 to 35)" in everything(plain)
    assert "−14 to 35" not in everything(safe)


def test_groups_under_a_native_chart_are_masked_too(cards):
    # TEN with the combination: 3 patients have a duration.
    plain, safe = cards["steroids_duration"]
    assert "n = 3" in str(plain.figure.layout.meta)
    assert "n = 3" not in str(safe.figure.layout.meta)
    assert "n < 5" in str(safe.figure.layout.meta)


def test_tables_of_one_row_a_patient_are_left_out(cards):
    for key, table in (
        ("adverse_events_each_event", "courses"),
        ("steroids_duration", "values"),
        ("healing", "steps"),
    ):
        plain, safe = cards[key]
        assert plain.table(table)
        assert table not in [kept.key for kept in safe.tables]


def test_levels_of_a_category_get_a_second_mask(cards):
    # Where one arm's count is masked, the other arm's or the total must be too.
    _, safe = cards["baseline"]
    shown = safe.table("baseline").shown
    rows = shown[shown.iloc[:, 0].str.contains("–")]
    for _, level in rows.iterrows():
        masked = [cell for cell in level.iloc[1:4] if "<" in cell or "≥" in cell]
        assert len(masked) != 1, level.tolist()
    assert any("<5" in cell for cell in rows.to_numpy().ravel())


def test_a_large_group_stays_as_it_is(cohort):
    card = recovery.card(cohort, recovery.Settings(deceased="counted"))
    safe = share_safe(card, cohort.frame["patient_id"])
    assert safe.finding == card.finding
    assert (
        safe.table("changes").shown["Pairs"].tolist()[0] == card.table("changes").shown["Pairs"].tolist()[0]
    )


def test_the_patient_who_moves_the_answer_most_is_not_named(cards):
    plain, safe = cards["robustness"]
    named = next(note for note in plain.notes if "moves it most is" in note)
    assert re.search(r"moves it most is S\d\d", named)
    assert any("moves it most is not named" in note for note in safe.notes)


def test_a_patient_called_by_a_bare_number_is_found_by_the_word_before_it(cohort):
    card = healing.card(cohort, healing.Settings())
    card = replace(card, notes=("Patient 14 is left out; 14 days is the median.",))
    assert share_safe(card, ["14"]).notes[1] == "a patient is left out; 14 days is the median."


def test_two_masks_in_one_family_are_enough():
    shown = pd.DataFrame({"Group": ["a", "b", "c"], "Patients": ["3", "2", "20"]})
    masked, _ = mask(Table("t", "T", shown, shown.assign(patients=[3, 2, 20])))
    assert masked.shown["Patients"].tolist() == ["<5", "<5", "20"]
    shown = pd.DataFrame({"Group": ["a", "b", "c"], "Patients": ["3", "7", "20"]})
    masked, _ = mask(Table("t", "T", shown, shown.assign(patients=[3, 7, 20])))
    assert masked.shown["Patients"].tolist() == ["<5", "≥5", "20"]
    assert masked.values["patients"].tolist() == ["<5", "≥5", "≥5"]


def test_the_same_card_gives_the_same_one_and_is_itself_untouched(cohort):
    card = mortality.card(cohort, mortality.Settings())
    before = everything(card)
    assert everything(share_safe(card)) == everything(share_safe(card))
    assert everything(card) == before


def test_a_selection_of_few_patients_says_nothing_of_them(cohort):
    few = cohort.select(Selection(diagnosis=("TEN",), arm=("combination",)))
    for question in (baseline, adverse_events, robustness, mortality):
        card = or_reason(lambda question=question: question.card(few, question.Settings()))
        if isinstance(card, CohortError):
            continue  # a question that so few cannot answer has no card to mask
        assert not re.search(r"\b[1-4] of \d", re.sub(r"1 to \d of", "", share_safe(card).finding))


def test_who_lacks_a_pair_cannot_be_worked_back_from_any_size(cohort):
    """13 of 14 pairs: no sentence, cell, axis, title or degree of freedom may give the one away."""
    file = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    file.loc[file.index[file["arm"] == "combination"][0], "cd4_cells_ul_recovery"] = ""
    lacking = read_cohort(file.to_csv(index=False).encode(), SAMPLE.name)
    plain = recovery.card(
        lacking, recovery.Settings(marker="cd4_cells_ul", test="paired-t", deceased="counted")
    )
    shared = share_safe(plain, lacking.frame["patient_id"])
    sizes = re.compile(r"\b(?:n = |\()?(?:13|31)\b(?! to)(?! ?(?:cells|%|µL)|\.\d)|df 12\b")
    assert "n = 13 pairs" in plain.finding  # or this would prove nothing
    assert "df 12" in plain.finding
    words = (shared.finding, shared.caption, shared.alt, *shared.notes)
    texts = re.findall(r'"text":"([^"]*)"', shared.figure.to_json())
    axes = [str(label) for axis in shared.figure.select_xaxes() for label in axis.ticktext or ()]
    assert any("n ≥ 10" in text for text in axes)
    assert [text for text in (*words, *texts, *axes) if sizes.search(text)] == []
    for table in shared.tables:
        if table.key in ("changes", "between", "ledger", "incomplete", "complete"):
            assert not (table.shown == "13").any(axis=None), table.key
            assert not table.values.isin([13, 12, 31]).any(axis=None), table.key


def test_an_expected_number_does_not_stand_beside_a_ratio_of_masked_deaths(cards):
    """9.3 deaths expected and a ratio of 0.32 are 3 deaths; so are two ratios of which one is known elsewhere."""
    plain, _ = cards["mortality"]
    notes = (
        "12 patients with age 40 years exactly: the other rule expects 9.3 deaths, SMR 0.32 (0.07 to 0.95).",
        "The other choices give ratios of 0.31 to 0.35 instead of 0.28; none moves the interval.",
        "Published ratios of observed to predicted deaths are 0.91 (0.82 to 1.02, 64 papers).",
    )
    shared = share_safe(replace(plain, notes=notes))
    assert shared.notes[1:] == notes[2:]


def test_a_complement_is_as_telling_as_the_count(cards):
    # Fever in 12 of 14 and 14 of 18 (sample_data): 2 and 4 had none.
    plain, safe = cards["baseline"]
    row = plain.table("baseline").shown.set_index("Characteristic").loc["Fever"].tolist()
    assert row[:3] == ["26 (81%)", "12 (86%)", "14 (78%)"]
    row = safe.table("baseline").shown.set_index("Characteristic").loc["Fever"].tolist()
    assert row[:7] == ["26 (81%)", "≥10", "≥14", "not shown", "not shown", "Fisher's exact test", "≥ 0.05"]
    assert safe.table("baseline").values.set_index("field").loc["fever", "higher_in"].isna().all()
    values = safe.table("baseline").values.query("field == 'fever' and level == 'yes'").iloc[0]
    assert values[["standardised_difference", "estimate", "low", "high", "p_value"]].isna().all()


def test_means_of_a_column_of_few_are_not_shown(cards):
    # Of three patients the quartiles are the patients themselves.
    plain, safe = cards["prognosis"]
    assert "Died (n = 3)" in plain.table("comparison").shown
    few = safe.table("comparison").shown["Died (n < 5)"]
    assert set(few) <= {"not shown", "<5 of <5", "0 of <5"}


def test_what_a_large_cohort_says_is_shared_whole():
    """Where nobody is few, nothing is masked: not a digit, not a curve, not a p-value."""
    large = pd.concat([pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)] * 8)
    large["patient_id"] = [f"P{place:03}" for place in range(len(large))]
    cohort = read_cohort(large.to_csv(index=False).encode(), "large.csv")
    plain = healing.card(cohort, healing.Settings())
    safe = share_safe(plain, cohort.frame["patient_id"])
    assert (safe.finding, safe.caption, safe.alt) == (plain.finding, plain.caption, plain.alt)
    curves = [
        [tuple(one.y) for one in card.figure.data if one.meta["role"] == "estimate"] for card in (plain, safe)
    ]
    assert curves[0] == curves[1]
    for table in safe.tables:
        if table.key in ("summary", "comparison"):
            pd.testing.assert_frame_equal(table.values, plain.table(table.key).values, check_dtype=False)


def test_an_empty_panel_says_why_and_one_with_curves_left_says_which_are_not_drawn(sample):
    def panels(deaths):
        card = healing.card(sample, healing.Settings(deaths=deaths))
        return share_safe(card, sample.frame["patient_id"]).figure.layout.meta["panels"]

    everybody, sjs, ten = panels("competing event")
    for panel in (everybody, ten):
        assert "ends where fewer than 5 had the event or had it not" in panel["empty_message"]
    assert not sjs.get("empty_message")
    everybody, sjs, ten = panels("censored at death")
    for panel in (everybody, ten):
        assert panel["note"].endswith("Not drawn where it is shared: Corticosteroids + TNF inhibitor")
    assert "Not drawn" not in sjs["note"]
