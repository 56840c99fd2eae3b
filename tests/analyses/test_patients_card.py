"""The line listing and the sheet of one patient. Expected values are cells of the sample file itself."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest

from iren_core import Selection
from iren_core.analyses import patients
from iren_core.errors import EmptySelection
from iren_core.stats.scorten import CUT_OFFS


@pytest.fixture
def row_of(sample):
    """The row of the file in which a patient stands."""
    return lambda name: int(sample.frame.index[sample.frame["patient_id"] == name][0])


@pytest.mark.parametrize("name", patients.COLUMN_SETS)
def test_every_set_lists_every_selected_patient(sample, name):
    few = sample.select(Selection(diagnosis=("TEN",)))
    rows = patients.listing(few, patients.columns_of(few, name))
    assert list(rows.index) == list(few.frame.index)
    assert rows["Patient"].tolist() == few.frame["patient_id"].tolist()


def test_numbers_stay_numbers_and_the_rest_is_words(sample):
    rows = patients.listing(sample, ("bmi", "fever", "arm", "date_onset", "nikolsky"))
    first = rows.iloc[0]
    assert first.tolist()[:4] == [28.1, "yes", "Corticosteroids + TNF inhibitor", datetime.date(2023, 8, 14)]
    assert rows["Body mass index (kg/m²)"].dtype == float
    assert rows["Nikolsky sign"].isna().sum() == sample.frame["nikolsky"].isna().sum() > 0


def test_search_wants_every_word_and_no_case(sample):
    rows = patients.listing(sample, ("patient_id", "infection_pathogen", "outcome"))
    assert patients.search(rows, "ASPERGILLUS died")["Patient"].tolist() == ["S12"]
    assert len(patients.search(rows, "  ")) == len(rows)
    assert patients.search(rows, "aspergillus healed").empty
    assert patients.search(rows, "[").empty


def test_search_of_nothing_finds_nothing(sample):
    rows = patients.listing(sample, ("patient_id",))
    assert patients.search(patients.search(rows, "nobody"), "S01").empty


def test_a_cohort_offers_only_columns_that_it_fills(cohort_of):
    cohort = cohort_of({"patient_id": ["a", "b"], "age_years": [40, 50], "bmi": [None, None]})
    assert patients.columns_of(cohort, "Patient and tumour") == ("patient_id", "age_years")


def test_course_is_in_order_of_time(sample, row_of):
    events = patients.sheet(sample, row_of("S03")).events
    assert [event.start for event in events] == sorted(event.start for event in events)
    words = {event.label: event.words for event in events}
    assert words["Infection"] == "day 5, Candida albicans"
    assert words["Corticosteroids"] == "day 0 to 19"
    assert words["Complete re-epithelization"] == "day 17"
    # Dates of S03: onset 2023-09-14, first steroid 2023-09-18, last checkpoint inhibitor 2023-09-04.
    assert words["Onset"] == "day −4"
    assert words["Last checkpoint inhibitor dose"] == "day −14, pembrolizumab"


def test_a_death_is_in_the_course_with_its_cause(sample, row_of):
    last = patients.sheet(sample, row_of("S13")).events[-1]
    assert (last.label, last.start) == ("Death", 12.0)
    assert "disseminated intravascular coagulation" in last.words


def test_dates_alone_need_the_first_steroid_dose(cohort_of):
    dates = {"patient_id": ["a"], "date_onset": ["2023-09-14"], "date_healing": ["2023-10-01"]}
    row = cohort_of(dates).frame.index[0]
    assert patients.sheet(cohort_of(dates), row).events == ()
    with_start = cohort_of(dates | {"date_steroid_start": ["2023-09-18"]})
    events = patients.sheet(with_start, row).events
    assert {event.label: event.start for event in events} == {
        "Onset": -4.0,
        "Complete re-epithelization": 13.0,
    }


def test_picture_has_a_row_for_each_event(sample, row_of):
    sheet = patients.sheet(sample, row_of("S03"))
    figure = patients.draw(sample, sheet.events)
    assert [trace.meta["group"] for trace in figure.data] == [event.label for event in sheet.events]
    assert "S03" not in figure.to_json()


def test_markers_show_both_phases_and_the_change(sample, row_of):
    markers = patients.sheet(sample, row_of("S01")).markers.set_index("Marker")
    assert markers.loc["Interleukin-6 (pg/mL)"].tolist() == ["13.8", "1.6", "−12.2"]
    assert markers.loc["Natural killer cells (cells/µL)"].tolist() == ["63", "100", "+37"]


def test_a_value_beyond_the_limit_is_shown_as_the_limit(cohort_of):
    cohort = cohort_of({"patient_id": ["a"], "il6_pg_ml_acute": ["30"], "il6_pg_ml_recovery": ["<1.5"]})
    markers = patients.sheet(cohort, cohort.frame.index[0]).markers
    assert markers.iloc[0].tolist() == ["Interleukin-6 (pg/mL)", "30", "<1.5", "–"]


def test_scorten_items_add_up(sample, row_of):
    sheet = patients.sheet(sample, row_of("S12"))
    assert sheet.items["Point"].tolist() == ["1", "1", "1", "1", "1", "0", "0"]
    assert sheet.items["Scores when"][2] == f"at least {CUT_OFFS['heart_rate_bpm']}"
    # Bastuji-Garin 2000: five points are e^1.737 / (1 + e^1.737) = 85%.
    assert sheet.score == "SCORTEN 5 is recorded: predicted mortality 85%. Its items add up to 5."


def test_missing_items_leave_a_range_and_contradictions_are_said(cohort_of):
    cohort = cohort_of(
        {"patient_id": ["a", "b"], "scorten": [5, None], "scorten_age": ["yes", "no"], "scorten_hr": ["no", "no"],
         "scorten_bsa": ["no", None], "scorten_bun": ["no", None], "scorten_glucose": ["no", None],
         "scorten_hco3": ["no", None]}
    )  # fmt: skip
    first, second = (patients.sheet(cohort, row).score for row in cohort.frame.index)
    assert "add up to 1 to 2, 1 are not recorded" in first
    assert first.endswith("The two do not agree: look them up.")
    assert second == "SCORTEN is not recorded. Its items add up to 0 to 5, 5 are not recorded."


def test_queries_of_this_patient_only(cohort_of):
    cohort = cohort_of({"patient_id": ["a", "b"], "peak_temp_c": ["389", "39.1"]})
    a, b = (patients.sheet(cohort, row).queries for row in cohort.frame.index)
    assert a["Value"].tolist() == ["389"]
    assert b.empty


def test_names_that_occur_twice_are_told_apart(cohort_of):
    cohort = cohort_of({"patient_id": ["a", "a", "b"], "age_years": [40, 50, 60]})
    rows = list(cohort.frame.index)
    assert patients.names_by_row(cohort) == {
        rows[0]: f"a (row {rows[0]})", rows[1]: f"a (row {rows[1]})", rows[2]: "b",
    }  # fmt: skip


def test_a_patient_whom_the_filters_left_out(sample, row_of):
    with pytest.raises(EmptySelection, match="left this patient out"):
        patients.sheet(sample.select(Selection(diagnosis=("TEN",))), row_of("S01"))


def test_everything_recorded_leaves_out_the_empty_cells(sample, row_of):
    everything = patients.sheet(sample, row_of("S12")).everything
    assert "Time to re-epithelization (days)" not in set(everything["Field"])
    assert everything.set_index("Field").loc["Date of death", "Value"] == "2022-07-10"
    assert isinstance(everything, pd.DataFrame)


def test_a_bare_patient_has_a_sheet_without_tables(cohort_of):
    cohort = cohort_of({"patient_id": ["a"], "sex": ["female"]})
    sheet = patients.sheet(cohort, cohort.frame.index[0])
    assert (sheet.name, sheet.summary, sheet.score) == ("a", "female", "SCORTEN is not recorded.")
    assert sheet.markers.empty and sheet.blood.empty and sheet.items.empty and not sheet.events
