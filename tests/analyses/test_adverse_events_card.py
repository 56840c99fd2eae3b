"""The adverse event card against the study's Table 2 and R, and the edges."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from pptx import Presentation
from pptx.util import Pt

from iren_core import Selection
from iren_core.analyses import adverse_events
from iren_core.errors import CohortError, EmptySelection, FieldMissing, NotEstimable
from iren_core.export.powerpoint import deck

COMBINATION = "Corticosteroids + TNF inhibitor"
ALONE = "Corticosteroids alone"
PUBLISHED = {
    fact["id"]: fact
    for fact in json.loads((Path(__file__).parents[1] / "reference" / "published.json").read_text())["facts"]
}
SMALL = {
    "arm": [
        "combination",
        "combination",
        "combination",
        "corticosteroid",
        "corticosteroid",
        "corticosteroid",
    ],
    "infection": ["yes", "no", None, "yes", "no", "no"],
    "infection_onset_day": [5, None, None, 12, None, None],
    "dic": ["no", "no", "yes", "no", None, "no"],
    "outcome": ["healed", "died", "healed", "healed", "died", "healed"],
    "death_day": [None, 9, None, None, 20, None],
    "followup_days": [60, 9, 60, 60, 20, 30],
}


@pytest.fixture(scope="module")
def result(sample):
    return adverse_events.analyse(sample)


def view(name):
    return adverse_events.Settings(view=name)


def test_onset_of_infections_is_that_printed(result):
    assert [round(one.median) for one in result.onset.days] == [
        PUBLISHED["inf_onset_comb"]["value"],
        PUBLISHED["inf_onset_cort"]["value"],
    ]
    assert round(result.onset.comparison.p_value, 3) == PUBLISHED["inf_onset_comb"]["p"]


def test_no_event_differs_between_the_arms_as_in_table_2(result):
    # Results 3.3.3: "the incidence of major adverse events did not differ significantly between groups".
    assert all(event.comparison.p_value > 0.05 for event in result.events)


def test_risks_are_those_of_r(result):
    infection = result.events[0]
    # R 4: fisher.test(matrix(c(4, 10, 4, 14), 2, byrow = TRUE))$p.value
    assert infection.comparison.p_value == pytest.approx(0.7034927697441602, abs=1e-9)
    # R 4: binom.test(4, 14)$conf.int; binom.test(4, 18)$conf.int
    assert [tuple(one.share) for one in infection.groups] == [
        pytest.approx((0.08388931830712755, 0.5810352571836614), abs=1e-9),
        pytest.approx((0.06409204771766648, 0.47637276573648), abs=1e-9),
    ]
    # Newcombe 1998, method 10, in R 4 from prop.test(k, n, correct = FALSE)$conf.int of each group (Wilson).
    risk = infection.difference
    found = (risk.difference, risk.difference_low, risk.difference_high)
    assert found == pytest.approx((0.06349206349206349, -0.2215645795104386, 0.3558696871050615), abs=1e-9)


def test_incidence_with_death_competing_is_counted_by_hand(cohort_of):
    """Combination: infected on day 5 of two known patients. Alone: infected on day 12 of three; both by day 56."""
    infection = adverse_events.analyse(cohort_of(SMALL)).infection
    assert (infection.n, infection.n_in) == (6, 5)
    shares = {curve.label: float(curve.incidence[-1]) for curve in infection.curves}
    assert shares == pytest.approx({COMBINATION: 1 / 2, ALONE: 1 / 3})


def test_missing_events_are_counted_and_never_taken_for_none(cohort_of):
    result = adverse_events.analyse(cohort_of(SMALL))
    counts = {
        event.label: [(one.events, one.n, one.n_missing) for one in event.groups] for event in result.events
    }
    assert counts == {
        "Infection": [(1, 2, 1), (1, 3, 0)],
        "Disseminated intravascular coagulation": [(1, 3, 0), (0, 2, 1)],
        "Any of these": [(2, 3, 0), (1, 2, 1)],
    }


def test_finding_of_the_events(sample):
    assert adverse_events.card(sample).finding == (
        "At least one major adverse event: 5 of 14 (36%) with corticosteroids + TNF inhibitor and 4 of 18 (22%) with "
        "corticosteroids alone; a difference was not shown (difference 13 percentage points, 95% CI −17 to 42, "
        "Fisher's exact test, p = 0.453). Event by event, Fisher's exact test gives infection p = 0.703, disseminated "
        "intravascular coagulation p = 0.438, gastrointestinal bleeding p > 0.999, respiratory failure p > 0.999 and "
        "other organ failure p = 0.438."
    )


def test_finding_of_the_first_infection(sample):
    finding = adverse_events.card(sample, view("time to first infection")).finding
    assert finding.startswith(
        "By day 56 a first infection had come to 29% (95% CI 9 to 52%) with corticosteroids + TNF"
    )
    assert finding.endswith("death competing; a difference was not shown (Gray's test, p = 0.577).")


def test_finding_of_the_courses(sample):
    finding = adverse_events.card(sample, view("patient by patient")).finding
    assert finding == (
        "Infections began after a median of 8 days with corticosteroids + TNF inhibitor (n = 4) and 21 days with "
        "corticosteroids alone (n = 4); a difference was not shown (difference −10 days, 95% CI −24 to 10, "
        "Mann-Whitney test, p = 0.114)."
    )


def test_what_the_study_says_beyond_its_test_is_noted(sample):
    assert any(
        "its own test (p = 0.114), like this one (p = 0.114), does not show it" in note
        for note in adverse_events.card(sample).notes
    )


def test_courses_mark_what_the_file_tells(sample):
    deaths = sum(
        1 for course in adverse_events.analyse(sample).courses for mark, _ in course.marks if mark == "Died"
    )
    # Results 3.3.2: three patients died; 14 received a TNF inhibitor.
    assert deaths == 3
    begun = [mark for course in adverse_events.analyse(sample).courses for mark, _ in course.marks]
    assert begun.count("TNF inhibitor begun") == 14


def test_the_slide_of_the_courses_calls_every_lane_by_its_study_number(sample):
    card = adverse_events.card(sample, view("patient by patient"))
    courses = adverse_events.analyse(sample).courses
    assert lanes_of(slides_of(card)[0]) == [course.patient for course in courses]
    assert "called by study number" in card.caption
    identifiers = set(sample.frame["patient_id"].astype(str))
    charts = [shape.chart for shape in slides_of(card)[0].shapes if shape.has_chart]
    assert not identifiers & {series.name for chart in charts for series in chart.plots[0].series}


def test_numbers_that_tell_who_the_patients_are_stay_behind(cohort_of):
    numbers = [f"2023{place:06d}" for place in range(4)]
    few = {field: values[:4] for field, values in SMALL.items()} | {"patient_id": numbers}
    card = adverse_events.card(cohort_of(few), view("patient by patient"))
    shown = lanes_of(slides_of(card)[0])
    assert shown == [str(lane) for lane in range(1, len(shown) + 1)]
    assert shown
    assert "the patients' own numbers tell who they are" in card.caption
    with ZipFile(BytesIO(deck([card]))) as parts:
        written = "".join(parts.read(name).decode("latin-1") for name in parts.namelist() if ".xml" in name)
    assert "Lanes" not in written
    assert not any(number in written for number in numbers)


@pytest.mark.parametrize(("patients", "drawn", "n_slides"), [(82, 82, 3), (200, 108, 3)])
def test_many_courses_fill_several_slides_that_can_be_read(sample, patients, drawn, n_slides):
    places = np.arange(patients) % 32
    frame = sample.frame.iloc[places].reset_index(drop=True)
    frame["patient_id"] = [f"P{place:03d}" for place in range(patients)]
    cohort = replace(sample, frame=frame, n_total=patients)
    card = adverse_events.card(cohort, view("patient by patient"))
    slides = [slide for slide in slides_of(card) if any(shape.has_chart for shape in slide.shapes)]
    assert len(slides) == n_slides
    lanes = [lane for slide in slides for lane in lanes_of(slide)]
    assert len(lanes) == len(set(lanes)) == drawn
    order = [course.label for course in adverse_events.analyse(cohort).courses]
    assert lanes == [label for label in order if label in set(lanes)]
    for slide in slides:
        words = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert f"of {drawn}" in words
        assert (f"draws {drawn} of {patients} rows" in words) == (drawn < patients)
        for chart in (shape.chart for shape in slide.shapes if shape.has_chart):
            assert all(
                label.text_frame.paragraphs[0].runs[0].font.size >= Pt(9) for label in labels_of(chart)
            )
            assert not chart.has_legend


def labels_of(chart):
    rows = next(series for series in chart.plots[0].series if series.name == "Words of the axis")
    n = len(list(rows.values))
    return [rows.points[place].data_label for place in range(n)]


def lanes_of(slide):
    charts = [shape.chart for shape in slide.shapes if shape.has_chart]
    return [label.text_frame.text.strip() for chart in charts for label in labels_of(chart)]


def slides_of(card):
    return list(Presentation(BytesIO(deck([card]))).slides)


@pytest.mark.parametrize("group", ["arm", "diagnosis", "outcome", "ici_class", "sex"])
@pytest.mark.parametrize("name", adverse_events.VIEWS)
def test_every_view_and_grouping_makes_a_card(sample, name, group):
    card = adverse_events.card(sample, adverse_events.Settings(group=group, view=name))
    assert card.finding.endswith(".")
    assert "nan" not in card.finding


@pytest.mark.parametrize("name", adverse_events.VIEWS)
def test_few_patients_make_a_card(cohort_of, name):
    for n in (1, 2, 3):
        cohort = cohort_of({field: values[:n] for field, values in SMALL.items()})
        assert adverse_events.card(cohort, view(name)).finding.endswith(".")


def test_nobody_with_an_event_is_said_not_tested(cohort_of):
    cohort = cohort_of(
        {"arm": ["combination", "corticosteroid"], "infection": ["no", "no"], "dic": ["no", "no"]}
    )
    result = adverse_events.analyse(cohort)
    assert all(isinstance(event.comparison, NotEstimable) for event in result.events)
    assert "not compared, for no patient had it" in adverse_events.card(cohort).finding


def test_without_days_the_curves_say_what_they_lack(cohort_of):
    cohort = cohort_of({"arm": ["combination", "corticosteroid"], "infection": ["yes", "no"]})
    card = adverse_events.card(cohort, view("time to first infection"))
    assert "need the day of infection" in card.finding
    assert isinstance(adverse_events.analyse(cohort).infection, CohortError)


def test_an_infection_after_the_window_is_not_drawn(cohort_of):
    late = SMALL | {"infection_onset_day": [5, None, None, 58, None, None]}
    infection = adverse_events.analyse(cohort_of(late)).infection
    assert [curve.n_events for curve in infection.curves] == [1, 0]


def test_without_events_a_sentence_says_so(cohort_of):
    with pytest.raises(FieldMissing, match="no value of infection"):
        adverse_events.card(cohort_of({"arm": ["combination", "corticosteroid"], "age_years": [50, 60]}))


def test_nobody_selected_is_a_sentence(sample):
    with pytest.raises(EmptySelection):
        adverse_events.card(sample.select(Selection(diagnosis=("overlap",))))


@pytest.mark.parametrize("name", adverse_events.VIEWS)
def test_a_slide_is_made_of_the_smallest_cohort(cohort_of, name):
    cohort = cohort_of({field: values[1:2] for field, values in SMALL.items()} | {"infection_onset_day": [4]})
    assert slides_of(adverse_events.card(cohort, view(name)))[0].shapes
