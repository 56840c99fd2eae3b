"""From cells to canonical columns: units, limits, codings, questions."""

import math
from datetime import datetime

import pytest

from iren_core import schema
from iren_core.errors import CohortError
from iren_core.intake import assemble


def read(*lines, **choices):
    """Intake's answer to a file with these lines, separated by tabs."""
    return assemble("\n".join(lines).encode(), "cohort.tsv", **choices)


def column(header, *values, **choices):
    """Intake's answer to a file with a column of patient numbers and this one."""
    return read(f"id\t{header}", *(f"{number}\t{value}" for number, value in enumerate(values, 1)), **choices)


def queries(result):
    return result.problems[["row", "value", "problem"]].to_numpy().tolist()


# ---- units -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "value", "field", "expected"),
    [
        # Factors: pages of clinical laboratories agree on albumin x 10, urea nitrogen x 0.357, creatinine x 88.4,
        # glucose / 18.016 (molar mass 180.16 g/mol); the others are dimensional.
        ("Albumin (g/dL)", "3.9", "albumin_g_l", 39),
        ("Hb (g/dL)", "12.5", "hemoglobin_g_l", 125),
        ("CRP acute (mg/dL)", "1.2", "crp_mg_l_acute", 12),
        ("CRP acute (µg/mL)", "12", "crp_mg_l_acute", 12),
        ("体重(斤)", "131", "weight_kg", 65.5),
        ("Weight (lb)", "100", "weight_kg", 45.359237),
        ("Height (m)", "1.72", "height_cm", 172),
        ("BUN (mg/dL)", "28", "urea_mmol_l", 9.996),
        ("尿素氮(mg/dL)", "28", "urea_mmol_l", 9.996),
        ("Urea (mg/dL)", "60", "urea_mmol_l", 9.99),
        ("BUN (mmol/L)", "10", "urea_mmol_l", 10),
        ("Glucose (mg/dL)", "180.16", "glucose_mmol_l", 10),
        ("Creatinine (mg/dL)", "1", "creatinine_umol_l", 88.4),
        ("CD4前(10^9/L)", "0.35", "cd4_cells_ul_acute", 350),
        ("CD4前(个/µL)", "350", "cd4_cells_ul_acute", 350),
        ("Ferritin acute (µg/L)", "500", "ferritin_ng_ml_acute", 500),
        ("IL-6 acute (ng/L)", "12", "il6_pg_ml_acute", 12),
        ("WBC (10^3/µL)", "7.5", "wbc", 7.5),
        ("WBC (/µL)", "7500", "wbc", 7.5),
        ("HCO3 (mEq/L)", "22", "bicarbonate_mmol_l", 22),
        ("Peak temperature (°F)", "102.2", "peak_temp_c", 39),
        ("Follow-up (weeks)", "8", "followup_days", 56),
    ],
)
def test_a_unit_in_the_header_is_converted_and_said(header, value, field, expected):
    result = column(header, value)
    assert result.frame[field].iloc[0] == pytest.approx(expected, rel=1e-9)
    said = [text for text in result.table.assumptions if text.startswith(f"“{header}” was converted")]
    assert len(said) == (1 if float(value) != expected else 0)
    assert result.problems.empty


def test_a_unit_that_cannot_be_converted_keeps_the_column_out():
    result = column("IL-6 acute (IU/mL)", "12")
    assert "il6_pg_ml_acute" not in result.frame
    resembles = "The column is not used; it resembles “Interleukin-6, acute”."
    assert queries(result) == [
        [1, "", f"{resembles} Its header names IU/mL, which cannot be converted to pg/mL."]
    ]


def test_a_name_that_reads_like_a_unit_is_none():
    result = column("hr", "90")
    assert result.frame["heart_rate"].tolist() == [90]
    assert result.problems.empty


def test_a_column_chosen_by_hand_stays_empty_in_such_a_unit():
    header = "IL-6 acute (IU/mL)"
    result = column(header, "12", mapping={header: "il6_pg_ml_acute"})
    assert result.frame["il6_pg_ml_acute"].isna().all()
    assert queries(result) == [
        [
            1,
            "IU/mL",
            "Interleukin-6, acute is wanted in pg/mL, and IU/mL cannot be converted; the column is empty.",
        ]
    ]


def test_a_value_that_would_fit_another_unit_is_never_converted_silently():
    result = column("Albumin", "3.9", "39")
    assert result.frame["albumin_g_l"].tolist()[1] == 39
    assert math.isnan(result.frame["albumin_g_l"].tolist()[0])
    assert queries(result) == [[2, "3.9", "Albumin lies outside 5 to 70 g/L. The value was left out."]]
    assert result.problems["advice"][0] == (
        "Look it up and correct it. If the column is in g/dL, name that unit in its header."
    )


# ---- numbers -----------------------------------------------------------------------------------------


def test_limits_go_to_a_table_of_their_own():
    result = column("CRP acute (mg/dL)", "<0.5", ">20", "1")
    assert result.frame["crp_mg_l_acute"].isna().tolist() == [True, True, False]
    assert result.limits.to_dict("list") == {
        "row": [2, 3],
        "field": ["crp_mg_l_acute"] * 2,
        "sign": ["<", ">"],
        "bound": [5.0, 200.0],
    }
    assert result.problems.empty


def test_beyond_the_hard_limits_a_value_is_left_out_and_beyond_the_soft_ones_kept():
    result = column("age", "17", "50", "121")
    assert result.frame["age_years"].iloc[:2].tolist() == [17, 50]
    assert math.isnan(result.frame["age_years"].iloc[2])
    assert queries(result) == [
        [2, "17", "Age of 17 years is unusual (mostly 18 to 100). It was kept."],
        [4, "121", "Age lies outside 0 to 120 years. The value was left out."],
    ]


def test_a_score_is_a_whole_number():
    result = column("SCORTEN", "3", "2.5", "8")
    assert result.frame["scorten"].tolist()[0] == 3
    assert result.frame["scorten"].isna().tolist() == [False, True, True]
    assert queries(result) == [
        [3, "2.5", "SCORTEN is a whole number. The value was left out."],
        [4, "8", "SCORTEN lies outside 0 to 7. The value was left out."],
    ]


def test_decimal_commas_are_said():
    result = read("id;Albumin;BMI", "1;38,5;22,1", "2;1.234,5;20")
    assert result.frame["albumin_g_l"].iloc[0] == 38.5
    assert result.frame["bmi"].tolist() == [22.1, 20]
    assert "Numbers are written with decimal commas in “BMI”, “Albumin”." in result.table.assumptions


def test_thousands_beside_decimal_commas_are_asked_about():
    result = read("id;CRP acute;ferritin acute", "1;5,5;12.345", "2;6,5;900")
    assert result.frame["crp_mg_l_acute"].tolist() == [5.5, 6.5]
    assert result.frame["ferritin_ng_ml_acute"].isna().tolist() == [True, False]
    unclear = "It is not clear whether the {} marks decimals or thousands. The value was left out."
    assert queries(result) == [[2, "12.345", unclear.format("point")]]
    quoted = assemble(b'id,CRP acute,ferritin acute\n1,"5,5","1,234"\n2,"6,5","2,345"\n', "cohort.csv")
    assert quoted.frame["crp_mg_l_acute"].tolist() == [5.5, 6.5]
    assert quoted.frame["ferritin_ng_ml_acute"].isna().all()
    assert quoted.problems["problem"].tolist() == [unclear.format("comma")] * 2


def test_an_unclear_point_beside_a_unit_of_its_own_is_asked_about():
    result = read("id;CRP acute (mg/L)", "1;1.315 mg/dL", "2;70,5")
    assert result.frame["crp_mg_l_acute"].isna().tolist() == [True, False]
    assert "Row 2: 1.315 mg/dL is 1315 or 1.315." in result.questions[0].sentence


def test_each_column_has_a_decimal_mark_of_its_own():
    result = read(
        "id\tCRP acute\tferritin acute\tIL-6 acute", "1\t5,5\t1,234.5\t12.5", "2\t6,5\t1,234\t1.234"
    )
    assert result.frame["crp_mg_l_acute"].tolist() == [5.5, 6.5]
    assert result.frame["ferritin_ng_ml_acute"].tolist() == [1234.5, 1234]
    assert result.frame["il6_pg_ml_acute"].tolist() == [12.5, 1.234]
    assert result.problems.empty


@pytest.mark.parametrize("cell", ["1e400", "-1e400", "inf", "Infinity"])
def test_a_number_without_end_is_left_out(cell):
    result = column("SCORTEN", cell, "3")
    assert result.frame["scorten"].tolist()[1] == 3
    assert result.problems["value"].tolist() == [cell]


def test_missing_words_are_counted_and_other_words_are_asked_about():
    result = column("age", "?", "", "未查", "?", "fifty")
    assert result.frame["age_years"].isna().all()
    assert queries(result) == [
        [1, "?", "2 cells with “?” are taken as missing."],
        [1, "未查", "1 cell with “未查” is taken as missing."],
        [6, "fifty", "It is not a number. The value was left out."],
    ]
    assert result.problems["severity"].tolist() == ["note", "note", "error"]


# ---- dates and text ----------------------------------------------------------------------------------


def test_dates_of_one_column_share_their_order():
    result = column("Date of onset", "25/03/2023", "04/03/2023")
    assert result.frame["date_onset"].dt.strftime("%Y-%m-%d").tolist() == ["2023-03-25", "2023-03-04"]
    assert "Dates in “Date of onset” are written with the day first." in result.table.assumptions


def test_an_unclear_date_is_left_out():
    result = column("Date of onset", "04/03/2023", "2023-03-04")
    assert result.frame["date_onset"].isna().tolist() == [True, False]
    assert queries(result) == [
        [2, "04/03/2023", "It is not clear which part is the day and which the month. The date was left out."]
    ]


def test_patient_numbers_stay_as_they_are():
    result = read("id\tage", "007\t50", "1E2\t50", "NA\t50", "1.0\t50")
    assert result.frame["patient_id"].tolist() == ["007", "1E2", "NA", "1.0"]


def test_types_of_the_frame():
    result = read(
        "id\tage\tsex\tfever\tonset date\tscorten\tmalignancy",
        "1\t50\tF\tyes\t2023-03-05\t3\tlung",
        "2\t\t\t\t\t\t",
    )
    assert result.frame.dtypes.astype(str).to_dict() == {
        "patient_id": "object",
        "sex": "category",
        "age_years": "float64",
        "malignancy_type": "category",
        "fever": "boolean",
        "scorten": "float64",
        "date_onset": "datetime64[ns]",
    }
    assert result.frame.index.tolist() == [2, 3]
    assert result.frame.index.name == "row"


# ---- codings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("sex", {"male": "M m male Male 男 男性", "female": "F female 女 女性"}),
        (
            "diagnosis",
            {
                "SJS": "SJS sjs Stevens-Johnson 史蒂文斯-约翰逊综合征",
                "overlap": "SJS/TEN SJS-TEN overlap SJS/TEN重叠 重叠 重叠型 SJS/TEN_overlap",
                "TEN": "TEN ten 中毒性表皮坏死松解症 大疱性表皮松解型药疹 Lyell",
            },
        ),
        (
            "arm",
            {
                "combination": "combination combined 联合组 联合治疗组 激素+依那西普 激素联合依那西普 "
                "etanercept+steroid GC+TNFi 激素+英夫利昔单抗 corticosteroid+adalimumab",
                "corticosteroid": "corticosteroid corticosteroids steroid 激素 激素组 单药 单药组 激素单药 monotherapy "
                "corticosteroid-only 单用激素 糖皮质激素",
            },
        ),
        (
            "TNF抑制剂",
            {
                "etanercept": "etanercept Etanercept 依那西普 益赛普 ETN",
                "infliximab": "infliximab 英夫利昔单抗 英夫利西单抗 类克",
                "adalimumab": "adalimumab 阿达木单抗 修美乐",
            },
        ),
        ("outcome", {"died": "died dead death 死亡 deceased", "healed": "healed 痊愈 治愈 愈合 cured",
                     "not healed": "未愈 未愈合 unhealed"}),
    ],
)  # fmt: skip
def test_words_for_categories(header, words):
    expected = [(word, category) for category, line in words.items() for word in line.split()]
    result = column(header, *(word for word, _ in expected))
    field = result.matches[1].field
    read_as = dict(zip((word for word, _ in expected), result.frame[field], strict=True))
    assert read_as == dict(expected)
    assert result.questions == ()
    assert list(result.frame[field].cat.categories) == list(schema.CATEGORIES[field])


def test_words_with_blanks():
    result = column(
        "Treatment group",
        "Corticosteroids + etanercept",
        "Corticosteroids alone",
        "steroid monotherapy",
        "etanercept plus prednisone",
        "TNF inhibitor and corticosteroid",
    )
    assert result.frame["arm"].tolist() == [
        "combination",
        "corticosteroid",
        "corticosteroid",
        "combination",
        "combination",
    ]


@pytest.mark.parametrize(
    "cell",
    ["corticosteroids, no anti-TNF", "steroids without any TNF inhibitor", "steroids without TNFi",
     "Steroid (TNFi: no)",
     "激素，未使用TNF抑制剂", "激素（未联合TNF抑制剂）", "激素未用生物制剂", "未联合", "不联合", "非联合组",
     "not combined",
     "etanercept without steroids", "no steroids", "without corticosteroids", "未用激素", "steroid-free",
     "激素联合", "combination: etanercept", "steroid + TNFi(-)"],
)  # fmt: skip
def test_an_arm_that_is_denied_or_joined_to_nothing_is_asked_about(cell):
    result = column("arm", cell, "激素组", "联合组")
    assert result.frame["arm"].isna().tolist() == [True, False, False]
    assert [question.values for question in result.questions] == [(cell,)]


@pytest.mark.parametrize(
    "cell",
    ["tacrolimus + thalidomide", "standard of care plus dressing", "cyclophosphamide plus rituximab",
     "supportive care only", "monoclonal antibody", "tacrolimus monotherapy", "dupilumab alone"],
)  # fmt: skip
def test_another_treatment_is_an_arm_of_its_own(cell):
    result = column("arm", cell, "steroid", "steroid + etanercept")
    assert result.frame["arm"].tolist() == [cell, "corticosteroid", "combination"]


@pytest.mark.parametrize(
    ("cell", "arm"),
    [("combination group", "combination"), ("combination therapy", "combination"),
     ("Methylprednisolone 80 mg/d + TNF-α inhibitor", "combination"), ("大剂量激素联合英夫利昔单抗", "combination"),
     ("激素+TNF-α抑制剂", "combination"), ("糖皮质激素联合TNF-α拮抗剂治疗组", "combination"),
     ("DXM/etanercept", "combination"),
     ("monotherapy group", "corticosteroid"), ("单纯激素治疗", "corticosteroid"),
     ("systemic corticosteroids (n=16)", "corticosteroid")],
)  # fmt: skip
def test_arms_in_more_words(cell, arm):
    assert column("arm", cell).frame["arm"].tolist() == [arm]


@pytest.mark.parametrize(
    "cell", ["not SJS", "非SJS", "non-TEN", "SJS (not TEN)", "SJS, TEN excluded", "排除TEN"]
)
def test_a_diagnosis_that_is_denied_is_left_out(cell):
    result = column("diagnosis", cell, "TEN")
    assert result.frame["diagnosis"].tolist()[1] == "TEN"
    assert queries(result) == [[2, cell, f"“{cell}” is no known value of Diagnosis. It was left out."]]


@pytest.mark.parametrize(
    "cell",
    ["SJS→TEN", "SJS -> TEN", "SJS进展为TEN", "TEN (initially SJS)", "SJS then TEN", "SJS progressing to TEN",
     "SJS evolved into TEN", "初诊SJS，后TEN", "SJS转TEN", "SJS or TEN", "SJS或TEN", "suspected TEN",
     "TEN-like", "疑似TEN", "TEN?", "SJS？", "possible SJS", "SJS样皮疹", "TEN待排", "考虑SJS", "probable SJS/TEN"],
)  # fmt: skip
def test_a_diagnosis_in_doubt_or_one_after_the_other_is_asked_about(cell):
    result = column("diagnosis", cell, "TEN", "SJS")
    assert result.frame["diagnosis"].isna().tolist() == [True, False, False]
    assert [question.values for question in result.questions] == [(cell,)]


@pytest.mark.parametrize(
    ("cell", "diagnosis"),
    [("SJS/TEN", "overlap"), ("SJS-TEN overlap", "overlap"), ("SJS/TEN重叠", "overlap"), ("SJS-TEN", "overlap"),
     ("Stevens-Johnson syndrome", "SJS"), ("中毒性表皮坏死松解症", "TEN"), ("SJS型", "SJS"),
     ("重症药疹（TEN型）", "TEN"),
     ("Toxic epidermal necrolysis (TEN)", "TEN"), ("史蒂文斯-约翰逊综合征", "SJS")],
)  # fmt: skip
def test_a_diagnosis_in_more_words(cell, diagnosis):
    result = column("diagnosis", cell, "TEN", "SJS")
    assert result.frame["diagnosis"].tolist() == [diagnosis, "TEN", "SJS"]
    assert result.questions == ()


def test_a_tnf_inhibitor_that_is_denied_is_left_out():
    result = column("TNFi", "no etanercept", "etanercept")
    assert result.frame["tnfi_drug"].isna().tolist() == [True, False]
    assert len(result.problems) == 1


def test_a_further_category_is_one_however_it_is_written():
    result = column("arm", "IVIG", "ivig", "Ivig ", "ivig", "steroid", "IV IG")
    assert result.frame["arm"].tolist() == ["ivig"] * 4 + ["corticosteroid", "ivig"]
    assert list(result.frame["arm"].cat.categories) == ["combination", "corticosteroid", "ivig"]
    assert column("malignancy", "Lung", "lung", "lung").frame["malignancy_type"].tolist() == ["lung"] * 3


def test_spellings_of_one_checkpoint_inhibitor_are_one_and_said():
    result = column(
        "ICI",
        "tislelizumab 200mg q3w x6", "Tislelizumab", "替雷利珠单抗", "Tislelizumab", "百泽安", "TISLELIZUMAB",
        "K药", "帕博利珠单抗 200mg", "可瑞达（6周期）",
        "Nivo+Ipi", "nivolumab + ipilimumab", "nivolumab + ipilimumab",
    )  # fmt: skip
    assert result.frame["ici_drug"].tolist() == [
        *["Tislelizumab"] * 6,
        *["K药"] * 3,
        *["nivolumab + ipilimumab"] * 3,
    ]
    assert [said for said in result.table.assumptions if "the same drug" in said] == [
        "In “ICI” “tislelizumab 200mg q3w x6”, “替雷利珠单抗”, “百泽安” are the same drug as “Tislelizumab”, "
        "and read so.",
        "In “ICI” “帕博利珠单抗 200mg”, “可瑞达（6周期）” are the same drug as “K药”, and read so.",
        "In “ICI” “Nivo+Ipi” is the same drug as “nivolumab + ipilimumab”, and read so.",
    ]


def test_a_checkpoint_inhibitor_with_a_dose_alone_goes_by_its_generic_name():
    result = column("ICI", "信迪利单抗 200mg q3w", "Sintilimab 200 mg")
    assert result.frame["ici_drug"].tolist() == ["sintilimab"] * 2


@pytest.mark.parametrize(
    "cell",
    ["sintilimab + chemo", "nivolumab then pembrolizumab", "trial drug", "PD-1", "no pembrolizumab", "SHR-1701",
     "sintilimab or tislelizumab"],
)  # fmt: skip
def test_what_is_more_than_known_drugs_stays_as_written(cell):
    result = column("ICI", cell, "Sintilimab", "pembrolizumab", "nivolumab")
    assert result.frame["ici_drug"].tolist() == [cell, "Sintilimab", "pembrolizumab", "nivolumab"]


@pytest.mark.parametrize(
    ("header", "field"),
    [("ICI", "ici_drug"), ("ICI class", "ici_class"), ("malignancy", "malignancy_type"), ("arm", "arm"),
     ("concurrent treatment", "concurrent_treatment"), ("TNFi drug", "tnfi_drug")],
)  # fmt: skip
def test_case_and_blanks_alone_make_no_second_category(header, field):
    result = column(header, "Golimumab  X", "golimumab x", "GOLIMUMAB X ", "ｇolimumab　x", "golimumab x")
    assert result.frame[field].tolist() == ["golimumab x"] * 5


def test_further_arms_keep_their_name():
    result = column("arm", "激素组", "IVIG", "Ciclosporin", "ivig")
    assert result.frame["arm"].tolist() == ["corticosteroid", "IVIG", "Ciclosporin", "IVIG"]
    assert list(result.frame["arm"].cat.categories) == [
        "combination",
        "corticosteroid",
        "IVIG",
        "Ciclosporin",
    ]
    assert result.questions == ()


@pytest.mark.parametrize(
    "cell",
    ["激素联合丙球", "steroid + IVIG", "MP + IVIG", "甲强龙+英夫利昔+丙球", "steroid, tacrolimus",
     "MP + plasma exchange", "SM+TNFi", "MP 80mg qd + etanercept + ciclosporin", "甲强龙+环孢素"],
)  # fmt: skip
def test_a_drug_beside_those_of_an_arm_is_asked_about_and_may_be_kept(cell):
    result = column("arm", cell, "激素组", "联合组", cell)
    assert result.frame["arm"].isna().tolist() == [True, False, False, True]
    (question,) = result.questions
    assert (question.values, question.choices) == ((cell,), ("combination", "corticosteroid", cell))
    kept = column("arm", cell, "激素组", codings={"arm": {cell: cell}})
    assert kept.frame["arm"].tolist() == [cell, "corticosteroid"]
    assert kept.questions == ()


@pytest.mark.parametrize("cell", ["MP (TNFi contraindicated)", "激素（TNF抑制剂禁忌）", "MP, TNFi: nil",
                                  "激素，拒绝依那西普", "steroid, TNFi refused"])  # fmt: skip
def test_a_drug_that_could_not_be_given_is_asked_about(cell):
    result = column("arm", cell, "激素组")
    assert result.frame["arm"].isna().tolist() == [True, False]
    assert [question.values for question in result.questions] == [(cell,)]


@pytest.mark.parametrize(
    ("cell", "arm"),
    [("MP 80mg qd", "corticosteroid"), ("MP 40mg qd + etanercept 25mg biw", "combination"),
     ("methylprednisolone 1.5 mg/kg/d iv x5d", "corticosteroid"), ("甲强龙80mg qd×5天", "corticosteroid"),
     ("甲泼尼龙 40mg/日 静滴 + 依那西普 25mg 皮下注射 每周2次", "combination"),
     ("prednisone 60 mg po bid + infliximab 5mg/kg x1", "combination"),
     ("甲强龙 40-80mg 静脉滴注 q12h", "corticosteroid"), ("甲强龙 2mg·kg-1·d-1", "corticosteroid"),
     ("methylpred 60mg", "corticosteroid"), ("Solu-Medrol 40 mg + Enbrel", "combination"),
     ("地米 10mg", "corticosteroid"),
     ("注射用甲泼尼龙琥珀酸钠 80mg", "corticosteroid"), ("Steroids + infliximab (5 mg/kg single dose)", "combination"),
     ("MP + etanercept 50 mg sc on day 1, 4", "combination"),
     ("MP 80-120mg/d, tapering over 4 weeks", "corticosteroid"),
     ("重组人Ⅱ型肿瘤坏死因子受体-抗体融合蛋白+激素", "combination")],
)  # fmt: skip
def test_doses_routes_and_how_often_change_no_arm(cell, arm):
    assert column("arm", cell, "激素组").frame["arm"].tolist() == [arm, "corticosteroid"]


@pytest.mark.parametrize(
    "cell", ["etanercept 25mg biw", "tacrolimus 1 mg bid", "丙球 20g", "依那西普 25毫克"]
)
def test_another_treatment_with_a_dose_is_asked_about(cell):
    result = column("arm", cell, "激素组")
    assert result.frame["arm"].isna().tolist() == [True, False]


def test_many_arms_of_hardly_a_patient_are_asked_about():
    result = column("arm", "tacrolimus", "dressing", "thalidomide", "ivig", "ivig", "ivig", "steroid")
    assert result.frame["arm"].isna().tolist() == [True] * 3 + [False] * 4
    assert [question.values for question in result.questions] == [("tacrolimus", "dressing", "thalidomide")]


@pytest.mark.parametrize(
    ("header", "cells", "field", "read_as"),
    [
        ("Group", ("SJS", "TEN", "SJS"), "diagnosis", ["SJS", "TEN", "SJS"]),
        ("分组", ("死亡组", "存活组", "死亡组"), "outcome", ["died", "not healed", "died"]),
        ("组别", ("男", "女", "女"), "sex", ["male", "female", "female"]),
    ],
)
def test_groups_that_are_no_treatments_are_no_arms(header, cells, field, read_as):
    result = column(header, *cells)
    assert "arm" not in result.frame
    assert result.frame[field].tolist() == read_as


def test_words_of_another_field_among_the_arms_are_asked_about():
    result = column("Group", "steroid", "steroid + TNFi", "SJS", "死亡组")
    assert result.frame["arm"].isna().tolist() == [False, False, True, True]
    assert result.questions[0].values == ("SJS", "死亡组")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("治疗方案", ("化疗", "化疗+免疫治疗", "PD-1")),
        ("Treatment", ("chemotherapy", "anti-PD-1 + chemo", "ICI")),
    ],
)
def test_other_treatments_of_the_cancer_are_no_arms(header, cells):
    result = column(header, *cells)
    assert "arm" not in result.frame
    assert "no arms of treatment for SJS/TEN" in result.matches[1].note
    asked = column("arm", "steroid", cells[1], "steroid + TNFi")
    assert asked.questions[0].values == (cells[1],)


@pytest.mark.parametrize(
    ("cancer", "own", "drugs"),
    [("Treatment", "Regimen", ("Pembrolizumab", "Sintilimab + chemo", "Pembrolizumab")),
     ("治疗方案", "激素方案", ("信迪利单抗+化疗", "帕博利珠单抗", "信迪利单抗联合贝伐"))],
)  # fmt: skip
def test_a_column_of_drugs_for_the_cancer_is_no_arm(cancer, own, drugs):
    rows = zip(drugs, ("MP", "MP+ETN", "MP 40mg"), strict=True)
    result = read(f"id\tage\t{cancer}\t{own}", *(f"{n}\t5{n}\t{a}\t{b}" for n, (a, b) in enumerate(rows)))
    offered = {match.column: (match.field, match.how) for match in result.matches}
    assert offered[cancer] == ("ici_drug", "similar")
    assert offered[own][0] == "arm"


@pytest.mark.parametrize(
    ("yes", "no"), [("yes", "no"), ("Y", "N"), ("1", "0"), ("TRUE", "FALSE"), ("是", "否"), ("有", "无"), ("+", "-"),
                    ("阳性", "阴性"), ("positive", "negative"), ("√", "×")]
)  # fmt: skip
def test_flags(yes, no):
    result = column("fever", yes, no, "")
    assert result.frame["fever"].tolist()[:2] == [True, False]
    assert result.frame["fever"].isna().tolist() == [False, False, True]
    assert result.problems.empty


@pytest.mark.parametrize(
    ("cell", "yes"),
    [("(+)", True), ("(-)", False), ("（＋）", True), ("（-）", False), ("Yes (candida)", True), ("有（念珠菌）", True),
     ("yes: lung", True), ("是，肺部", True), ("No (cultures sterile)", False), ("无（培养阴性）", False)],
)  # fmt: skip
def test_a_clear_yes_or_no_with_a_remark(cell, yes):
    result = column("infection", cell, "yes", "no")
    assert result.frame["infection"].tolist() == [yes, True, False]
    assert result.problems.empty
    said = [f"In “infection” only the first word tells the infection: “{cell}”."] if len(cell) > 3 else []
    assert [each for each in result.table.assumptions if "first word" in each] == said


@pytest.mark.parametrize(
    "cell",
    ["肺部感染", "pneumonia", "yes?", "yes (suspected)", "Yes (but ruled out)", "no, later yes", "有（未证实）",
     "无发热", "no culture", "疑似", "否，后有"],
)  # fmt: skip
def test_words_in_a_flag_that_are_no_clear_yes_or_no_are_asked_about(cell):
    result = column("infection", cell, "yes", "no")
    assert result.frame["infection"].isna().tolist() == [True, False, False]
    assert [(question.values, question.choices) for question in result.questions] == [
        ((cell,), ("yes", "no"))
    ]
    answered = column("infection", cell, "no", codings={"infection": {cell: "yes"}})
    assert answered.frame["infection"].tolist() == [True, False]


def test_many_words_in_a_flag_are_no_question():
    result = column("infection", *(f"remark {letter}" for letter in "abcdefghij"), "yes")
    assert result.questions == ()
    assert len(result.problems) == 10


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [("治愈出院", "healed"), ("discharged healed", "healed"), ("Healed, discharged", "healed"),
     ("未愈出院", "not healed"), ("discharged, not healed", "not healed"), ("healed d20", "healed"),
     ("Died d22", "died"), ("died d9 (pneumonia)", "died"), ("Died (d 24)†", "died"), ("死亡（第22天）", "died"),
     ("died of sepsis", "died"), ("死亡，感染性休克", "died")],
)  # fmt: skip
def test_an_outcome_in_several_words(cell, outcome):
    result = column("outcome", cell, "healed", "died")
    assert result.frame["outcome"].tolist() == [outcome, "healed", "died"]
    assert result.questions == ()


@pytest.mark.parametrize(
    "cell",
    ["healed (partially)", "death?", "healed then died", "died alive", "lost to follow-up", "转院", "death avoided",
     "痊愈（部分）", "died (suspected)", "almost healed"],
)  # fmt: skip
def test_an_outcome_that_is_not_clear_is_asked_about(cell):
    result = column("outcome", cell, "healed", "died")
    assert result.frame["outcome"].isna().tolist() == [True, False, False]
    assert [question.values for question in result.questions] == [(cell,)]


def test_the_day_of_death_is_taken_from_the_outcome_where_no_column_gives_it():
    result = read(
        "id\toutcome\tday of death",
        "1\tDied d22\t",
        "2\tdied d9 (pneumonia)\t10",
        "3\t死亡（第8天）\t",
        "4\thealed d20\t",
    )
    assert result.frame["death_day"].tolist()[:3] == [22, 10, 8]
    assert result.frame["death_day"].isna().tolist() == [False, False, False, True]
    said = result.problems[result.problems["problem"].str.contains("only the outcome tells")]
    assert said[["row", "severity"]].to_numpy().tolist() == [[2, "warning"], [4, "warning"]]
    alone = column("outcome", "died d22", "healed")
    assert alone.frame["death_day"].tolist()[0] == 22


@pytest.mark.parametrize("word", ["none", "None", "nil", "无"])
def test_none_is_a_no_where_yes_or_no_is_wanted(word):
    result = column("infection", word, "yes", "")
    assert result.frame["infection"].tolist()[:2] == [False, True]
    assert result.frame["infection"].isna().tolist() == [False, False, True]
    assert result.problems.empty


def test_a_legend_in_the_header_explains_its_codes():
    result = read(
        "id\t性别(1=男,2=女)\tOutcome (0=alive, 1=dead)\tArm [1: steroid, 2: steroid + etanercept]\t发热(1=无,2=有)",
        "1\t1\t0\t1\t1",
        "2\t2\t1\t2\t2",
    )
    frame = result.frame
    assert frame["sex"].tolist() == ["male", "female"]
    assert frame["outcome"].tolist() == ["not healed", "died"]
    assert frame["arm"].tolist() == ["corticosteroid", "combination"]
    assert frame["fever"].tolist() == [False, True]
    assert result.questions == ()


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("sex", ("0", "1"), "sex"),
        ("sex", ("1", "2"), "sex"),
        ("arm", ("A", "B"), "arm"),
        ("group", ("1", "2"), "arm"),
        ("分组", ("试验组", "对照组"), "arm"),
        ("outcome", ("0", "1"), "outcome"),
        ("diagnosis", ("1", "2"), "diagnosis"),
        ("是否死亡", ("1", "2"), "outcome"),
        ("TNFi", ("1", "2"), "tnfi_drug"),
        ("arm", ("TNF抑制剂", "TNFi"), "arm"),
    ],
)
def test_codes_that_the_file_does_not_explain_are_asked_about(header, values, field):
    result = column(header, values[0], values[1], values[1])
    assert result.frame[field].isna().all()
    assert [(question.field, question.column, question.values) for question in result.questions] == [
        (field, header, values[::-1])
    ]
    assert len(result.problems) == 1
    assert result.problems["row"][0] == 1


def test_an_answered_question_is_asked_no_more():
    result = column("sex", "0", "1", codings={"sex": {"0": "female", "1": "male"}})
    assert result.frame["sex"].tolist() == ["female", "male"]
    assert result.questions == ()
    assert result.problems.empty
    arms = column(
        "arm", "A", "B", "C", codings={"arm": {"A": "combination", "B": "corticosteroid", "C": "IVIG"}}
    )
    assert arms.frame["arm"].tolist() == ["combination", "corticosteroid", "IVIG"]


def test_an_answer_may_name_the_label_of_a_category():
    result = column("arm", "A", "steroid", codings={"arm": {"A": "Corticosteroids alone"}})
    assert result.frame["arm"].tolist() == ["corticosteroid"] * 2
    assert list(result.frame["arm"].cat.categories) == ["combination", "corticosteroid"]
    overlap = column("diagnosis", "2", codings={"diagnosis": {"2": "SJS/TEN overlap"}})
    assert overlap.frame["diagnosis"].tolist() == ["overlap"]


def test_flags_coded_one_and_two_are_asked_about():
    result = column("fever", "1", "2", "2")
    assert result.frame["fever"].isna().all()
    assert result.questions[0].choices == ("yes", "no")
    answered = column("fever", "1", "2", "2", codings={"fever": {"1": "yes", "2": "no"}})
    assert answered.frame["fever"].tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("header", "field", "yes", "no"),
    [
        ("male", "sex", "male", "female"),
        ("女", "sex", "female", "male"),
        ("死亡", "outcome", "died", "not healed"),
        ("died", "outcome", "died", "not healed"),
        ("存活", "outcome", "not healed", "died"),
    ],
)
def test_a_column_named_after_a_category_holds_yes_or_no(header, field, yes, no):
    result = column(header, "1", "0")
    assert result.frame[field].tolist() == [yes, no]
    assert result.questions == ()


def test_a_letter_with_two_meanings_is_settled_by_its_neighbours():
    assert column("Female", "T", "F").frame["sex"].tolist() == ["female", "male"]
    assert column("Male", "T", "F").frame["sex"].tolist() == ["male", "female"]
    assert column("Female", "M", "F").frame["sex"].tolist() == ["male", "female"]
    alone = column("Female", "F", "F")
    assert alone.frame["sex"].isna().all()
    assert alone.questions[0].values == ("F",)


def test_a_column_named_after_a_drug():
    result = column("依那西普", "是", "否", "0")
    assert result.frame["tnfi_drug"].tolist()[0] == "etanercept"
    assert result.frame["tnfi_drug"].isna().tolist() == [False, True, True]
    assert result.problems.empty


def test_alive_is_healed_where_there_is_a_day_of_healing():
    result = read("id\toutcome\thealing time", "1\t存活\t14", "2\talive\t", "3\tdead\t", "4\talive\t20")
    assert result.frame["outcome"].tolist() == ["healed", "not healed", "died", "healed"]
    assert (
        "A patient recorded as alive counts as healed where the file tells of it, else as not healed."
        in result.table.assumptions
    )


def test_an_unknown_word_in_a_closed_category_is_left_out():
    result = column("sex", "M", "x-ray")
    assert result.frame["sex"].isna().tolist() == [False, True]
    assert queries(result) == [[3, "x-ray", "“x-ray” is no known value of Sex. It was left out."]]
    assert result.problems["advice"][0] == "Write one of: female, male."


@pytest.mark.parametrize(
    ("codings", "error"),
    [
        ({"sex": {"0": "woman"}}, "A value of Sex was given the meaning “woman”."),
        ({"colour": {"0": "red"}}, "The field “colour” was asked for."),
    ],
)
def test_codings_that_cannot_be(codings, error):
    with pytest.raises(CohortError) as refusal:
        column("sex", "0", codings=codings)
    assert refusal.value.asked == error


# ---- units and orders that nothing names -------------------------------------------------------------


def test_a_unit_that_the_header_does_not_name_is_asked_for_with_a_row_before_and_after():
    result = column("Albumin", "3.9", "4.1", "2.8")
    assert result.frame["albumin_g_l"].isna().all()
    (question,) = result.questions
    assert question.choices == ("g/L", "g/dL")
    assert question.sentence == (
        "The header names no unit, and the values suggest another than g/L. Are they in g/L or g/dL? "
        "Row 2 reads 3.9: in g/L it is 3.9 g/L; in g/dL it is 39 g/L."
    )
    answered = column("Albumin", "3.9", "4.1", "2.8", codings={"albumin_g_l": {"unit": "g/dL"}})
    assert answered.frame["albumin_g_l"].tolist() == [39, 41, 28]
    assert (
        "“Albumin” was converted from g/dL to g/L (× 10); row 2: 3.9 became 39." in answered.table.assumptions
    )


@pytest.mark.parametrize(("answer", "values"), [("mg/dL", [16, 4, 21]), ("mg/L", [1.6, 0.4, 2.1])])
def test_a_unit_that_only_the_other_phase_names_is_asked_for(answer, values):
    text = b"id\tCRP acute (mg/dL)\tCRP recovery\n1\t7.9\t1.6\n2\t12.4\t0.4\n3\t9.1\t2.1\n"
    result = assemble(text, "cohort.tsv")
    assert result.frame["crp_mg_l_acute"].tolist() == [79, 124, 91]
    assert result.frame["crp_mg_l_recovery"].isna().all()
    (question,) = result.questions
    assert question.sentence == (
        "The header names no unit, and “CRP acute (mg/dL)” is in mg/dL. Are these values in mg/L or mg/dL? "
        "Row 2 reads 1.6: in mg/L it is 1.6 mg/L; in mg/dL it is 16 mg/L."
    )
    answered = assemble(text, "cohort.tsv", codings={"crp_mg_l_recovery": {"unit": answer}})
    assert answered.frame["crp_mg_l_recovery"].tolist() == values
    assert answered.questions == ()


@pytest.mark.parametrize("unit", ["mg/L", "ug/mL"])
def test_a_unit_of_the_other_phase_that_changes_no_number_is_not_asked_for(unit):
    text = f"id\tCRP acute ({unit})\tCRP recovery\n1\t79\t16\n2\t124\t4\n3\t91\t21\n".encode()
    result = assemble(text, "cohort.tsv")
    assert (result.frame["crp_mg_l_recovery"].tolist(), result.questions) == ([16, 4, 21], ())


@pytest.mark.parametrize(
    ("header", "values", "choices"),
    [
        ("CRP acute", ["4.8", "2.2", "13", "17.6"], ("mg/L", "mg/dL")),
        ("BUN", ["28", "35", "41"], ("mmol/L", "mg/dL")),
        ("Glucose", ["110", "98", "180"], ("mmol/L", "mg/dL")),
        ("体重", ["131", "120", "142"], ("kg", "jin (斤)", "lb")),
        ("CD4 acute", ["35.2", "28.1", "41"], ("/µL", "%")),
        ("detachment", ["0.35", "0.08", "0.4"], ("%", "fraction")),
    ],
)
def test_units_that_overlap_are_told_apart_by_the_median_and_asked(header, values, choices):
    (question,) = column(header, *values).questions
    assert question.choices == choices


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("CRP acute", ["48", "22", "130"]),
        ("CRP acute (mg/L)", ["4.8", "2.2", "3"]),
        ("BUN", ["6", "12", "9"]),
        ("体重", ["65", "58", "71"]),
        ("CD4 acute", ["350", "90", "41"]),
        ("detachment", ["0", "1", "1"]),
    ],
)
def test_usual_values_raise_no_question(header, values):
    assert column(header, *values).questions == ()


def test_cells_that_name_a_unit_of_their_own_are_converted_and_said():
    result = column("Albumin", "39", "3.9 g/dL", "40 g/L")
    assert result.frame["albumin_g_l"].tolist() == [39, 39, 40]
    assert (
        "In “Albumin” 1 cell names g/dL: converted to g/L; row 3: 3.9 became 39." in result.table.assumptions
    )


def test_dates_that_may_be_either_are_asked_for_with_a_row_before_and_after():
    (question,) = column("onset date", "03/05/2023").questions
    assert question.choices == ("day first", "month first")
    assert question.sentence.endswith(
        "Row 2 reads 03/05/2023: day first it is 2023-05-03; month first it is 2023-03-05."
    )


@pytest.mark.parametrize(
    "codings", [{"albumin_g_l": {"unit": "furlong"}}, {"date_onset": {"order": "sideways"}}]
)
def test_answers_that_cannot_be(codings):
    with pytest.raises(CohortError):
        read("id\tAlbumin\tonset date", "1\t39\t03/05/2023", codings=codings)


def test_dates_with_years_of_two_digits_are_asked_for_and_read_by_a_rule_that_is_said():
    text = "id,age,onset date,healing date\n" + "".join(
        f"{i},50,{onset},{healing}\n"
        for i, (onset, healing) in enumerate(
            (("11/3/12", "23-3-5"), ("12/3/13", "23-4-30"), ("11/4/14", "88-4-1"))
        )
    )
    asked = assemble(text.encode(), "a.csv")
    (question,) = asked.questions
    assert question.choices == ("year first", "day first", "month first")
    assert question.sentence == (
        "Which comes first in these dates, the year, the day or the month? "
        "Row 2 reads 11/3/12: year first it is 2011-03-12; day first it is 2012-03-11; month first it is 2012-11-03."
    )
    assert asked.frame["date_onset"].isna().all()
    # a year 2004 or 2005 was before checkpoint inhibitors, so the day stands last; 88 is no year of this century
    assert asked.frame["date_healing"].tolist()[:2] == [
        datetime(2023, 3, 5),
        datetime(2023, 4, 30),
    ]
    left_out = (
        "The year has two digits only, which stand for 2000 to 2049, and reads 88. The date was left out."
    )
    assert left_out in asked.problems["problem"].tolist()
    assert (
        "Dates in “healing date” are written with the year first, the only order that puts them between 2011, "
        "when checkpoint inhibitors came, and 2040." in asked.table.assumptions
    )
    answered = assemble(text.encode(), "a.csv", codings={"date_onset": {"order": "day first"}})
    assert answered.frame["date_onset"].tolist() == [
        datetime(2012, 3, 11),
        datetime(2013, 3, 12),
        datetime(2014, 4, 11),
    ]
    said = " ".join(answered.table.assumptions)
    assert (
        "In “onset date” 3 cells (the first in row 2) give the year with two digits: read as 20__ (2000 to 2049)."
        in said
    )
    assert "In “healing date” 2 cells" in said


def test_the_highest_temperature_of_a_range_is_its_upper_end():
    result = column("peak temperature", "37.8-40.1", "38.5度", "39")
    assert result.frame["peak_temp_c"].tolist() == [40.1, 38.5, 39]
    assert result.problems[["row", "severity"]].to_numpy().tolist() == [[2, "note"]]


def test_weeks_of_a_duration_are_days_and_said():
    result = column("steroid duration", "2w", "14", "3周")
    assert result.frame["steroid_duration_days"].tolist() == [14, 14, 21]
    assert any("2 cells name weeks" in said for said in result.table.assumptions)


# ---- as above ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["〃", '""""', "同上", "Ditto"])
def test_as_above_repeats_the_cell_above(mark):
    result = read(
        "id,sex,arm,bmi", f"1,F,steroid,{mark}", f"2,{mark},{mark},21", f"3,M,{mark},{mark}", f"4,{mark},,"
    )
    assert result.frame["arm"].astype(object).where(result.frame["arm"].notna(), None).tolist() == [
        *["corticosteroid"] * 3,
        None,
    ]
    assert result.frame["sex"].tolist() == ["female", "female", "male", "male"]
    assert result.frame["bmi"].isna().tolist() == [True, False, False, True]
    shown = mark.strip('"') or '"'
    assert (
        f"In “arm” 2 cells say that the one above holds too (“{shown}”, row 3), and were read so."
        in result.table.assumptions
    )
    assert result.problems["value"].tolist() == [shown]  # the first row has nothing above it
