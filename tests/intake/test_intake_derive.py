"""Fields that follow from others: filled where lacking, compared where given, always said."""

import math

import pytest

from iren_core.intake import Classes, assemble


def read(*lines):
    return assemble("\n".join(lines).encode(), "cohort.tsv")


def test_diagnosis_from_detachment():
    # Cut-offs: Bastuji-Garin 1993, doi 10.1001/archderm.1993.01680220104023; 10 and 30 % are overlap.
    result = read("id\tdetachment", "1\t9.5", "2\t10", "3\t30", "4\t30.5", "5\t")
    assert result.frame["diagnosis"].tolist()[:4] == ["SJS", "overlap", "overlap", "TEN"]
    assert result.frame["diagnosis"].isna().tolist()[4]
    assert list(result.frame["diagnosis"].cat.categories) == ["SJS", "overlap", "TEN"]
    assert result.table.assumptions[-1] == (
        "In 4 patients the diagnosis was taken from the detachment "
        "(SJS below 10 %, overlap 10 to 30 %, TEN above 30 %)."
    )


def test_a_given_diagnosis_is_kept_and_an_empty_one_filled():
    result = read("id\tdiagnosis\tdetachment", "1\tTEN\t8", "2\t\t8")
    assert result.frame["diagnosis"].tolist() == ["TEN", "SJS"]
    assert result.problems[["row", "problem"]].to_numpy().tolist() == [
        [2, "8 % of the skin is detached, which is SJS, but the diagnosis is TEN."]
    ]


def test_body_mass_index():
    # 65 kg / (1.72 m)^2 = 21.97 kg/m2
    result = read(
        "id\theight\tweight\tbmi", "1\t172\t65\t", "2\t172\t65\t25", "3\t172\t65\t22.0", "4\t\t65\t"
    )
    assert result.frame["bmi"].tolist()[:3] == [22.0, 25, 22]
    assert math.isnan(result.frame["bmi"].iloc[3])
    assert result.problems[["row", "column", "problem"]].to_numpy().tolist() == [
        [
            3,
            "bmi",
            "Body mass index is given as 25, but height and weight give 22. The given value was kept.",
        ]
    ]


def test_days_from_dates():
    result = read(
        "id\tsteroid start date\thealing date\tdeath date\tlast follow-up date",
        "1\t2023-03-01\t2023-03-15\t\t2023-05-01",
        "2\t2023-03-01\t\t2023-03-21\t",
        "3\t\t2023-03-15\t\t",
    )
    frame = result.frame
    assert frame["reepithelization_days"].tolist()[0] == 14
    assert frame["reepithelization_days"].isna().tolist() == [False, True, True]
    assert frame["death_day"].tolist()[1] == 20
    assert frame["followup_days"].tolist()[0] == 61
    assert frame["outcome"].tolist() == ["healed", "died", "healed"]
    assert (
        "In 1 patient the time to re-epithelization was counted from the dates, day 0 being the first steroid dose."
        in result.table.assumptions
    )


def test_days_that_contradict_the_dates_are_kept_and_queried():
    result = read(
        "id\thealing time\tsteroid start date\thealing date",
        "1\t20\t2023-03-01\t2023-03-15",
        "2\t15\t2023-03-01\t2023-03-15",
    )
    assert result.frame["reepithelization_days"].tolist() == [20, 15]
    assert result.problems["row"].tolist() == [2]
    assert result.problems["problem"][0] == (
        "Time to re-epithelization is given as 20, but date of complete healing and date of first steroid dose "
        "give 14. The given value was kept."
    )


def test_a_healing_before_the_treatment_is_not_derived():
    result = read("id\tsteroid start date\thealing date", "1\t2023-03-15\t2023-03-01")
    assert "reepithelization_days" not in result.frame
    assert "It lies before the first steroid dose (2023-03-15)." in result.problems["problem"].tolist()


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        (("id\thealed\tdeath day", "1\tyes\t", "2\tno\t", "3\tno\t9"), ["healed", "not healed", "died"]),
        (("id\thealing time\tdeath day", "1\t14\t", "2\t\t9"), ["healed", "died"]),
        (("id\toutcome\thealing time", "1\t\t14", "2\tdied\t"), ["healed", "died"]),
    ],
)
def test_outcome_from_days_and_flags(lines, outcome):
    assert read(*lines).frame["outcome"].tolist() == outcome


def test_an_outcome_that_nothing_tells_stays_missing():
    result = read("id\thealing time", "1\t14", "2\t")
    assert result.frame["outcome"].isna().tolist() == [False, True]


def test_a_cell_that_could_not_be_used_is_not_filled_from_other_fields():
    result = read(
        "id\tdiagnosis\tdetachment\toutcome\thealing time\tbmi\theight\tweight",
        "1\t2\t8\t1\t14\t900\t172\t65",
    )
    assert result.frame[["diagnosis", "outcome", "bmi"]].isna().to_numpy().all()
    assert [question.field for question in result.questions] == ["diagnosis", "outcome"]


def test_scorten_from_its_seven_items_and_never_from_six():
    items = [
        "scorten_age",
        "scorten_malignancy",
        "scorten_hr",
        "scorten_bsa",
        "scorten_bun",
        "scorten_glucose",
    ]
    head = "\t".join(["id", *items, "scorten_hco3"])
    result = read(head, "1\t1\t1\t0\t1\t0\t0\t0", "2\t1\t1\t0\t1\t0\t0\t")
    assert result.frame["scorten"].iloc[0] == 3
    assert math.isnan(result.frame["scorten"].iloc[1])


def test_prednisone_equivalent_and_dose_per_kg():
    # The study: 80 mg of methylprednisolone are 100 mg of prednisone.
    result = read("id\tmethylprednisolone\tweight", "1\t80\t50", "2\t0\t60", "3\t40\t")
    assert result.frame["prednisone_eq_mg_day"].tolist()[::2] == [100, 50]
    assert math.isnan(result.frame["prednisone_eq_mg_day"].iloc[1])
    assert result.frame["prednisone_eq_mg_kg_day"].iloc[0] == 2
    assert result.frame["prednisone_eq_mg_kg_day"].isna().tolist() == [False, True, True]


def test_a_dose_that_contradicts_its_source_is_kept_and_queried():
    result = read("id\tmethylprednisolone\tprednisone equivalent", "1\t80\t80")
    assert result.frame["prednisone_eq_mg_day"].tolist() == [80]
    assert "is given as 80, but" in result.problems["problem"][0]
    assert "give 100" in result.problems["problem"][0]


def test_stay_and_duration_from_dates():
    result = read(
        "id\tadmission date\tdischarge date\tsteroid start date\tsteroid stop date",
        "1\t2023-01-01\t2023-01-31\t2023-01-02\t2023-02-11",
    )
    assert result.frame[["hospital_days", "steroid_duration_days"]].to_numpy().tolist() == [[30, 40]]


def test_the_arm_from_drugs_needs_a_corticosteroid_and_a_word_on_the_inhibitor():
    result = read(
        "id\ttnfi drug\tmethylprednisolone", "1\tetanercept\t80", "2\tnone\t80", "3\t\t80", "4\tetanercept\t0"
    )
    assert result.frame["arm"].tolist()[:2] == ["combination", "corticosteroid"]
    assert result.frame["arm"].isna().tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    ("classes", "diagnoses"),
    [
        (Classes(), ["SJS", "overlap", "overlap", "TEN"]),
        (Classes(ten_from_30=True), ["SJS", "overlap", "TEN", "TEN"]),
        (Classes(overlap_is_ten=True), ["SJS", "TEN", "TEN", "TEN"]),
    ],
)
def test_the_classes_are_a_setting_of_what_is_derived_and_of_what_is_queried(classes, diagnoses):
    shares = ("9", "10", "30", "31")
    derived = "\n".join(["id\tdetachment (%)", *(f"{i}\t{share}" for i, share in enumerate(shares))])
    result = assemble(derived.encode(), "cohort.tsv", classes=classes)
    assert result.frame["diagnosis"].tolist() == diagnoses
    assert str(classes) in result.table.assumptions[-1]
    given = "\n".join(
        [
            "id\tdetachment (%)\tdiagnosis",
            *(f"{i}\t{s}\t{d}" for i, (s, d) in enumerate(zip(shares, diagnoses, strict=True))),
        ]
    )
    assert assemble(given.encode(), "cohort.tsv", classes=classes).problems.empty
