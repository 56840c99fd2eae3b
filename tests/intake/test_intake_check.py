"""The query list: each rule finds its case and says nothing about a patient without fault."""

import pytest

from iren_core.intake import assemble

GOOD = {
    "id": "1",
    "sex": "F",
    "age": "60",
    "diagnosis": "TEN",
    "detachment": "40",
    "erythema": "60",
    "scorten": "3",
    "malignancy": "lung",
    "arm": "combination",
    "tnf inhibitor": "etanercept",
    "outcome": "healed",
    "healing time": "20",
    "death day": "",
    "followup": "60",
    "infection": "yes",
    "infection day": "9",
    "ivig": "yes",
    "ivig total": "2",
    "CRP acute": "100",
    "CRP recovery": "5",
    "CD3 acute": "800",
    "CD4 acute": "400",
    "CD8 acute": "350",
    "onset date": "2023-03-01",
    "admission date": "2023-03-03",
    "steroid start date": "2023-03-03",
    "healing date": "2023-03-23",
}


def queries(**changes):
    """The query list of a file with one patient, good but for the changes ("healing time" = healing_time)."""
    patient = GOOD | {name.replace("_", " "): value for name, value in changes.items()}
    text = "\t".join(patient) + "\n" + "\t".join(patient.values()) + "\n"
    problems = assemble(text.encode(), "cohort.tsv").problems
    return problems[["column", "problem"]].to_numpy().tolist()


def test_a_patient_without_fault_raises_no_query():
    assert queries() == []


@pytest.mark.parametrize(
    ("changes", "column", "problem"),
    [
        (
            {"outcome": "died", "death_day": "15", "followup": ""},
            "healing time",
            "The patient died on day 15 but is said to have healed on day 20.",
        ),
        (
            {"healing_time": "", "healing_date": ""},
            "healing time",
            "The patient healed, but the day is lacking.",
        ),
        (
            {"outcome": "not healed"},
            "healing time",
            "The patient is said not to have healed: “20” was left out as a day of healing; "
            "the last follow-up is kept.",
        ),
        (
            {"outcome": "died", "healing_time": "", "healing_date": ""},
            "death day",
            "The patient died, but the day is lacking.",
        ),
        ({"death_day": "30", "followup": ""}, "outcome", "A death is dated, but the outcome is “healed”."),
        (
            {"followup": "30", "healing_time": "40", "healing_date": "2023-04-12"},
            "followup",
            "The patient healed on day 40, after the last follow-up on day 30.",
        ),
        (
            {"detachment": "8"},
            "diagnosis",
            "8 % of the skin is detached, which is SJS, but the diagnosis is TEN.",
        ),
        (
            {"diagnosis": "SJS", "detachment": "20"},
            "diagnosis",
            "20 % of the skin is detached, which is SJS/TEN overlap, but the diagnosis is SJS.",
        ),
        ({"erythema": "20"}, "erythema", "More skin is detached (40 %) than is red (20 %)."),
        ({"scorten": "0"}, "scorten", "SCORTEN is 0, but the malignancy alone gives 1."),
        (
            {"arm": "corticosteroid"},
            "arm",
            "The patient is in the arm with corticosteroids alone, but etanercept is given.",
        ),
        (
            {"tnf_inhibitor": ""},
            "tnf inhibitor",
            "The patient had a TNF inhibitor, but which one is lacking.",
        ),
        ({"ivig": "no"}, "ivig", "No IVIG is recorded, but a dose of it is."),
        ({"infection": "no"}, "infection", "No infection is recorded, but a day of it is."),
        (
            {"CRP_acute": ""},
            "CRP acute",
            "CRP has a recovery value but no acute one, so the pair cannot be used.",
        ),
        (
            {"CD3_acute": "600"},
            "CD3 acute",
            "CD4+ and CD8+ cells (750) are more than all CD3+ cells (600).",
        ),
        ({"admission_date": "2023-02-28"}, "admission date", "Date of onset (2023-03-01) lies after it."),
    ],
)
def test_a_contradiction_is_asked_about(changes, column, problem):
    assert queries(**changes) == [[column, problem]]


#: In each: what changes in the patient without fault, the field's column, the sentence, how much it weighs.
FURTHER = [
    (
        {"outcome": "died", "death_day": "30", "followup": "30"},
        "healing time",
        "The patient healed on day 20 and died on day 30; counted as healed, and as a death.",
        "warning",
    ),
    (
        {"followup": "55"},
        "followup",
        "Follow-up ends on day 55, before 8 weeks (day 56), and no death is recorded: a later death would be missed.",
        "warning",
    ),
    (
        {"outcome": "not healed", "healing_time": "", "healing_date": "", "followup": ""},
        "followup",
        "The patient had not healed, and the last follow-up is not known: left out of the curves.",
        "error",
    ),
    (
        {"onset_date": "2023-03-24", "admission_date": "", "healing_date": ""},
        "healing time",
        "Day 20 after the first steroid dose (2023-03-03) lies before the onset (2023-03-24).",
        "error",
    ),
    (
        {"onset_date": "2023-03-24", "admission_date": ""},
        "healing date",
        "Date of onset (2023-03-24) lies after it.",
        "error",
    ),
    (
        {"arm": "corticosteroid", "tnf_inhibitor": "", "tnfi_start_day": "3"},
        "arm",
        "The patient is in the arm with corticosteroids alone, "
        "but a TNF inhibitor is said to have been begun on day 3.",
        "error",
    ),
    (
        {"tnfi_start_day": "12", "healing_time": "10", "healing_date": "2023-03-13"},
        "tnfi start day",
        "The TNF inhibitor was begun on day 12, when the skin had healed on day 10.",
        "error",
    ),
    (
        {"recovery_sample_date": "2023-03-03"},
        "recovery sample date",
        "The recovery sample is not later than the acute phase: date of admission is 2023-03-03.",
        "error",
    ),
    (
        {"recovery_sample_date": "2023-03-10", "stabilization_date": "2023-03-12"},
        "recovery sample date",
        "The recovery sample was taken before the disease was stable (2023-03-12).",
        "warning",
    ),
    (
        {"scorten": "8"},
        "scorten",
        "SCORTEN lies outside 0 to 7. The value was left out.",
        "error",
    ),
    (
        {"scorten": "0", "malignancy": ""},
        "scorten",
        "SCORTEN is 0; whoever is treated for cancer has at least 1, for the malignancy.",
        "warning",
    ),
    (
        {"heart_rate": "98", "scorten_hr": "yes"},
        "scorten hr",
        "Heart rate of 98 bpm lies below 120, but the item is said to be met.",
        "warning",
    ),
    (
        {"weight": "50", "prednisone_dose": "100", "prednisone_eq_mg/kg": "1.5"},
        "prednisone eq mg/kg",
        "1.5 mg/kg/day is given, but 100 mg/day at 50 kg are 2 mg/kg/day.",
        "warning",
    ),
    (
        {"mucositis": "yes", "mucosal_sites": "1", "oral": "yes", "eye": "yes"},
        "mucosal sites",
        "1 mucosal sites are counted, but 2 are named.",
        "error",
    ),
    ({"fever": "no", "tmax": "39.1"}, "fever", "No fever is recorded, but a peak of 39.1 °C is.", "warning"),
    (
        {"outcome": "died", "healing_time": "", "healing_date": "", "death_day": "8", "followup": ""},
        "infection day",
        "An infection began on day 9, after the death on day 8.",
        "error",
    ),
]


@pytest.mark.parametrize(("changes", "column", "problem", "severity"), FURTHER)
def test_a_disease_specific_contradiction_is_asked_about(changes, column, problem, severity):
    patient = GOOD | {name.replace("_", " "): value for name, value in changes.items()}
    text = "\t".join(patient) + "\n" + "\t".join(patient.values()) + "\n"
    problems = assemble(text.encode(), "cohort.tsv").problems
    assert problems[["column", "problem", "severity"]].to_numpy().tolist() == [[column, problem, severity]]


def test_healed_and_died_in_a_file_without_days_of_death():
    problems = assemble(b"id\thealing time\toutcome\n1\t20\tdied\n2\t\tdied\n", "cohort.tsv").problems
    assert problems[["row", "column", "problem"]].to_numpy().tolist() == [
        [
            2,
            "healing time",
            "The patient is said to have healed on day 20 and to have died on a day that is lacking.",
        ]
    ]


def test_a_patient_entered_twice_under_two_numbers_is_asked_about():
    lines = ["\t".join(GOOD), *("\t".join((GOOD | {"id": name}).values()) for name in "AB")]
    lines.append("\t".join((GOOD | {"id": "C", "age": "61"}).values()))
    problems = assemble("\n".join(lines).encode(), "cohort.tsv").problems
    assert problems[["row", "value", "problem", "severity"]].to_numpy().tolist() == [
        [
            row,
            name,
            f"Every value is the same as in row {other}: this may be one patient entered twice.",
            "warning",
        ]
        for row, name, other in ((2, "A", 3), (3, "B", 2))
    ]


def test_a_limit_in_the_acute_phase_is_no_missing_value():
    assert queries(CRP_acute="<1") == []


def test_scorten_against_its_items():
    items = "sc_age\tsc_mal\tsc_hr\tsc_bsa\tsc_bun\tsc_glu\tsc_hco3"
    lines = [
        f"id\tscorten\t{items}",
        "1\t3\t1\t1\t0\t1\t0\t0\t0",
        "2\t2\t1\t1\t0\t1\t0\t0\t0",
        "3\t1\t1\t1\t\t\t\t\t",
    ]
    problems = assemble("\n".join(lines).encode(), "cohort.tsv").problems
    assert problems[["row", "problem"]].to_numpy().tolist() == [
        [3, "SCORTEN is 2, but 3 of its seven items are met."],
        [4, "SCORTEN is 1, but 2 of its items are met."],
    ]


def test_patient_numbers_that_are_repeated_or_lacking():
    result = assemble(b"id\tage\n1\t50\n2\t51\n1\t52\n\t53\n", "cohort.tsv")
    assert result.frame["patient_id"].tolist() == ["1", "2", "1", "row 5"]
    assert result.problems[["row", "column", "problem"]].to_numpy().tolist() == [
        [2, "id", "The same patient number also stands in row 4; each row was counted as a patient."],
        [4, "id", "The same patient number also stands in row 2; each row was counted as a patient."],
        [5, "id", "The patient has no number and is called “row 5”."],
    ]


def test_percentages_that_do_not_say_so():
    result = assemble(b"id\tCD4 acute (/uL)\n1\t35.2\n2\t28.1\n3\t41\n4\t39\n", "cohort.tsv")
    assert result.problems[["row", "column", "problem"]].to_numpy().tolist() == [
        [
            1,
            "CD4 acute (/uL)",
            "Every value lies between 0 and 100: these look like percentages, not counts per µL.",
        ]
    ]


def test_fractions_that_should_be_percentages():
    result = assemble(b"id\tdetachment (%)\n1\t0.35\n2\t0.08\n3\t0.4\n4\t0.1\n", "cohort.tsv")
    assert "Every value lies between 0 and 1: these look like fractions, not percentages." in (
        result.problems["problem"].tolist()
    )


@pytest.mark.parametrize(
    ("identities", "problem"),
    [
        (["20230012345", "20230012346"], "The patient numbers look like hospital or identity numbers."),
        (["张三", "李小四"], "The patient numbers look like names."),
    ],
)
def test_identities_that_should_not_be_handed_on(identities, problem):
    text = "id\tage\n" + "".join(f"{identity}\t50\n" for identity in identities)
    assert assemble(text.encode(), "cohort.tsv").problems["problem"].tolist() == [problem]


def test_summaries_and_notes_below_the_patients_are_no_patients_and_are_said():
    result = assemble(
        "id\tage\tbmi\tsex\n1\t50\t22\tF\nMean\t50\t22\t\n注：无\t\t\t\n".encode(), "cohort.tsv"
    )
    assert result.frame["patient_id"].tolist() == ["1"]
    said = "This row below the patients is a summary or a note; it was not counted as a patient."
    assert result.problems[["row", "value", "problem"]].to_numpy().tolist() == [
        [3, "Mean", said],
        [4, "注：无", said],
    ]


@pytest.mark.parametrize(
    "row",
    [
        "Subtotal\t101\t\t",
        "小计\t101\t45\t",
        "SM group subtotal\t101\t\t",
        "激素组合计\t101\t\t",
        "Mean ± SD\t50.5 ± 7\t22\t-",
        "SD\t7\t2\t",
        "n = 2\t\t\t",
        "Median (range)\t50 (40-60)\t22\t1 F / 1 M",
    ],
)
def test_a_summary_between_patients_is_no_patient_and_is_said(row):
    text = f"id\tage\tbmi\tsex\nP1\t50\t22\tF\nP2\t51\t23\tM\n{row}\nP3\t60\t23\tM\n"
    result = assemble(text.encode(), "cohort.tsv")
    assert result.frame["patient_id"].tolist() == ["P1", "P2", "P3"]
    said = [4, "This row is a summary or a note; it was not counted as a patient.", "warning"]
    assert result.problems[["row", "problem", "severity"]].to_numpy().tolist() == [said]


@pytest.mark.parametrize("name", ["SD 001", "N-12", "Max", "Min"])
def test_a_patient_whose_number_resembles_a_summary_stays_one(name):
    text = f"id\tage\tarm\tsex\n{name}\t50\tsteroid\tF\nP2\t51\tsteroid\tM\n{name}\t60\tsteroid\tF\n"
    assert len(assemble(text.encode(), "cohort.tsv").frame) == 3


def test_a_word_of_a_subtotal_beside_the_number_of_a_patient_says_nothing():
    text = "operation\tid\tage\tbmi\nTotal thyroidectomy\tP1\t50\t22\nnone\tP2\t51\t23\n"
    assert assemble(text.encode(), "cohort.tsv").frame["patient_id"].tolist() == ["P1", "P2"]


def test_a_word_where_the_others_have_a_number_is_counted_and_queried():
    text = "id\tage\tbmi\tsex\n1\t50\t22\tF\n2\t52\t23\tF\nEtoricoxib\t51\t22.5\t\n" + "".join(
        f"{row}\t60\t23\tM\n" for row in range(3, 7)
    )
    result = assemble(text.encode(), "cohort.tsv")
    assert len(result.frame) == 7
    said = (
        "A word stands where the others have a number: this may be a subtotal. It was counted as a patient."
    )
    assert result.problems[["row", "problem"]].to_numpy().tolist() == [[4, said]]


def test_among_names_a_row_without_sex_and_arm_is_counted_and_queried():
    rows = [f"{name}\t5{row}\t22\tF\n" for row, name in enumerate(("anna", "berta", "clara", "dora", "emma"))]
    text = "id\tage\tbmi\tsex\n" + "".join([*rows[:2], "Etoricoxib\t50.5\t22\t\n", *rows[2:]])
    result = assemble(text.encode(), "cohort.tsv")
    assert len(result.frame) == 6
    said = "Sex and arm are empty, which most rows have: this may be a subtotal. It was counted as a patient."
    assert result.problems[["row", "problem"]].to_numpy().tolist() == [[4, said]]


@pytest.mark.parametrize("name", ["P9", "9", "A 9", "SUM01", "N12", "Mina", "Maxim", "注射组1"])
def test_a_last_patient_of_whom_little_is_known_stays_one(name):
    result = assemble(f"id\tage\tbmi\tsex\n1\t50\t22\tF\n{name}\t\t\t\n".encode(), "cohort.tsv")
    assert result.frame["patient_id"].tolist() == ["1", name]


def test_a_last_follow_up_after_the_death_is_asked_about_by_day_or_by_date():
    dead = {"outcome": "died", "healing_time": "", "healing_date": "", "infection_day": ""}
    assert ["followup", "The last follow-up is on day 60, after the death on day 30."] in queries(
        death_day="30", **dead
    )
    dated = queries(
        death_day="", followup="", date_of_death="2023-03-20", last_follow_up_date="2023-05-01", **dead
    )
    assert ["last follow up date", "It lies after the death (2023-03-20)."] in dated
    assert not any("after the death on day" in problem for _, problem in dated)


def test_a_date_in_the_future_is_asked_about_and_counts():
    text = "id,steroid start date,last follow-up date,age\nA,2023-03-01,2098-05-01,50\n"
    result = assemble(text.encode(), "cohort.csv")
    assert result.frame["date_last_followup"].notna().all()
    (query,) = [each for each in result.problems.itertuples() if "future" in each.problem]
    assert (query.row, query.column, query.severity) == (2, "last follow-up date", "error")


def test_a_code_for_missing_is_asked_about_within_the_limits_and_named_beyond_them():
    text = "id,CD4 acute,Albumin (g/L)\nA,999,999\nB,9999,35\nC,350,35\n"
    result = assemble(text.encode(), "cohort.csv")
    found = {(each.row, each.column): (each.problem, each.advice) for each in result.problems.itertuples()}
    assert found[2, "CD4 acute"][0] == "999 is often written for a missing value. It was kept."
    for place in ((3, "CD4 acute"), (2, "Albumin (g/L)")):
        assert "The value was left out." in found[place][0]
        assert found[place][1].endswith("If it stands for a missing value, leave the cell empty.")


def test_unhealed_in_place_of_a_day_is_an_outcome_and_no_number():
    head = "id,愈合时间,随访天数,age\n"
    result = assemble(f"{head}A,未愈,60,50\nB,20,60,50\nC,Not healed,90,50\n".encode(), "cohort.csv")
    assert result.frame["reepithelization_days"].isna().tolist() == [True, False, True]
    assert result.frame["outcome"].tolist() == ["not healed", "healed", "not healed"]
    assert [each.severity for each in result.problems.itertuples()] == ["note", "note"]
    assert result.problems["problem"][0] == "1 cell with “未愈” is taken as “not healed”, without a day."


def test_unhealed_in_place_of_a_day_must_agree_with_the_outcome():
    head = "id,愈合时间,随访天数,outcome\n"
    result = assemble(f"{head}A,未愈,60,not healed\nB,未愈,60,healed\nC,未愈,,died\n".encode(), "cohort.csv")
    assert result.frame["outcome"].tolist() == ["not healed", "healed", "died"]
    said = "The patient is said not to have healed, but the outcome is “healed”."
    assert result.problems["row"][result.problems["problem"] == said].tolist() == [3]
    assert set(result.problems.query("severity == 'error'")["row"]) == {3}
