"""The healing page counted from another day zero, as a reader chooses it."""

from __future__ import annotations

import pytest

from .test_every_page import assert_answers_or_explains, open_page


@pytest.fixture
def visit():
    return open_page("pages/outcomes/healing.py")


def choose(visit, label, option):
    box = next(box for box in visit.selectbox if box.label == label)
    box.set_value(option).run()
    assert_answers_or_explains(visit)


def finding(visit):
    return next(element.value for element in visit.main.markdown if element.value.startswith("#####"))


def test_counted_from_the_onset_the_finding_and_the_warning_say_so(visit):
    crude = finding(visit)
    choose(visit, "Day 0 is", "onset")
    assert finding(visit) != crude
    assert "Counted from the onset of the rash" in finding(visit)
    assert any("Immortal time" in said.value and "onset of the rash" in said.value for said in visit.markdown)


def test_late_entry_and_a_landmark_can_be_chosen(visit):
    choose(visit, "Day 0 is", "admission")
    choose(visit, "Patients count from", "start of treatment")
    assert "late entry" in finding(visit)
    choose(visit, "Patients count from", "landmark")
    day = next(box for box in visit.number_input if box.label == "Landmark day")
    day.set_value(10).run()
    assert_answers_or_explains(visit)
    assert "those who healed after day 10" in finding(visit)


def test_the_choice_goes_along_to_the_page_robustness(visit):
    choose(visit, "Day 0 is", "onset")
    visit.switch_page("pages/outcomes/robustness.py").run()
    assert_answers_or_explains(visit)
    assert next(box for box in visit.selectbox if box.label == "Day 0 is").value == "onset"
