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


LATENCY = "id,age,first ICI dose,last ICI dose,onset date,{header}\n"
COURSES = (("2023-01-01", "2023-02-12", "2023-03-01"), ("2023-01-01", "2023-01-01", "2023-01-20"))


def latencies(*given: str, header: str = "latency (days)"):
    """Latencies of two patients: 59 and 19 days from the first dose to the onset, 17 and 19 from the last."""
    text = LATENCY.format(header=header) + "".join(
        f"{i},50,{','.join(dates)},{days}\n"
        for i, (dates, days) in enumerate(zip(COURSES, given, strict=True))
    )
    mapping = {"first ICI dose": "date_ici_first", "last ICI dose": "date_ici_last", header: "latency_days"}
    made = assemble(text.encode(), "a.csv", mapping=mapping)
    said = [each for each in made.table.assumptions if "latency" in each]
    return made.frame["latency_days"].tolist(), made.problems["problem"].tolist(), said


def test_the_latency_runs_from_the_first_dose_unless_the_file_means_the_last():
    days, problems, said = latencies("", "")
    assert (days, problems) == ([59, 19], [])
    assert said == [
        "In 2 patients the latency was counted from the first dose of the checkpoint inhibitor to the onset."
    ]
    assert latencies("", "", header="days from last dose to onset")[0] == [17, 19]
    assert latencies("17", "") == (
        [17, 19],
        [],
        ["In 1 patient the latency was counted from the last dose of the checkpoint inhibitor to the onset."],
    )
    assert latencies("59", "19")[1] == []
    days, problems, _ = latencies("30", "19")
    assert days == [30, 19]
    assert problems == [
        "Latency from checkpoint inhibitor to onset is given as 30, but date of first checkpoint inhibitor dose and "
        "date of onset give 59. The given value was kept."
    ]


def cumulative(header: str, total: str = ""):
    text = f"id,age,{header},steroid days,cumulative dose (mg)\n1,50,80,20,{total}\n2,60,,20,\n"
    made = assemble(
        text.encode(),
        "a.csv",
        mapping={header: "prednisone_eq_mg_day", "steroid days": "steroid_duration_days"},
    )
    return made.frame["cumulative_prednisone_mg"].iloc[0], made.problems["problem"].tolist()


def test_the_cumulative_dose_follows_from_a_mean_dose_only():
    # 80 mg/day x 20 days = 1600 mg
    assert cumulative("mean prednisone dose (mg/day)") == (1600, [])
    assert cumulative("平均泼尼松剂量(mg/d)") == (1600, [])
    assert math.isnan(cumulative("prednisone dose (mg/day)")[0])
    assert cumulative("mean prednisone dose (mg/day)", "1650") == (1650, [])
    value, (problem,) = cumulative("mean prednisone dose (mg/day)", "1200")
    assert value == 1200
    assert problem.endswith(
        "is given as 1200, but prednisone-equivalent dose and corticosteroid duration give 1600. "
        "The given value was kept."
    )


def test_a_tapered_dose_bounds_the_cumulative_dose():
    assert cumulative("prednisone dose (mg/day)", "830") == (830, [])
    assert cumulative("prednisone dose (mg/day)", "2000") == (
        2000, ["A cumulative dose of 2000 mg is given, but 80 mg/day for 20 days are 1600 mg."],
    )  # fmt: skip
