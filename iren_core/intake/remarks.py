"""The remarks of the data dictionary in Chinese, for the template; a formula reads the same in both languages."""

from __future__ import annotations

from iren_core import schema

_IN_CHINESE = {
    "One row a patient; must be unique. Use a study number, not a hospital number": (
        "每位患者一行, 不得重复; 请用研究编号, 勿用住院号"
    ),
    "A direct identifier: such a column is left out when a file is read": "直接身份信息: 读取文件时不导入该列",
    "female or male. A bare 0/1 or 1/2 is asked about, never guessed": (
        "female 女 或 male 男; 只写 0/1 或 1/2 时会询问, 不作猜测"
    ),
    "The study took patients aged 18 to 75": "原研究纳入 18 至 75 岁患者",
    "Weight divided by height squared; derived when empty": "体重除以身高的平方; 留空则自动计算",
    "Say in the header whether it runs from the first or the last dose": "请在表头注明自首次还是末次用药起算",
    "Algorithm of drug causality for epidermal necrolysis": "表皮坏死松解症药物因果关系评分",
    "SJS below 10 % detached, overlap 10 to 30 %, TEN above 30 %": (
        "剥脱面积 <10% 为 SJS, 10-30% 为重叠型, >30% 为 TEN"
    ),
    "combination = corticosteroids + TNF inhibitor; corticosteroid = corticosteroids alone; further arms keep their "
    "name": "combination = 激素联合 TNF 抑制剂; corticosteroid = 单用激素; 其他组别保留原名",
    "Days after the first steroid dose": "自首次使用激素起的天数",
    "At least as large as the detachment": "不小于剥脱面积",
    "Share of the body surface detached or detachable; SCORTEN uses the first value": (
        "已剥脱或可剥脱的体表面积百分比; SCORTEN 采用首次数值"
    ),
    "0 to 7; every patient with a malignancy has at least 1": "0 至 7 分; 合并恶性肿瘤者至少 1 分",
    "BUN in mg/dL × 0.357; urea in mg/dL × 0.1665": "BUN (mg/dL) × 0.357; 尿素 (mg/dL) × 0.1665",
    "From SCORTEN; derived by the explorer": "由 SCORTEN 推算, 可不填",
    "× 1.25 = prednisone equivalent": "× 1.25 = 泼尼松等效剂量",
    "Daily dose divided by weight": "每日剂量除以体重",
    "Total g per kg of body weight": "每公斤体重的总克数",
    "Days from the first steroid dose; empty when the patient died unhealed": (
        "自首次使用激素起的天数; 未愈而死亡者留空"
    ),
    "healed, not healed or died. “alive” counts as healed when there is a healing day": (
        "healed 痊愈, not healed 未愈, died 死亡; 填 alive 存活且有愈合天数者按痊愈计"
    ),
    "Days from the first steroid dose": "自首次使用激素起的天数",
    "The study followed patients for at least 56 days": "原研究至少随访 56 天",
    "Cells/µL ÷ 1000": "个/µL ÷ 1000",
    "“<0.5” and “<3.13” are kept as limits. 1 mg/dL = 10 mg/L": "可填 <0.5, <3.13 等检测限. 1 mg/dL = 10 mg/L",
    "“>1500” and “>2000” are kept as limits. 1 ng/mL = 1 µg/L": "可填 >1500, >2000 等上限. 1 ng/mL = 1 µg/L",
    "“<1.5” and “<2.0” are kept as limits. 1 pg/mL = 1 ng/L": "可填 <1.5, <2.0 等检测限. 1 pg/mL = 1 ng/L",
    "1 pg/mL = 1 ng/L. Many assays also measure the TNF that an inhibitor has bound": (
        "1 pg/mL = 1 ng/L. 多数检测也会测到与抑制剂结合的 TNF"
    ),
    "The absolute count, never the percentage. 10^9/L × 1000": "请填绝对计数, 勿填百分比. 10^9/L × 1000",
    "Write dates as 2023-03-05": "日期格式: 2023-03-05",
    "Day zero of the study": "原研究的第 0 天",
    "1 to 2 weeks after stabilization in the study": "原研究中为病情稳定后 1 至 2 周",
    "a row that begins with the word synthetic is shown as synthetic everywhere": (
        "以 synthetic 开头的行, 各处均标为合成数据"
    ),
}


def chinese_remark(field: schema.Field) -> str:
    """The remark on a field in Chinese; as it stands where it has no words.

    >>> chinese_remark(schema.field("weight_kg")), chinese_remark(schema.field("age_years"))
    ('1 jin (斤) = 0.5 kg', '原研究纳入 18 至 75 岁患者')
    """
    return _IN_CHINESE.get(field.note, field.note)
