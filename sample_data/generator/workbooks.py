"""The sample as workbooks: as it stands, and as a clinic might have kept it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import pandas as pd
from xlsxwriter import Workbook

#: Written into the files in place of the time, so that two runs give the same bytes.
MADE = datetime(2024, 6, 1)

TITLE = "irEN 病例登记表 2021-2023 (合成数据, 非真实患者)"
NOTES = (
    "说明 / notes",
    "本表为程序生成的合成数据, 不含任何真实患者信息.",
    "Synthetic data made by sample_data/make_sample.py; no real patient.",
    "分组: 联合组 = 激素 + TNF 抑制剂; 激素组 = 单用激素. 前 = 急性期, 后 = 恢复期.",
)

WORDS = {
    "sex": {"male": "男", "female": "女"},
    "arm": {"combination": "联合组", "corticosteroid": "激素组"},
    "outcome": {"died": "死亡", "healed": "痊愈"},
    "tnfi_drug": {"etanercept": "依那西普", "infliximab": "英夫利昔单抗"},
    "fever": {"yes": "是", "no": "否"},
    "mucositis": {"yes": "有", "no": "无"},
    "ivig": {"yes": "是", "no": "否"},
    "infection": {"yes": "有", "no": "无"},
    "dic": {"yes": "+", "no": "-"},
    "gi_bleeding": {"yes": "+", "no": "-"},
    "respiratory_failure": {"yes": "+", "no": "-"},
    "malignancy_type": {
        "lung": "肺癌",
        "gastrointestinal": "消化道肿瘤",
        "hepatocellular": "肝细胞癌",
        "thymoma": "胸腺瘤",
        "scrotal adenocarcinoma": "阴囊腺癌",
        "malignant mesothelioma": "恶性间皮瘤",
        "retroperitoneal carcinoma": "腹膜后癌",
    },
    "ici_drug": {
        "sintilimab": "信迪利单抗",
        "pembrolizumab": "帕博利珠单抗",
        "camrelizumab": "卡瑞利珠单抗",
        "tislelizumab": "替雷利珠单抗",
        "serplulimab": "斯鲁利单抗",
        "toripalimab": "特瑞普利单抗",
        "durvalumab": "度伐利尤单抗",
        "ipilimumab": "伊匹木单抗",
    },
}

#: Header in the clinic's sheet -> field. One header stands there twice, as happens when columns are pasted.
MESSY_COLUMNS = (
    ("病例号", "patient_id"),
    ("性别 ", "sex"),
    ("年龄(岁)", "age_years"),
    ("身高(cm)", "height_cm"),
    ("体重(kg)", "weight_kg"),
    ("BMI", "bmi"),
    ("肿瘤类型", "malignancy_type"),
    ("PD-1抑制剂", "ici_drug"),
    ("免疫治疗次数", "ici_cycles"),
    ("潜伏期(天)", "latency_days"),
    ("诊断", "diagnosis"),
    ("分组", "arm"),
    ("TNF抑制剂", "tnfi_drug"),
    ("是否发热", "fever"),
    ("最高体温(℃)", "peak_temp_c"),
    ("粘膜受累", "mucositis"),
    ("红斑面积(%)", "erythema_bsa_pct"),
    ("剥脱面积(%BSA)", "detachment_bsa_pct"),
    ("SCORTEN评分", "scorten"),
    ("白蛋白(g/L)", "albumin_g_l"),
    ("泼尼松等效剂量(mg/d)", "prednisone_eq_mg_day"),
    ("是否使用IVIG", "ivig"),
    ("入院日期", "date_admission"),
    ("激素开始日期", "date_steroid_start"),
    ("愈合时间(天)", "reepithelization_days"),
    ("激素使用天数", "steroid_duration_days"),
    ("Cumulative prednisone dose (mg)", "cumulative_prednisone_mg"),
    ("转归", "outcome"),
    ("死亡日期", "date_death"),
    ("末次随访日期", "date_last_followup"),
    ("感染", "infection"),
    ("DIC", "dic"),
    ("消化道出血", "gi_bleeding"),
    ("呼吸衰竭", "respiratory_failure"),
    ("CRP前", "crp_mg_l_acute"),
    ("CRP后", "crp_mg_l_recovery"),
    ("SF(ng/ml)前", "ferritin_ng_ml_acute"),
    ("SF(ng/ml)后", "ferritin_ng_ml_recovery"),
    ("IL-6(pg/ml)急性期", "il6_pg_ml_acute"),
    ("IL-6(pg/ml)恢复期", "il6_pg_ml_recovery"),
    ("TNF-α(pg/ml)急性期", "tnfa_pg_ml_acute"),
    ("TNF-α(pg/ml)恢复期", "tnfa_pg_ml_recovery"),
    ("CD3绝对值_pre", "cd3_cells_ul_acute"),
    ("CD3绝对值_post", "cd3_cells_ul_recovery"),
    ("CD4+ T (cells/ul) acute", "cd4_cells_ul_acute"),
    ("CD4+ T (cells/ul) recovery", "cd4_cells_ul_recovery"),
    ("CD8+ T (cells/ul) acute", "cd8_cells_ul_acute"),
    ("CD8+ T (cells/ul) recovery", "cd8_cells_ul_recovery"),
    ("NK细胞前", "nk_cells_ul_acute"),
    ("NK细胞后", "nk_cells_ul_recovery"),
    ("白蛋白(g/L)", "albumin_g_l"),
    ("数据来源", "data_origin"),
)
HEADER_ROW = 2  # below the title and an empty row


def sample_xlsx(frame: pd.DataFrame) -> bytes:
    """The cohort on one sheet, canonical column names, dates as Excel dates."""

    def write(workbook: Workbook) -> None:
        date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet = workbook.add_worksheet("Patients")
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, frame.columns)
        for column, name in enumerate(frame):
            for row, value in enumerate(frame[name], start=1):
                _write(sheet, row, column, value, date)

    return _workbook("Synthetic irEN sample cohort", write)


def messy_xlsx(frame: pd.DataFrame) -> bytes:
    """The same patients under a title row, Chinese and English headers, codings, and everyday slips."""

    def write(workbook: Workbook) -> None:
        date = workbook.add_format({"num_format": "yyyy/m/d"})
        workbook.add_worksheet("说明").write_column(0, 0, NOTES)
        sheet = workbook.add_worksheet("患者数据")
        sheet.write_string(0, 0, TITLE)
        for column, (header, name) in enumerate(MESSY_COLUMNS):
            sheet.write_string(HEADER_ROW, column, header)
            for row, value in enumerate(_as_kept(name, frame[name])):
                _write(sheet, HEADER_ROW + 1 + row, column, value, date)

    return _workbook("Synthetic irEN sample cohort, messy", write)


def _as_kept(name: str, values: pd.Series) -> list[Any]:
    """The values of one column as the clinic wrote them, with its slips."""
    words = WORDS.get(name)
    kept = [words.get(value, value) if words else value for value in values]
    for row, slip in SLIPS.get(name, {}).items():
        kept[row] = slip(kept[row])
    if name.startswith("il6"):
        kept = [f"<{IL6_LIMIT}" if value < IL6_LIMIT else value for value in kept]
    return kept


def _dotted(date: pd.Timestamp) -> str:
    return f"{date.year}.{date.month}.{date.day}"


def _trailing_space(value: object) -> str:
    return f"{value} "


def _full_width(value: object) -> str:
    return str(value).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


#: Below this the assay gives no number (pg/mL).
IL6_LIMIT = 2.0

#: Field -> row -> what went wrong when the value was typed. No slip touches a field of the headline numbers
#: in a way that changes its value: the decimal point is lost from a temperature only.
SLIPS: dict[str, dict[int, Callable[[Any], Any]]] = {
    "patient_id": {4: _trailing_space, 11: _trailing_space},
    "diagnosis": {2: _trailing_space, 12: str.lower},
    "arm": {6: _trailing_space},
    "age_years": {3: _full_width, 17: _full_width},
    "scorten": {8: _full_width},
    "reepithelization_days": {15: _trailing_space, 20: _full_width},
    "peak_temp_c": {8: lambda celsius: round(celsius * 10)},
    "date_admission": dict.fromkeys(range(0, 32, 3), _dotted),
    "date_steroid_start": dict.fromkeys(range(14, 32), _dotted),
}


def _write(sheet: Any, row: int, column: int, value: Any, date: Any) -> None:
    if pd.isna(value):
        return
    if isinstance(value, pd.Timestamp):
        sheet.write_datetime(row, column, value.to_pydatetime(), date)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)


def _workbook(title: str, write: Callable[[Workbook], None]) -> bytes:
    stream = BytesIO()
    workbook = Workbook(stream, {"in_memory": True})
    workbook.set_properties({"title": title, "created": MADE})
    write(workbook)
    workbook.close()
    return stream.getvalue()
