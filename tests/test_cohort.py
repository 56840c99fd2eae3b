"""Cohorts and selections are values: filters in words, in links, and on patients."""

import hashlib

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iren_core import Between, Cohort, CohortError, Selection, read_cohort, schema
from iren_core.errors import EmptySelection, FieldMissing

DATA = """id,age,sex,arm,diagnosis,fever,malignancy,scorten,crp acute
1,50,F,steroid,SJS,yes,lung,2,10
2,60,M,steroid + etanercept,TEN,no,lung,4,<5
3,,F,steroid + etanercept,TEN,,"liver, primary",3,
4,70,M,steroid,,yes,,,20
"""


@pytest.fixture
def cohort() -> Cohort:
    return read_cohort(DATA.encode(), "cohort.csv")


def selected(cohort, **conditions):
    return cohort.select(Selection(where=conditions)).frame["patient_id"].tolist()


def test_a_selection_keeps_who_meets_every_condition(cohort):
    assert cohort.select(Selection(diagnosis=("TEN",))).frame["patient_id"].tolist() == ["2", "3"]
    assert cohort.select(Selection(diagnosis="TEN", arm="combination")).frame.index.tolist() == [3, 4]
    assert selected(cohort, sex=("female", "male")) == ["1", "2", "3", "4"]
    assert selected(cohort, malignancy_type=("liver, primary",)) == ["3"]


def test_a_patient_with_the_field_missing_is_left_out(cohort):
    assert selected(cohort, age_years=Between(0, 120)) == ["1", "2", "4"]
    assert selected(cohort, fever=("yes", "no")) == ["1", "2", "4"]
    assert selected(cohort, fever="no") == ["2"]


def test_ranges_are_closed_and_may_be_open_on_a_side(cohort):
    assert selected(cohort, age_years=Between(50, 60)) == ["1", "2"]
    assert selected(cohort, age_years=Between(60)) == ["2", "4"]
    assert selected(cohort, age_years=Between(high=60)) == ["1", "2"]


def test_a_smaller_cohort_remembers_what_was_selected(cohort):
    smaller = cohort.select(Selection(diagnosis=("TEN",)))
    assert (len(smaller), smaller.n_total, len(cohort)) == (2, 4, 4)
    assert str(smaller.selection) == "diagnosis TEN"
    assert smaller.source is cohort.source
    assert cohort.selection == Selection()


def test_a_selection_from_a_selection_remembers_both(cohort):
    smaller = cohort.select(Selection(diagnosis=("TEN", "SJS"), where={"age_years": Between(18, 60)}))
    smaller = smaller.select(
        Selection(diagnosis=("TEN",), arm=("combination",), where={"age_years": Between(20)})
    )
    assert smaller.frame["patient_id"].tolist() == ["2"]
    assert smaller.selection == Selection(("TEN",), ("combination",), {"age_years": Between(20, 60)})
    assert smaller.n_total == 4


def test_the_type_of_a_column_outlives_a_selection(cohort):
    smaller = cohort.select(Selection(diagnosis=("TEN",)))
    assert smaller.frame.dtypes.equals(cohort.frame.dtypes)
    assert list(smaller.frame["diagnosis"].cat.categories) == ["SJS", "overlap", "TEN"]


def test_nobody_left_is_a_sentence(cohort):
    nobody = cohort.select(Selection(where={"age_years": Between(100)}))
    with pytest.raises(EmptySelection) as error:
        nobody.require_patients()
    assert str(error.value) == (
        "The selection is: age at least 100 years. None of the 4 patients meets it. "
        "Take a filter away, or clear them all."
    )
    cohort.require_patients()


def test_a_field_that_is_not_there_is_a_sentence(cohort):
    with pytest.raises(FieldMissing) as error:
        cohort.column("bmi")
    assert str(error.value) == (
        "This needs the field “Body mass index”. This cohort has no value of it. "
        "Match a column to it on the page Load data."
    )
    with pytest.raises(FieldMissing, match="Body mass index"):
        cohort.select(Selection(where={"bmi": Between(20, 25)}))
    with pytest.raises(FieldMissing, match="The data dictionary has no field of that name"):
        Selection(where={"colour": ("red",)})


def test_a_field_without_a_value_in_the_selection_is_a_sentence(cohort):
    smaller = cohort.select(Selection(where={"malignancy_type": ("liver, primary",)}))
    assert cohort.has("age_years", "fever")
    assert not smaller.has("age_years")
    with pytest.raises(FieldMissing, match="Among malignancy liver, primary it holds no value"):
        smaller.column("age_years")


def test_the_source_tells_how_the_file_was_read(cohort):
    assert cohort.source.sha256 == hashlib.sha256(DATA.encode()).hexdigest()
    assert str(cohort.source) == f"cohort.csv (SHA-256 {cohort.source.sha256[:8]})"
    assert (cohort.source.rows_read, cohort.source.sheet, cohort.source.synthetic) == (4, None, False)
    assert [match.field for match in cohort.source.columns][:3] == ["patient_id", "age_years", "sex"]
    assert cohort.limits.to_numpy().tolist() == [[3, "crp_mg_l_acute", "<", 5.0]]


def test_what_the_reader_said_is_kept_in_the_source():
    data = b"id,age,sex\n1,50,0\n2,60,1\n"
    codings = {"sex": {"0": "female", "1": "male"}}
    cohort = read_cohort(data, "cohort.csv", codings=codings)
    assert cohort.frame["sex"].tolist() == ["female", "male"]
    assert cohort.source.codings == (("sex", (("0", "female"), ("1", "male"))),)


# ---- words and links ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("selection", "words", "text"),
    [
        (Selection(), "all patients", ""),
        (
            Selection(diagnosis=("SJS", "overlap")),
            "diagnosis SJS or SJS/TEN overlap",
            "diagnosis=SJS,overlap",
        ),
        (
            Selection(arm=("corticosteroid",), where={"age_years": Between(18, 60)}),
            "treatment arm Corticosteroids alone; age 18 to 60 years",
            "arm=corticosteroid;age_years=18..60",
        ),
        (Selection(where={"scorten": Between(3)}), "SCORTEN at least 3", "scorten=3.."),
        (Selection(where={"scorten": Between(high=2)}), "SCORTEN at most 2", "scorten=..2"),
        (Selection(where={"fever": ("yes",)}), "fever yes", "fever=yes"),
        (
            Selection(where={"malignancy_type": ("liver, primary", "肺癌")}),
            "malignancy liver, primary or 肺癌",
            "malignancy_type=liver%2C primary,肺癌",
        ),
    ],
)
def test_a_selection_in_words_and_in_a_link(selection, words, text):
    assert str(selection) == words
    assert selection.as_text() == text
    assert Selection.parse(text) == selection
    assert bool(selection) == bool(text)


NAMES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), min_size=1, max_size=4
)
BOUNDS = st.none() | st.floats(-1e9, 1e9)
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        **{name: NAMES.map(tuple) for name in ("arm", "malignancy_type", "ici_drug", "patient_id")},
        **{name: st.builds(Between, BOUNDS, BOUNDS) for name in ("age_years", "scorten", "bmi")},
    },
)


@settings(deadline=None, derandomize=True)
@given(CONDITIONS)
def test_any_selection_survives_a_link(conditions):
    """Commas, semicolons, equals signs, per cents and blanks in a category; any bound."""
    selection = Selection(where=conditions)
    parsed = Selection.parse(selection.as_text())
    assert parsed.conditions == selection.conditions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("diagnosis", "It is not of the form field=value."),
        ("age_years=", "It is not of the form field=value."),
        ("age_years=old", "Its bounds are not numbers."),
        ("age_years=nan..3", "Its bounds are not numbers."),
        ("colour=red", "The data dictionary has no field of that name."),
    ],
)
def test_a_link_that_cannot_be_read_is_a_sentence(text, found):
    with pytest.raises(CohortError) as error:
        Selection.parse(text)
    assert error.value.found == found


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"sex": Between(1, 2)}, "It is chosen by names, not by a range."),
        ({"age_years": ("50",)}, "It is chosen by a range, not by names."),
    ],
)
def test_a_condition_of_the_wrong_kind_is_a_sentence(conditions, found):
    with pytest.raises(CohortError) as error:
        Selection(where=conditions)
    assert error.value.found == found


def test_selections_are_values():
    first = Selection(where={"age_years": Between(18, 60), "sex": ("male",)})
    second = Selection(where={"sex": "male", "age_years": Between(18, 60)})
    assert first == second
    assert hash(first) == hash(second)
    assert Selection(where={"diagnosis": ("TEN",)}) == Selection(diagnosis=("TEN",))


def test_every_field_can_be_put_into_words():
    for field in schema.fields().values():
        condition = Between(1, 2) if field.kind in ("number", "integer") else ("a",)
        assert str(Selection(where={field.name: condition})).lower().startswith(field.label.lower())


def test_nothing_is_changed_in_place(cohort):
    before = cohort.frame.copy()
    cohort.select(Selection(diagnosis=("TEN",))).frame["age_years"]
    pd.testing.assert_frame_equal(cohort.frame, before)


def test_a_field_given_twice_is_a_sentence():
    with pytest.raises(CohortError, match="stands there twice"):
        Selection.parse("diagnosis=TEN;diagnosis=SJS")


def test_large_bounds_are_written_in_full():
    assert str(Between(123456789, None)) == "at least 123456789"
