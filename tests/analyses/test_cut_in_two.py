"""Patients grouped by a number cut in two: on every page, under filters, with values missing."""

from __future__ import annotations

import pytest

from iren_core import CohortError, Selection, schema
from iren_core.analyses import healing, mortality
from iren_core.analyses.subgroups import cut_fields, group_of
from iren_core.errors import FieldMissing


def test_the_value_itself_belongs_to_the_upper_part(cohort_of):
    cohort = cohort_of({"patient_id": list("abcd"), "age_years": [59, 60, 61, None]})
    group = group_of(cohort, "age_years>=60")
    assert [*group.categories] == ["Age under 60 years", "Age 60 years or more"]
    assert [*group.codes] == [0, 1, 1, -1]


def test_a_cut_that_parts_nobody_leaves_one_group(cohort_of):
    cohort = cohort_of({"patient_id": list("ab"), "age_years": [70, 80]})
    assert [*group_of(cohort, "age_years>=60").categories] == ["Age 60 years or more"]


def test_a_cut_of_a_field_that_is_not_there_says_which(cohort_of):
    cohort = cohort_of({"patient_id": list("ab"), "age_years": [70, 80]})
    with pytest.raises(FieldMissing, match="This needs the field “SCORTEN cut at 3”"):
        cohort.column("scorten>=3")


@pytest.mark.parametrize("name", ["sex>=1", "age_years>=old", "age_years>=inf", "nothing>=3", "age_years>60"])
def test_what_is_no_cut_is_no_field(name):
    with pytest.raises(FieldMissing, match="has no field of that name"):
        schema.field(name)


def test_a_cut_gives_the_groups_that_the_numbers_give(sample):
    result = healing.analyse(sample, healing.Settings(group="scorten>=3"))
    scorten = sample.numbers("scorten")[~sample.frame["reepithelization_days"].isna()]
    assert [group.n for group in result.panels[0].groups] == [sum(scorten < 3), sum(scorten >= 3)]


def test_groups_stay_where_they_were_cut_when_filters_narrow_the_cohort(sample):
    ten = sample.select(Selection(diagnosis=("TEN",)))
    result = mortality.analyse(ten, mortality.Settings(group="age_years>=60"))
    ages = ten.numbers("age_years")
    assert [group.n for group in result.panels[0].groups] == [sum(ages < 60), sum(ages >= 60)]


def test_numbers_that_differ_can_be_cut(sample):
    offered = cut_fields(sample)
    assert {"age_years", "scorten", "detachment_bsa_pct"} <= set(offered)
    assert not {"arm", "patient_id", "date_admission"} & set(offered)


def test_groups_are_named_in_the_finding(sample):
    card = healing.card(sample, healing.Settings(group="age_years>=60"))
    assert card.title == "Healing by age cut at 60 years"
    assert "with age under 60 years and day" in card.finding
    assert "group='age_years>=60'" in card.code


def test_an_error_is_a_sentence(sample):
    with pytest.raises(CohortError, match="or cut a number in two"):
        group_of(sample, "age_years")


def test_a_limit_has_the_part_in_which_it_must_lie(cohort_of):
    cohort = cohort_of(
        {"patient_id": list("abcdef"), "il6_pg_ml_acute": ["<2", "1.5", "2", "<5", ">50", None]}
    )
    parts = cohort.column("il6_pg_ml_acute>=2").astype(object)
    assert [part if isinstance(part, str) else None for part in parts] == [
        "Interleukin-6, acute under 2 pg/mL",
        "Interleukin-6, acute under 2 pg/mL",
        "Interleukin-6, acute 2 pg/mL or more",
        None,
        "Interleukin-6, acute 2 pg/mL or more",
        None,
    ]
    some = cohort.select(Selection(where={"patient_id": ("a", "c", "d")}))
    assert some.column("il6_pg_ml_acute>=2").notna().tolist() == [True, True, False]
