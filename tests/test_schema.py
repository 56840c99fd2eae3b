"""The data dictionary is whole and consistent."""

import pytest

from iren_core import schema
from iren_core.errors import FieldMissing

FIELDS = list(schema.fields().values())


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_field_is_complete(field):
    assert field.name.isidentifier() and field.name == field.name.lower()
    assert field.label and field.label[0] == field.label[0].upper()
    assert field.english and field.chinese
    assert field.kind in {"text", "category", "flag", "number", "integer", "date"}


@pytest.mark.parametrize(
    "field", [field for field in FIELDS if field.kind in ("number", "integer")], ids=lambda field: field.name
)
def test_soft_limits_lie_within_hard_ones(field):
    assert field.hard_min <= field.warn_min < field.warn_max <= field.hard_max


@pytest.mark.parametrize(
    "field",
    [field for field in FIELDS if field.kind not in ("number", "integer")],
    ids=lambda field: field.name,
)
def test_only_numbers_have_limits_and_units(field):
    assert field.unit == ""
    assert field.hard_min is field.hard_max is field.warn_min is field.warn_max is None


def test_labels_are_unique():
    labels = [field.label_with_unit.casefold() for field in FIELDS]
    assert len(set(labels)) == len(labels)


def test_categories_belong_to_category_fields():
    for name, categories in schema.CATEGORIES.items():
        assert schema.field(name).kind == "category"
        assert schema.field(name).categories == categories
    assert set(schema.CATEGORIES) >= schema.OPEN_CATEGORIES
    for name, category in schema.CATEGORY_LABELS:
        assert category in schema.CATEGORIES[name]


@pytest.mark.parametrize("marker", schema.MARKERS, ids=lambda marker: marker.short)
def test_a_marker_has_two_fields_in_one_unit(marker):
    acute, recovery = schema.field(marker.acute), schema.field(marker.recovery)
    assert acute.unit == recovery.unit == marker.unit
    assert (acute.label, recovery.label)[0].endswith(", acute")
    assert recovery.label == acute.label.removesuffix("acute") + "recovery"
    assert acute.english == recovery.english and acute.chinese == recovery.chinese


def test_an_unknown_field_is_a_sentence():
    with pytest.raises(FieldMissing) as error:
        schema.field("colour")
    assert str(error.value) == (
        "The field “colour” was asked for. The data dictionary has no field of that name. "
        "Take one of the names in the blank template."
    )


def test_what_the_study_reports_has_a_field():
    # The quantities of the study's tables and figures: treatment, severity, course, markers in two phases.
    needed = {
        "patient_id", "sex", "age_years", "bmi", "malignancy_type", "ici_drug", "ici_cycles", "latency_days",
        "diagnosis", "arm", "tnfi_drug", "ivig", "scorten", "predicted_mortality_pct", "detachment_bsa_pct",
        "erythema_bsa_pct", "peak_temp_c", "fever", "mucositis", "prednisone_eq_mg_day",
        "cumulative_prednisone_mg", "steroid_duration_days", "reepithelization_days", "outcome", "infection",
        "infection_onset_day", "albumin_g_l",
    }  # fmt: skip
    assert needed <= set(schema.fields())
    assert len(schema.MARKERS) == 8
