"""A matching is remembered without a patient's value in it, fits the next file, and says what does not fit."""

import json

import pytest

from iren_core.errors import CohortError
from iren_core.intake import Classes, assemble, read_table
from iren_core.intake.memory import Remembered, apply, recall, remember

FIRST = "MRN,sex,wb,crp before (mg/L),which,remark\n" + "".join(
    f"{204500 + i},{1 + i % 2},{50 + i},{10 + i},{'AB'[i % 2]},note {i}\n" for i in range(6)
)
MAPPING = {"wb": "weight_kg", "remark": None, "which": "arm"}
#: A memory of nothing.
WHOLE = b'{"format": "irEN matching", "version": 1, "columns": {}, "units": {}, "codings": {}, "study_numbers": true}'
CODINGS = {"sex": {"1": "male", "2": "female"}, "arm": {"A": "combination", "B": "corticosteroid"}}


@pytest.fixture(scope="module")
def first():
    return assemble(FIRST.encode(), "first.csv", mapping=MAPPING, codings=CODINGS, study_numbers=True)


def applied(memory: Remembered, text: str):
    return apply(memory, read_table(text.encode(), "next.csv"))


def test_the_memory_holds_no_value_of_a_patient(first):
    text = remember(first.matches, CODINGS, study_numbers=True).to_json().decode()
    assert not any(secret in text for secret in ("2045", "note", "50", "51"))
    whole = json.loads(text)
    assert whole["columns"] == {
        "MRN": "patient_id",
        "sex": "sex",
        "wb": "weight_kg",
        "crp before (mg/L)": "crp_mg_l_acute",
        "which": "arm",
        "remark": None,
    }
    assert whole["units"] == {"crp before (mg/L)": "mg/L"}
    assert whole["study_numbers"] is True


def test_it_comes_back_as_it_was(first):
    memory = remember(first.matches, CODINGS, study_numbers=True)
    assert recall(memory.to_json()) == memory


def test_the_next_file_is_understood_like_the_first(first):
    memory = recall(remember(first.matches, CODINGS, study_numbers=True).to_json())
    fit = applied(memory, FIRST)
    assert fit.misfits == ()
    again = assemble(
        FIRST.encode(), "next.csv", mapping=fit.mapping, codings=fit.codings, study_numbers=fit.study_numbers
    )
    assert again.frame.equals(first.frame)
    assert again.questions == ()


def test_what_does_not_fit_is_said(first):
    memory = recall(remember(first.matches, CODINGS, study_numbers=True).to_json())
    text = "MRN,sex,crp before (mg/dL),which,age\n204501,1,1.2,A,50\n204502,1,1.4,A,51\n"
    fit = applied(memory, text)
    assert fit.mapping == {"which": "arm"}
    assert fit.codings == {"sex": {"1": "male"}, "arm": {"A": "combination"}}
    assert fit.misfits == (
        "The file has no column “wb” (Weight).",
        "The file has no column “crp before (mg/L)” (C-reactive protein, acute).",
        "The file has no column “remark”.",
        "Not among the columns of last time, and matched by name: “crp before (mg/dL)”, “age”.",
        "The codes “2” of Sex do not occur in this file.",
        "The codes “B” of Treatment arm do not occur in this file.",
    )


def test_another_unit_under_the_same_header_is_said():
    memory = Remembered(columns={"albumin": "albumin_g_l"}, units={"albumin": "g/L"})
    fit = applied(memory, "id,albumin\n1,3.2\n2,3.4\n")
    assert fit.misfits[0] == (
        "The header of “albumin” named g/L last time and now names no unit: the new header counts."
    )


def test_a_column_of_names_that_was_left_out_is_left_out_again_without_a_word():
    fit = applied(Remembered(columns={"id": "patient_id"}), "id,name\n1,AB\n2,CD\n")
    assert (fit.mapping, fit.misfits) == ({}, ())


def test_a_column_of_names_kept_by_the_reader_is_kept_again():
    fit = applied(Remembered(columns={"id": "patient_id", "name": "initials"}), "id,name\n1,AB\n2,CD\n")
    assert fit.mapping == {"name": "initials"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff\xfe",
        WHOLE.replace(b'"version": 1', b'"version": 99'),
        WHOLE.replace(b'"columns": {}', b'"columns": {"a": 3}'),
        WHOLE.replace(b'"columns": {}', b'"columns": 5'),
    ],
)
def test_any_other_file_is_refused_in_a_sentence(data):
    with pytest.raises(CohortError, match="not one that this dashboard wrote"):
        recall(data)


#: Albumin of 3 to 5 without a unit is asked for, and so are dates that begin with 3/4 or 4/5.
ASKED = "id,albumin,date of admission\n" + "".join(
    f"P{i},{3.5 + i / 10:g},0{3 + i}/0{4 + i}/2023\n" for i in range(4)
)
ANSWERS = {"albumin_g_l": {"unit": "g/dL"}, "date_admission": {"order": "day first"}}


def test_an_answer_on_a_unit_or_an_order_of_dates_is_remembered():
    first = assemble(ASKED.encode(), "first.csv", codings=ANSWERS)
    memory = recall(remember(first.matches, ANSWERS, study_numbers=False).to_json())
    fit = applied(memory, ASKED)
    assert fit.codings == ANSWERS
    assert fit.misfits == ()
    again = assemble(ASKED.encode(), "next.csv", codings=fit.codings)
    assert again.frame["albumin_g_l"].tolist() == [35.0, 36.0, 37.0, 38.0]
    assert again.frame["date_admission"].dt.month.tolist() == [4, 5, 6, 7]


def test_what_the_next_file_tells_itself_counts_for_more_than_last_times_answer():
    first = assemble(ASKED.encode(), "first.csv", codings=ANSWERS)
    memory = remember(first.matches, ANSWERS, study_numbers=False)
    fit = applied(memory, "id,albumin (g/L),date of admission\nP1,38,03/14/2023\nP2,36,03/04/2023\n")
    assert fit.codings == {}
    fit = applied(memory, "id,albumin,date of admission\nP1,38,03/14/2023\nP2,36,03/04/2023\n")
    assert fit.codings == {"albumin_g_l": {"unit": "g/dL"}}


def test_the_classes_of_the_diagnosis_are_kept_and_a_memory_without_them_has_those_of_1993():
    kept = remember((), {}, study_numbers=False, classes=Classes(overlap_is_ten=True)).to_json()
    assert recall(kept).classes == Classes(overlap_is_ten=True)
    older = json.loads(kept)
    del older["classes"]
    assert recall(json.dumps(older).encode()).classes == Classes()
    older["classes"] = {"overlap_is_ten": "yes"}
    with pytest.raises(CohortError, match="not one that this dashboard wrote"):
        recall(json.dumps(older).encode())
