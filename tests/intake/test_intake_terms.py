"""Headers as three clinics write them, understood by the words that they are made of; and headers that only look so."""

from __future__ import annotations

import pytest

from iren_core.intake import Assembled, assemble, match_columns, read_table
from iren_core.intake.match import field_called, recognised

ABBREVIATED = """
record_id=R01|R02|R03 -> patient_id
pt_age=61|70|55 -> age_years
gender=F|M|M -> sex
primary_cancer=NSCLC|HCC|gastric -> malignancy_type
stage=IV|III|IV -> tumor_stage
io_agent=pembrolizumab|sintilimab|nivolumab -> ici_drug
n_io_doses=3|1|2 -> ici_cycles
io_to_rash_days=21|14|30 -> latency_days
derm_dx=SJS|TEN|SJS/TEN overlap -> diagnosis
tx_arm=steroid|steroid + etanercept|steroid -> arm
tnf_agent=|etanercept| -> tnfi_drug
max_bsa_detached=5|40|22 -> detachment_bsa_pct
scorten_d1=1|3|2 -> scorten
hr_admit=98|121|110 -> heart_rate
bun_mmol=5.1|11.2|8 -> urea_mmol_l
glu_mmol=6.1|8.2|15 -> glucose_mmol_l
hco3_mmol=24|19|22 -> bicarbonate_mmol_l
creat_umol=66|120|80 -> creatinine_umol_l
ivig_given=n|y|n -> ivig
days_to_reepi=12|20|15 -> reepithelization_days
skin_healed=y|n|y -> healed
steroid_days=30|18|25 -> steroid_duration_days
dispo=healed|died|healed -> outcome
day_of_death=|18| -> death_day
cause_of_death=|sepsis| -> death_cause
fu_days=180|18|90 -> followup_days
los_days=20|18|22 -> hospital_days
any_infection=n|y|n -> infection
organism=|MRSA| -> infection_pathogen
resp_failure=n|y|n -> respiratory_failure
gib=n|n|n -> gi_bleeding
tmax=38.2|39.4|38.8 -> peak_temp_c
oral_mucosa=y|y|y -> mucosa_oral
eye_involvement=y|n|y -> mucosa_ocular
crp_baseline=55|130|70 -> crp_mg_l_acute
crp_discharge=4|80|6 -> crp_mg_l_recovery
il6_baseline=30|200|45 -> il6_pg_ml_acute
il6_discharge=5|150|6 -> il6_pg_ml_recovery
ferritin_baseline=400|2000|700 -> ferritin_ng_ml_acute
ferritin_discharge=300|1800|350 -> ferritin_ng_ml_recovery
wbc_adm=6|12|4 -> wbc
anc=4|10|2.5 -> neutrophils
alc=1.1|0.5|0.9 -> lymphocytes
aec=0.1|0|0.2 -> eosinophils
hgb_g_l=120|99|131 -> hemoglobin_g_l
plt=220|90|180 -> platelets
alb_g_l=34|25|30 -> albumin_g_l
alt=30|88|41 -> alt_u_l
"""

CHINESE = """
序号=1|2|3 -> patient_id
性别=男|女|男 -> sex
年龄=61|70|55 -> age_years
身高=170|158|166 -> height_cm
体重=66|50|71 -> weight_kg
肿瘤诊断=肺癌|肝癌|胃癌 -> malignancy_type
肿瘤分期=IV|III|IV -> tumor_stage
PD-1单抗=信迪利单抗|卡瑞利珠单抗|帕博利珠单抗 -> ici_drug
用药周期数=3|1|2 -> ici_cycles
用药至发疹间隔（天）=21|14|30 -> latency_days
皮损类型=SJS|TEN|SJS/TEN重叠 -> diagnosis
治疗分组=激素|激素+依那西普|激素 -> arm
TNF-α抑制剂=|依那西普| -> tnfi_drug
发热=有|有|无 -> fever
最高体温℃=38.2|39.4|37.8 -> peak_temp_c
黏膜受累=有|有|有 -> mucositis
受累黏膜数=2|3|1 -> mucosal_sites_n
口腔=有|有|有 -> mucosa_oral
眼=有|无|有 -> mucosa_ocular
外阴=有|无|无 -> mucosa_genital
红斑面积%=40|80|60 -> erythema_bsa_pct
表皮剥脱%=5|40|22 -> detachment_bsa_pct
尼氏征=阳性|阳性|阴性 -> nikolsky
SCORTEN总分=1|3|2 -> scorten
心率（次/分）=98|121|110 -> heart_rate
尿素氮mmol/L=5.1|11.2|8 -> urea_mmol_l
血糖=6.1|8.2|15 -> glucose_mmol_l
碳酸氢根=24|19|22 -> bicarbonate_mmol_l
肌酐=66|120|80 -> creatinine_umol_l
甲泼尼龙最大剂量(mg/d)=80|120|80 -> methylprednisolone_mg_day
丙球=有|无|无 -> ivig
皮损愈合所需天数=12||15 -> reepithelization_days
激素总疗程（天）=30|18|25 -> steroid_duration_days
激素累积量（mg泼尼松）=1500|1800|1300 -> cumulative_prednisone_mg
结局=愈合|死亡|愈合 -> outcome
死亡原因=|脓毒症| -> death_cause
随访时间（天）=180|18|90 -> followup_days
住院时长（天）=20|18|22 -> hospital_days
合并感染=无|有|无 -> infection
病原体=|MRSA| -> infection_pathogen
弥散性血管内凝血=无|有|无 -> dic
消化道出血=无|无|无 -> gi_bleeding
呼衰=无|有|无 -> respiratory_failure
白细胞计数=6|12|4 -> wbc
中性粒细胞=4|10|2.5 -> neutrophils
血红蛋白=120|99|131 -> hemoglobin_g_l
血小板=220|90|180 -> platelets
白蛋白=34|25|30 -> albumin_g_l
谷丙转氨酶=30|88|41 -> alt_u_l
治疗前CRP=55|130|70 -> crp_mg_l_acute
治疗后CRP=4|80|6 -> crp_mg_l_recovery
治疗前铁蛋白=400|2000|700 -> ferritin_ng_ml_acute
治疗后铁蛋白=300|1800|350 -> ferritin_ng_ml_recovery
入院IL-6=30|200|45 -> il6_pg_ml_acute
恢复期IL-6=5|150|6 -> il6_pg_ml_recovery
入院CD4绝对值=300|150|220 -> cd4_cells_ul_acute
出院CD4绝对值=500|180|400 -> cd4_cells_ul_recovery
首次PD-1治疗日期=2023-01-02|2023-02-03|2023-03-01 -> date_ici_first
末次PD-1治疗日期=2023-02-02|2023-03-03|2023-04-01 -> date_ici_last
皮疹出现日期=2023-02-10|2023-03-20|2023-05-01 -> date_onset
住院日期=2023-02-12|2023-03-22|2023-05-03 -> date_admission
激素起始日=2023-02-13|2023-03-22|2023-05-03 -> date_steroid_start
皮损控制日期=2023-02-18|2023-04-02|2023-05-10 -> date_stabilization
出院时间=2023-03-12|2023-04-09|2023-05-30 -> date_discharge
死亡时间=|2023-04-09| -> date_death
末次随访=2023-09-12|2023-04-09|2023-08-30 -> date_last_followup
"""

SENTENCES = """
Study number=1|2|3 -> patient_id
Sex (0 = male, 1 = female)=0|1|0 -> sex
Age at presentation (years)=61|70|55 -> age_years
BMI (kg/m²)=22|25|30 -> bmi
Underlying malignancy=lung|liver|gastric -> malignancy_type
Checkpoint inhibitor=pembrolizumab|sintilimab|nivolumab -> ici_drug
Number of infusions before onset=3|1|2 -> ici_cycles
Latency from last infusion (days)=21|14|30 -> latency_days
ALDEN score=3|5|4 -> alden
Final diagnosis=SJS|TEN|overlap -> diagnosis
Therapy received=corticosteroids|corticosteroids + TNF inhibitor|corticosteroids -> arm
Anti-TNF agent=|infliximab| -> tnfi_drug
Day anti-TNF started=|2| -> tnfi_start_day
Fever > 38 °C=yes|yes|no -> fever
Highest temperature (°C)=38.2|39.4|37.8 -> peak_temp_c
Mucosal involvement=yes|yes|yes -> mucositis
Mucosae affected (n)=2|3|1 -> mucosal_sites_n
Ocular involvement=yes|no|yes -> mucosa_ocular
Genital involvement=no|no|yes -> mucosa_genital
Nikolsky sign=+|+|- -> nikolsky
Erythema (% BSA)=40|80|60 -> erythema_bsa_pct
Epidermal detachment (% BSA)=5|40|22 -> detachment_bsa_pct
SCORTEN within 24 h=1|3|2 -> scorten
Predicted mortality (%)=3.2|35.3|12.1 -> predicted_mortality_pct
Pulse (bpm)=98|121|110 -> heart_rate
Serum urea (mmol/L)=5.1|11.2|8 -> urea_mmol_l
Serum glucose (mmol/L)=6.1|8.2|15 -> glucose_mmol_l
Serum bicarbonate (mmol/L)=24|19|22 -> bicarbonate_mmol_l
Starting prednisone-equivalent dose (mg/kg/day)=1|2|1.5 -> prednisone_eq_mg_kg_day
Peak prednisone equivalent, mg/day=60|100|80 -> prednisone_eq_mg_day
IVIg (yes/no)=no|yes|no -> ivig
Total IVIg dose (g/kg)=0|2|0 -> ivig_cumulative_g_kg
Time to complete re-epithelialisation (days)=12||15 -> reepithelization_days
Complete healing=yes|no|yes -> healed
Duration of systemic steroids (days)=30|18|25 -> steroid_duration_days
Total steroid dose (mg prednisone)=1500|1800|1300 -> cumulative_prednisone_mg
Vital status at last contact=alive|dead|alive -> outcome
Day of death=|18| -> death_day
Length of follow-up (days)=180|18|90 -> followup_days
Length of stay (days)=20|18|22 -> hospital_days
Nosocomial infection=no|yes|no -> infection
Onset of infection (day)=|9| -> infection_onset_day
Respiratory failure=no|yes|no -> respiratory_failure
Other organ failure=no|yes|no -> organ_failure_other
CRP at onset (mg/L)=55|130|70 -> crp_mg_l_acute
CRP after recovery (mg/L)=4|80|6 -> crp_mg_l_recovery
TNF-alpha, acute (pg/mL)=10|30|12 -> tnfa_pg_ml_acute
TNF-alpha, recovery (pg/mL)=5|20|8 -> tnfa_pg_ml_recovery
NK cells acute phase (/µL)=100|50|80 -> nk_cells_ul_acute
NK cells recovery phase (/µL)=150|60|180 -> nk_cells_ul_recovery
CD8+ T cells, acute (cells/µL)=300|150|220 -> cd8_cells_ul_acute
CD8+ T cells, recovery (cells/µL)=500|180|400 -> cd8_cells_ul_recovery
First ICI dose=2023-01-02|2023-02-03|2023-03-01 -> date_ici_first
Most recent ICI dose=2023-02-02|2023-03-03|2023-04-01 -> date_ici_last
Date rash appeared=2023-02-10|2023-03-20|2023-05-01 -> date_onset
Date admitted=2023-02-12|2023-03-22|2023-05-03 -> date_admission
Steroids commenced=2023-02-13|2023-03-22|2023-05-03 -> date_steroid_start
Disease arrest=2023-02-18|2023-04-02|2023-05-10 -> date_stabilization
Fully re-epithelialised on=2023-02-28||2023-05-20 -> date_healing
Steroids stopped=2023-03-28|2023-04-09|2023-06-20 -> date_steroid_stop
Last seen=2023-09-12|2023-04-09|2023-08-30 -> date_last_followup
"""

SHORT = """
Pat. No.=1|2|3 -> patient_id
Gender=m|f|m -> sex
Age [y]=61|70|55 -> age_years
Tumour entity=lung|liver|gastric -> malignancy_type
UICC stage=IV|III|IV -> tumor_stage
Checkpoint inhibitor used=pembrolizumab|sintilimab|nivolumab -> ici_drug
Cycles of ICI received=3|1|2 -> ici_cycles
Days between last ICI and rash=21|14|30 -> latency_days
Treatment strategy=steroid|steroid + etanercept|steroid -> arm
Fever (y/n)=y|y|n -> fever
Body temp max=38.2|39.4|37.8 -> peak_temp_c
Oral lesions=y|y|n -> mucosa_oral
Eye lesions=y|n|n -> mucosa_ocular
Genital lesions=y|n|n -> mucosa_genital
Detached BSA at maximum (%)=5|40|22 -> detachment_bsa_pct
Erythematous BSA (%)=40|80|60 -> erythema_bsa_pct
SCORTEN (0-7)=1|3|2 -> scorten
Heart rate on admission=98|121|110 -> heart_rate
BUN (mmol/L)=5.1|11.2|8 -> urea_mmol_l
Blood glucose=6.1|8.2|15 -> glucose_mmol_l
Bicarb=24|19|22 -> bicarbonate_mmol_l
Serum creatinine umol/L=66|120|80 -> creatinine_umol_l
Max. prednisone equivalent (mg/d)=60|100|80 -> prednisone_eq_mg_day
IVIG used=no|yes|no -> ivig
Time until re-epithelialization (d)=12||15 -> reepithelization_days
Healed (1/0)=1|0|1 -> healed
Steroid therapy duration (d)=30|18|25 -> steroid_duration_days
Cumulative steroid dose (mg prednisone eq.)=1500|1800|1300 -> cumulative_prednisone_mg
Final status=healed|died|healed -> outcome
Died on day=|18| -> death_day
Follow up (d)=180|18|90 -> followup_days
Hospital stay (d)=20|18|22 -> hospital_days
Infectious complication=no|yes|no -> infection
Day of infection onset=|9| -> infection_onset_day
Causative pathogen=|MRSA| -> infection_pathogen
GI haemorrhage=no|no|no -> gi_bleeding
Respiratory insufficiency=no|yes|no -> respiratory_failure
Ferritin (acute) ng/mL=400|2000|700 -> ferritin_ng_ml_acute
Ferritin (recovered) ng/mL=300|1800|350 -> ferritin_ng_ml_recovery
IL6 day0=30|200|45 -> il6_pg_ml_acute
IL6 day14=5|150|6 -> il6_pg_ml_recovery
Date of 1st ICI=2023-01-02|2023-02-03|2023-03-01 -> date_ici_first
Start of rash=2023-02-10|2023-03-20|2023-05-01 -> date_onset
Admission to hospital=2023-02-12|2023-03-22|2023-05-03 -> date_admission
Steroid initiation=2023-02-13|2023-03-22|2023-05-03 -> date_steroid_start
Discharged=2023-03-12||2023-05-30 -> date_discharge
Last contact=2023-09-12|2023-04-09|2023-08-30 -> date_last_followup
"""

CHINESE_SHORT = """
编号=1|2|3 -> patient_id
性别(1男2女)=1|2|1 -> sex
年龄（周岁）=61|70|55 -> age_years
身高(m)=1.7|1.58|1.66 -> height_cm
体重kg=66|50|71 -> weight_kg
恶性肿瘤种类=肺癌|肝癌|胃癌 -> malignancy_type
临床分期=IV|III|IV -> tumor_stage
免疫药物=信迪利单抗|卡瑞利珠单抗|帕博利珠单抗 -> ici_drug
免疫治疗周期=3|1|2 -> ici_cycles
末次免疫治疗至发病天数=21|14|30 -> latency_days
药疹分型=SJS|TEN|SJS/TEN重叠 -> diagnosis
用药组别=激素|激素+依那西普|激素 -> arm
生物制剂=|依那西普| -> tnfi_drug
入院时体温=38.2|39.4|37.8 -> peak_temp_c
有无发热=有|有|无 -> fever
口腔受累=有|有|有 -> mucosa_oral
眼部受累=有|无|有 -> mucosa_ocular
生殖器受累=有|无|无 -> mucosa_genital
皮疹占体表面积%=40|80|60 -> erythema_bsa_pct
剥脱占体表面积%=5|40|22 -> detachment_bsa_pct
SCORTEN=1|3|2 -> scorten
入院心率=98|121|110 -> heart_rate
血尿素=5.1|11.2|8 -> urea_mmol_l
随机血糖=6.1|8.2|15 -> glucose_mmol_l
HCO3=24|19|22 -> bicarbonate_mmol_l
血肌酐umol/L=66|120|80 -> creatinine_umol_l
泼尼松最大剂量mg/d=60|100|80 -> prednisone_eq_mg_day
IVIG（有/无）=有|无|无 -> ivig
愈合所需时间=12||15 -> reepithelization_days
是否完全愈合=是|否|是 -> healed
激素治疗总天数=30|18|25 -> steroid_duration_days
泼尼松总剂量=1500|1800|1300 -> cumulative_prednisone_mg
最终转归=愈合|死亡|愈合 -> outcome
死亡距首次激素天数=|18| -> death_day
随访天数=180|18|90 -> followup_days
总住院天数=20|18|22 -> hospital_days
继发感染（是/否）=否|是|否 -> infection
感染发生时间（天）=|9| -> infection_onset_day
致病菌=|MRSA| -> infection_pathogen
呼吸衰竭=否|是|否 -> respiratory_failure
DIC（是/否）=否|是|否 -> dic
CRP入院=55|130|70 -> crp_mg_l_acute
CRP出院=4|80|6 -> crp_mg_l_recovery
白介素6（急性期）=30|200|45 -> il6_pg_ml_acute
白介素6（恢复期）=5|150|6 -> il6_pg_ml_recovery
NK细胞计数急性期=100|50|80 -> nk_cells_ul_acute
NK细胞计数恢复期=150|60|180 -> nk_cells_ul_recovery
第一次PD-1时间=2023-01-02|2023-02-03|2023-03-01 -> date_ici_first
发病日期=2023-02-10|2023-03-20|2023-05-01 -> date_onset
入院日期=2023-02-12|2023-03-22|2023-05-03 -> date_admission
激素首次应用日期=2023-02-13|2023-03-22|2023-05-03 -> date_steroid_start
完全愈合日期=2023-02-28||2023-05-20 -> date_healing
激素停用时间=2023-03-28|2023-04-09|2023-06-20 -> date_steroid_stop
出院日期=2023-03-12|2023-04-09|2023-05-30 -> date_discharge
最后一次随访时间=2023-09-12|2023-04-09|2023-08-30 -> date_last_followup
"""


def table(text: str) -> tuple[dict[str, str], str]:
    """The field of each column, and the file: a line is "header=value|value|value -> field"."""
    fields, columns = {}, []
    for line in text.strip().splitlines():
        column, field = line.rsplit(" -> ", 1)
        header, values = column.rsplit("=", 1)
        fields[header] = field
        columns.append([header, *values.split("|")])
    return fields, "\n".join("\t".join(cells) for cells in zip(*columns, strict=True))


def used(text: str) -> dict[str, str | None]:
    matches = match_columns(read_table(text.encode(), "clinic.txt"))
    return {match.column: match.field if match.used else None for match in matches}


@pytest.mark.parametrize(
    "text",
    [ABBREVIATED, CHINESE, SENTENCES, SHORT, CHINESE_SHORT],
    ids=["abbreviated", "Chinese", "sentences", "short", "Chinese and short"],
)
def test_every_column_of_a_clinic_is_understood_without_a_click(text: str) -> None:
    fields, file = table(text)
    assert used(file) == fields


#: Each names something that no field holds, or may mean two things.
OTHERS = """
Type of infection; Infection site; Cause of infection; Date of first infection; Infection control
Infection treatment; Number of infections; 感染部位; 既往感染; 感染控制时间; 二次感染
Steroid allergy; Previous steroid use; Steroid tapering start date; Steroid stop reason; Topical steroids
Steroid dose at discharge; Time to steroid; Steroid time; Oral steroid start date; 激素减量开始日期; 出院激素剂量
Tumor size; Tumor diagnosis date; Date of cancer diagnosis; 肿瘤诊断日期; Diagnosis date
ICI restart; Rechallenge date; Second ICI dose date; ICI total dose; Time from ICI to steroid; ICI to TNFi days
Days of fever; Fever duration; 发热天数; 退热时间; Age at death; 死亡年龄; Onset of death; Death in hospital
TNF level; TNF-α水平; TNFi dose; Time to TNFi from admission; 生物制剂使用时间（入院第几天）
Time from rash to admission; Days from onset to admission; 发病至入院天数; 住院次数; 总住院费用; Hospital name; ICU days
Healing with scar; Ocular sequelae; 眼部后遗症; 皮疹部位; Rash treatment; 复发日期; Complete blood count
IVIG time; IVIG start; CRP max (mg/L); Category
Heart rate change; delta CRP; Weight loss; Total score; Skin score; Start; Dose; Time; 用药; 日期
"""
HEADERS = [header.strip() for line in OTHERS.strip().splitlines() for header in line.split(";")]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(
    "values", [("5", "12", "9"), ("2023-01-05", "2023-02-03", "2023-04-05")], ids=["numbers", "dates"]
)
def test_a_header_with_a_word_more_is_never_taken(header: str, values: tuple[str, ...]) -> None:
    rows = "".join(f"\nP{place}\t{value}" for place, value in enumerate(values))
    assert used(f"Patient ID\t{header}{rows}")[header] is None


@pytest.mark.parametrize(
    ("header", "value", "field"),
    [
        ("Steroids commenced", "2023-02-13", "date_steroid_start"),
        ("Steroids commenced", "13", None),
        ("Date rash appeared", "13", None),
        ("Skin healed", "2023-02-28", "date_healing"),
        ("Skin healed", "yes", "healed"),
        ("TNFi given", "etanercept", "tnfi_drug"),
        ("TNFi given", "2023-02-28", "date_tnfi_start"),
        ("TNFi given", "50", None),
        ("Peak prednisone dose (mg/day)", "80", "prednisone_eq_mg_day"),
        ("Peak prednisone dose (mg/kg/day)", "1.5", "prednisone_eq_mg_kg_day"),
        ("Peak prednisone dose (mg/day)", "high", None),
    ],
)
def test_values_decide_what_the_words_leave_open(header: str, value: str, field: str | None) -> None:
    assert used(f"Patient ID\t{header}\nP1\t{value}\nP2\t{value}")[header] == field


def test_a_value_is_no_header_because_its_words_are_known() -> None:
    assert not recognised("Steroids commenced")
    assert recognised("Date steroids commenced")


@pytest.mark.parametrize(
    "header", ["前白蛋白", "前白蛋白（mg/L）", "Prealbumin", "Pre-albumin (g/L)", "Pre albumin"]
)
def test_prealbumin_is_no_albumin(header: str) -> None:
    match = match_columns(read_table(f"ID\t{header}\n1\t32\n2\t35\n3\t41\n".encode(), "cohort.txt"))[1]
    assert not match.used


@pytest.mark.parametrize("header", ["治疗前白蛋白", "Pre-treatment albumin", "白蛋白（治疗前）"])
def test_albumin_before_treatment_is_albumin(header: str) -> None:
    match = match_columns(read_table(f"ID\t{header}\n1\t32\n2\t35\n3\t41\n".encode(), "cohort.txt"))[1]
    assert (match.field, match.used) == ("albumin_g_l", True)


@pytest.mark.parametrize(
    "header",
    ["HR<120", "BSA<10%", "Age<40", "血糖<14", "心率＜120", "年龄<40", "SCORTEN age < 40", "HCO3>=20"],
)
def test_an_item_of_scorten_turned_round_is_not_taken_as_the_item(header: str) -> None:
    match = match_columns(read_table(f"ID\t{header}\n1\t1\n2\t0\n3\t1\n".encode(), "cohort.txt"))[1]
    assert not match.used


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("HR>120", "scorten_hr"),
        ("BSA>10%", "scorten_bsa"),
        ("年龄≥40", "scorten_age"),
        ("HCO3<20", "scorten_hco3"),
    ],
)
def test_an_item_of_scorten_with_its_limit_is_taken(header: str, field: str) -> None:
    match = match_columns(read_table(f"ID\t{header}\n1\t1\n2\t0\n3\t1\n".encode(), "cohort.txt"))[1]
    assert (match.field, match.used) == (field, True)


@pytest.mark.parametrize(
    "header",
    [
        "淋巴细胞百分比",
        "淋巴细胞百分率",
        "淋巴细胞（百分比）",
        "中性粒细胞占比",
        "嗜酸性粒细胞比例",
        "急性期CD4百分比",
        "Lymphocyte percentage",
        "Percent lymphocytes",
        "Neutrophil pct",
        "CD4 percentage acute",
        "CD4+ (% of lymphocytes) acute",
    ],
)
def test_a_percentage_in_words_is_no_count(header: str) -> None:
    rows = "".join(f"{number}\t{4.2 + number}\n" for number in range(4))
    match = match_columns(read_table(f"ID\t{header}\n{rows}".encode(), "cohort.txt"))[1]
    assert match.field is None
    assert field_called(header) is None


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("表皮剥脱面积百分比", "detachment_bsa_pct"),
        ("Detachment percentage", "detachment_bsa_pct"),
        ("Predicted mortality percentage", "predicted_mortality_pct"),
        ("Steroid duration", "steroid_duration_days"),
    ],
)
def test_a_percentage_in_words_is_taken_where_one_is_wanted(header: str, field: str) -> None:
    rows = "".join(f"{number}\t{12 + number}\n" for number in range(4))
    match = match_columns(read_table(f"ID\t{header}\n{rows}".encode(), "cohort.txt"))[1]
    assert (match.field, match.used) == (field, True)


def read(header: str, *cells: str) -> Assembled:
    """A cohort of patients with these cells beside their number."""
    rows = "".join(f"{number}\t{cell}\n" for number, cell in enumerate(cells))
    return assemble(f"ID\t{header}\n{rows}".encode(), "cohort.txt")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Cancer (stage)", ("HCC (IV)", "NSCLC (IIIB)", "gastric (IV)")),
        ("肿瘤（分期）", ("肝癌 IV期", "肺癌 III期", "胃癌")),
    ],
)
def test_a_malignancy_with_its_stage_is_not_lost_as_a_stage(header: str, cells: tuple[str, ...]) -> None:
    match = read(header, *cells).matches[-1]
    assert (match.field, match.how) == ("malignancy_type", "similar")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Cancer (stage)", ("IV", "IIIB", "ES")),
        ("肿瘤（分期）", ("IV期", "局部晚期", "Ⅲ期")),
        ("Tumor stage", ("T2N1M0", "ypT1aN0", "locally advanced")),
    ],
)
def test_a_stage_in_any_words_is_a_stage(header: str, cells: tuple[str, ...]) -> None:
    match = read(header, *cells).matches[-1]
    assert (match.field, match.used) == ("tumor_stage", True)


def test_how_a_patient_left_is_the_outcome_and_asked_where_that_does_not_tell() -> None:
    cohort = read("离院方式", "治愈", "死亡", "好转", "医嘱离院", "非医嘱离院", "转院")
    assert [*cohort.frame["outcome"]][:3] == ["healed", "died", "not healed"]
    assert [*cohort.frame["outcome"].isna()][3:] == [True, True, True]
    assert [{*question.values} for question in cohort.questions] == [{"医嘱离院", "非医嘱离院", "转院"}]
    codes = read("离院方式", "1", "5", "4")
    assert codes.frame["outcome"].isna().all()
    assert [{*question.values} for question in codes.questions] == [{"1", "4", "5"}]


def test_the_kind_of_tumour_in_short() -> None:
    assert [*read("瘤种", "肺癌", "肝癌", "胃癌").frame["malignancy_type"]] == ["肺癌", "肝癌", "胃癌"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Mucosal sites (choice=Oral)", "mucosa_oral"),
        ("Mucosal involvement (choice=Ocular)", "mucosa_ocular"),
        ("Mucosal sites involved (choice=Genital)", "mucosa_genital"),
        ("黏膜受累（选择=口腔）", "mucosa_oral"),
        ("Complications (choice=Infection)", "infection"),
    ],
)
def test_a_ticked_choice_is_the_flag_of_what_it_names(header: str, field: str) -> None:
    cohort = read(header, "Checked", "Unchecked", "Checked")
    assert [*cohort.frame[field]] == [True, False, True]
    assert cohort.questions == ()


@pytest.mark.parametrize("header", ["Mucosal sites (choice=Nasal)", "Mucositis (choice=Genital)"])
def test_a_ticked_choice_without_a_flag_of_its_own_is_not_taken(header: str) -> None:
    assert not read(header, "Checked", "Unchecked", "Checked").matches[-1].used
