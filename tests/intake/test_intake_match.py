"""Columns and fields: names in English, Chinese and SPSS, units, phases, visits, suggestions."""

import pandas as pd
import pytest

from iren_core import schema
from iren_core.errors import CohortError
from iren_core.intake import assemble, match_columns, read_table
from iren_core.intake.headers import read_header
from iren_core.intake.units import unit_key


def matched(*columns, mapping=None):
    """Column -> match, for a file with these columns and one patient."""
    every = ("a remark", "another", *columns)
    data = "\t".join(every) + "\n" + "\t".join("1" for _ in every) + "\n"
    table = read_table(data.encode(), "cohort.tsv")
    assert table.columns == every
    return {match.column: match for match in match_columns(table, mapping)[2:]}


def field_of(column):
    match = matched("patient_id", column)[column]
    return match.field if match.used else None


@pytest.mark.parametrize("field", schema.fields().values(), ids=lambda field: field.name)
def test_a_field_is_known_by_its_name_and_its_label(field):
    for name in (field.name, field.name.upper(), field.label, field.label_with_unit):
        match = matched(name)[name]
        assert (match.field, match.how, match.score) == (field.name, "exact", 100)


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Date of skin onset", "date_onset"),
        ("Date of the rash", "date_onset"),
        ("Discharged on", None),  # a verb that no name of the field has
        ("Date discharge", "date_discharge"),
        ("Last contact date", "date_last_followup"),
        ("Died on", "date_death"),
        ("首次激素日期", "date_steroid_start"),
        ("末次随访日期", "date_last_followup"),
        ("Date", None),
        ("日期", None),
        ("Hospitalisation date", "date_admission"),  # and no number of days in hospital
    ],
)
def test_a_date_is_known_by_its_event(column, field):
    assert field_of(column) == field


@pytest.mark.parametrize(
    "field",
    [field for field in schema.fields().values() if not field.name.endswith(("_acute", "_recovery"))],
    ids=lambda field: field.name,
)
def test_a_field_is_known_by_every_synonym(field):
    for name in (*field.english, *field.chinese, *field.spss):
        match = matched(name)[name]
        assert (match.field, match.used) == (field.name, True), name


MARKER_NAMES = {
    "crp_mg_l": ["CRP", "hs-CRP", "C-reactive protein", "C反应蛋白", "超敏C反应蛋白"],
    "ferritin_ng_ml": ["Ferritin", "SF", "铁蛋白", "血清铁蛋白"],
    "il6_pg_ml": ["IL-6", "IL6", "interleukin 6", "白介素6", "白细胞介素-6"],
    "tnfa_pg_ml": ["TNF-α", "TNFa", "tumor necrosis factor", "肿瘤坏死因子-α"],
    "cd3_cells_ul": ["CD3", "CD3+", "CD3+ T cells", "CD3绝对值", "总T细胞"],
    "cd4_cells_ul": ["CD4", "CD4+ count", "CD4+T细胞", "CD4绝对值"],
    "cd8_cells_ul": ["CD8", "CD8+ T", "CD8+T细胞"],
    "nk_cells_ul": ["NK", "NK cells", "NK细胞", "CD3-CD16+CD56+", "自然杀伤细胞"],
}
ACUTE = [
    "{} acute", "{}_acute", "{} (acute)", "acute {}", "Acute-phase {}", "{}, acute phase", "baseline {}",
    "{} at baseline", "{}_base", "{} pre", "pre-treatment {}", "{} before", "{} before treatment",
    "{} on admission", "{}_a", "{}前", "{}_前", "{}（前）", "治疗前{}", "{}治疗前", "{}急性期", "急性期{}",
    "{} 急性期", "{}(急性期)", "入院时{}", "基线{}",
]  # fmt: skip
RECOVERY = [
    "{} recovery", "{}_recovery", "{} (recovery)", "recovery {}", "{}, recovery phase", "{} post",
    "{} after", "{} after treatment", "post-treatment {}", "{}_r", "{} at discharge", "{} follow-up",
    "{}后", "{}_后", "{}（后）", "治疗后{}", "{}恢复期", "恢复期{}", "{} 恢复期", "{}缓解期",
]  # fmt: skip


@pytest.mark.parametrize(
    ("marker", "name"), [(marker, name) for marker, names in MARKER_NAMES.items() for name in names]
)
def test_a_marker_with_its_phase(marker, name):
    for phase, forms in (("acute", ACUTE), ("recovery", RECOVERY)):
        for form in forms:
            assert field_of(form.format(name)) == f"{marker}_{phase}", form


@pytest.mark.parametrize(
    ("column", "field", "unit"),
    [
        ("IL-6 (pg/ml) 急性期", "il6_pg_ml_acute", "pg/ml"),
        ("急性期IL-6（pg/mL）", "il6_pg_ml_acute", "pg/ml"),
        ("CRP前(mg/L)", "crp_mg_l_acute", "mg/l"),
        ("CRP (acute, mg/dL)", "crp_mg_l_acute", "mg/dl"),
        ("CD4+绝对值(个/μl)后", "cd4_cells_ul_recovery", "/ul"),
        ("Ferritin [µg/L] recovery", "ferritin_ng_ml_recovery", "ug/l"),
        ("ＣＲＰ（ｍｇ／Ｌ）恢复期", "crp_mg_l_recovery", "mg/l"),
        ("ALB g/dL", "albumin_g_l", "g/dl"),
        ("Albumin, g/L", "albumin_g_l", "g/l"),
        ("身高cm", "height_cm", "cm"),
        ("体重（斤）", "weight_kg", "jin"),
        ("WBC(×10⁹/L)", "wbc", "10^9/l"),
        ("WBC (10*9/L)", "wbc", "10^9/l"),
        ("Platelets x10^9/l", "platelets", "10^9/l"),
        ("激素剂量(mg/d)", "prednisone_eq_mg_day", "mg/day"),
        ("激素剂量(mg/kg/d)", "prednisone_eq_mg_kg_day", "mg/kg/day"),
        ("ALB_g_dL", "albumin_g_l", "g/dl"),
        ("Pred_mg_kg_d", "prednisone_eq_mg_kg_day", "mg/kg/day"),
        ("MP_mg_day", "methylprednisolone_mg_day", "mg/day"),
        ("methylprednisolone_mg_day", "methylprednisolone_mg_day", "mg/day"),
        ("CD4_cells_ul_acute", "cd4_cells_ul_acute", "/ul"),
        ("baseline albumin", "albumin_g_l", ""),
        ("Time to re-epithelisation (days)", "reepithelization_days", "days"),
        ("粘膜受累", "mucositis", ""),
        ("Age  at\nonset", "age_years", ""),
    ],
)
def test_units_and_remarks_are_taken_off_a_name(column, field, unit):
    table = read_table(f'id,"{column}"\n1,1\n'.encode(), "cohort.csv")
    match = match_columns(table)[1]
    assert (match.field, match.unit) == (field, unit)
    assert match.used


@pytest.mark.parametrize("field", schema.fields().values(), ids=lambda field: field.name)
def test_a_canonical_name_carries_its_own_unit(field):
    assert read_header(field.name).unit == unit_key(field.unit)
    assert bool(field.unit) == bool(unit_key(field.unit))


@pytest.mark.parametrize(
    "column", ["CD4%", "CD4(%)前", "CD8 % acute", "NK细胞(%)急性期", "CD3+ T cells, acute (%)"]
)
def test_a_percentage_is_never_taken_for_a_count(column):
    match = matched(column)[column]
    assert match.field is None
    assert match.note.startswith("These are percentages;")


@pytest.mark.parametrize("column", ["CD4百分比", "CD4 percentage", "CD4/CD8", "CD4/CD8比值", "CD31", "CD45"])
def test_shares_ratios_and_other_antigens_are_not_matched(column):
    assert matched(column)[column].field is None


@pytest.mark.parametrize(
    ("first", "second"),
    [("CRP_0", "CRP_1"), ("CRP_1", "CRP_2"), ("CRP1", "CRP2"), ("CRP t0", "CRP t1"), ("CRP v1", "CRP v2"),
     ("CRP d0", "CRP d14"), ("CRP day 0", "CRP day 14"), ("CD4_1", "CD4_2")],
)  # fmt: skip
def test_of_two_numbered_visits_the_lower_is_the_acute_one(first, second):
    for order in ((first, second), (second, first)):
        matches = matched(*order)
        assert matches[first].field.endswith("_acute")
        assert matches[second].field.endswith("_recovery")
        assert matches[first].used and matches[second].used


def test_of_three_visits_the_reader_must_say_which_are_meant():
    matches = matched("CRP_0", "CRP_1", "CRP_2")
    assert not any(match.used for match in matches.values())
    assert matches["CRP_0"].note == "It is not clear which visit is the acute and which the recovery sample."


def test_a_marker_without_a_phase_is_only_suggested():
    match = matched("CRP")["CRP"]
    assert (match.field, match.how, match.used) == ("crp_mg_l_acute", "similar", False)
    assert match.note == "The header does not say whether this is the acute or the recovery sample."


@pytest.mark.parametrize(
    "column", ["TNF-α", "TNF-a", "TNF α", "TNF_a", "TNFα", "TNF-α (pg/mL)", "TNF-α (ELISA)", "肿瘤坏死因子-α"]
)
def test_the_alpha_of_a_name_is_no_phase(column):
    match = matched(column)[column]
    assert (match.field, match.how, match.used) == ("tnfa_pg_ml_acute", "similar", False)
    assert match.note == "The header does not say whether this is the acute or the recovery sample."


@pytest.mark.parametrize(
    ("header", "values", "field", "note"),
    [
        ("Body surface area (m²)", ["1.6", "1.75"], "detachment_bsa_pct",
         "Its header names m2, which cannot be converted to % BSA."),
        ("BSA (㎡)", ["1.6", "1.75"], "detachment_bsa_pct", "Its header names m2, which cannot be converted to % BSA."),
        ("BSA", ["1.6", "1.75", "2"], "detachment_bsa_pct",
         "Its values may be the body's surface in m², or fractions."),
        ("体表面积", ["1.6", "1.75"], "detachment_bsa_pct",
         "Its values may be the body's surface in m², or fractions."),
        ("Weight (stone)", ["10", "12"], "weight_kg", "Its header names stone, which cannot be converted to kg."),
        ("Height (ft)", ["60", "62"], "height_cm", "Its header names feet, which cannot be converted to cm."),
    ],
)  # fmt: skip
def test_another_quantity_is_not_taken_for_the_field(header, values, field, note):
    data = "\n".join(
        [f"id\tage\t{header}", *(f"{number}\t50\t{value}" for number, value in enumerate(values))]
    )
    result = assemble(data.encode(), "cohort.tsv")
    match = result.matches[2]
    assert (match.field, match.how, match.used, match.note) == (field, "similar", False, note)
    assert field not in result.frame
    assert result.problems["problem"].tolist() == [
        f"The column is not used; it resembles “{schema.field(field).label}”. {note}"
    ]


def test_a_column_in_the_right_unit_comes_before_one_in_another():
    data = b"id\tBody surface area (m2)\tBSA detached (%)\n1\t1.7\t20\n2\t1.8\t30\n"
    result = assemble(data, "cohort.tsv")
    assert result.frame["detachment_bsa_pct"].tolist() == [20, 30]


@pytest.mark.parametrize("values", [["1", "2", "3"], ["0.5", "12"], ["NA"]])
def test_shares_of_the_skin_are_taken(values):
    data = "\n".join(["id\tBSA", *(f"{number}\t{value}" for number, value in enumerate(values))])
    assert assemble(data.encode(), "cohort.tsv").matches[1].used


@pytest.mark.parametrize(
    ("column", "field"),
    [("Albumine", "albumin_g_l"), ("Creatinin", "creatinine_umol_l"), ("SCORTENS", "scorten")],
)
def test_a_likely_misspelling_is_suggested_and_not_used(column, field):
    result = assemble(f"id,age,{column}\n1,50,3\n".encode(), "cohort.csv")
    match = result.matches[2]
    assert (match.field, match.how) == (field, "similar")
    assert 84 <= match.score < 100
    assert field not in result.frame
    label = schema.field(field).label
    assert result.problems["problem"].tolist() == [f"The column is not used; it resembles “{label}”."]


def test_a_field_goes_to_its_closest_name_and_the_other_column_is_told():
    matches = matched("肺部感染", "感染", "Age at onset", "age_years")
    assert matches["感染"].field == "infection"
    assert matches["肺部感染"].field is None
    assert matches["肺部感染"].note == "“感染” already holds Infection."
    assert matches["age_years"].field == "age_years"
    assert matches["Age at onset"].note == "“age_years” already holds Age."


def test_a_column_that_goes_without_its_field_is_said():
    result = assemble(b"id,Foo,Age\n1,50,60\n2,51,61\n", "cohort.csv", mapping={"Foo": "age_years"})
    assert result.frame["age_years"].tolist() == [50, 51]
    assert result.matches[2].note == "“Foo” already holds Age."
    assert "The column “Age” was not used. “Foo” already holds Age." in result.table.assumptions


def test_a_mapping_comes_before_names_and_none_leaves_a_column_out():
    matches = matched(
        "CRP", "CRP后", "Alter", "sex", mapping={"CRP": "crp_mg_l_acute", "Alter": "age_years", "sex": None}
    )
    assert [(match.field, match.how) for match in matches.values()] == [
        ("crp_mg_l_acute", "chosen"),
        ("crp_mg_l_recovery", "synonym"),
        ("age_years", "chosen"),
        (None, "none"),
    ]
    assert matches["sex"].note == "Left out by the reader."


@pytest.mark.parametrize(
    ("mapping", "found"),
    [
        ({"Alter": "age_years"}, "The file has no column “Alter”."),
        ({"age": "alter"}, "The data dictionary has no field “alter”."),
        ({"age": "scorten", "sex": "scorten"}, "Two columns were matched to “SCORTEN”."),
    ],
)
def test_a_mapping_that_cannot_be(mapping, found):
    with pytest.raises(CohortError) as error:
        matched("age", "sex", mapping=mapping)
    assert error.value.found == found


def test_headers_that_explain_their_codes():
    assert read_header("性别(1=男,2=女)").legend == {"1": "男", "2": "女"}
    assert read_header("性别（1：男；2：女）").legend == {"1": "男", "2": "女"}
    assert read_header("性别(1男2女)").legend == {"1": "男", "2": "女"}
    assert read_header("sex 0=F 1=M").legend == {"0": "F", "1": "M"}
    assert read_header("Arm [1 = steroids + TNFi, 2 = steroids alone]").legend == {
        "1": "steroids + TNFi",
        "2": "steroids alone",
    }
    assert read_header("Age >= 40").legend == {}


def test_no_two_fields_answer_to_one_name_unless_the_unit_tells_them_apart():
    owners = {}
    for field in schema.fields().values():
        if field.name.endswith(("_acute", "_recovery")):
            continue
        for name in (field.name, field.label, *field.english, *field.chinese, *field.spss):
            header = read_header(name)
            owners.setdefault((header.keys[0], header.unit), set()).add(field.name)
    assert {key: fields for key, fields in owners.items() if len(fields) > 1} == {}


def test_every_row_of_the_matches_is_in_the_order_of_the_file():
    table = read_table(b"zz,age,id\n1,2,3\n", "cohort.csv")
    assert pd.Series([match.column for match in match_columns(table)]).tolist() == ["zz", "age", "id"]


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("病例", "1\n2", "patient_id"),
        ("病例号", "1\n2", "patient_id"),
        ("Pat.-Nr.", "1\n2", "patient_id"),
        ("Alter", "50\n60", "age_years"),
        ("Alter (Jahre)", "50\n60", "age_years"),
        ("Geschlecht", "w\nm", "sex"),
        ("KOF", "12\n45", "detachment_bsa_pct"),
        ("KOF (%)", "12\n45", "detachment_bsa_pct"),
        ("Diagnose", "SJS\nTEN", "diagnosis"),
        ("IL6_followup", "4\n5", "il6_pg_ml_recovery"),
        ("IL-6 follow-up", "4\n5", "il6_pg_ml_recovery"),
        ("CRP followup", "4\n5", "crp_mg_l_recovery"),
    ],
)
def test_short_headers_of_wards(header, values, field):
    table = read_table(f"{header}\n{values}\n".encode(), "cohort.csv")
    (match,) = match_columns(table)
    assert (match.field, match.used) == (field, True)


@pytest.mark.parametrize("header", ["ALT_followup", "ALT followup", "weight followup", "SCORTEN_followup"])
def test_what_is_measured_at_a_follow_up_is_not_its_length(header):
    table = read_table(f"{header}\n30\n40\n".encode(), "cohort.csv")
    assert [match.field for match in match_columns(table)] == [None]


def test_a_surface_in_square_metres_is_asked_about_in_german_too():
    table = read_table(b"id,KOF\n1,1.8\n2,1.75\n", "cohort.csv")
    match = match_columns(table)[1]
    assert (match.used, match.note) == (False, "Its values may be the body's surface in m², or fractions.")


def test_sexes_in_german():
    result = assemble("id;Geschlecht\n1;weiblich\n2;männlich\n3;w\n".encode(), "cohort.csv")
    assert result.frame["sex"].tolist() == ["female", "male", "female"]
