"""The findings in Chinese, written from the unrounded numbers of the tables, one function a question."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from iren_core import schema
from iren_core.card import Card
from iren_core.export.report.language import chinese_test
from iren_core.wording import (
    alike,
    mean_sd,
    median_quartiles,
    number,
    p_value,
    percent,
    ratios,
)

#: What the synonyms of the data dictionary do not give as a reader would have it.
_FIELDS = {"arm": "治疗组"}
_GROUPS = {
    "Corticosteroids + TNF inhibitor": "糖皮质激素联合 TNF 抑制剂组",
    "Corticosteroids alone": "单用糖皮质激素组",
}
#: Everybody in the first panel, by its title; a panel of one category has its name.
_EVERYBODY = {"All patients": "全部患者", "Selected patients": "所选患者"}
_UNITS = {"years": "岁", "days": "天", "%": "个百分点", "% BSA": "个百分点（BSA）"}
_LEVELS = {"yes": "是", "no": "否", "female": "女", "male": "男"}
_LEVEL = 0.05
_COEFFICIENTS = {"Pearson's r": "Pearson r", "Spearman's rho": "Spearman ρ", "Kendall's tau-b": "Kendall τ-b"}
_MODELS = {
    "Crude": "未校正",
    "Crude, deaths censored": "未校正（死亡按删失处理）",
    "Death as competing event": "死亡为竞争事件（Fine-Gray 次分布比）",
    "Within diagnoses": "按诊断分层",
    "Within SCORTEN below 3 and from 3": "按 SCORTEN（3 分为界）分层",
    "Adjusted for SCORTEN": "以 SCORTEN 校正",
    "Counted from the start of treatment": "自治疗开始计",
}
#: What is measured, and the decimals of its values and of their difference, as on the page.
_MEASURES = {
    "duration": ("糖皮质激素疗程（天）", 0, 1),
    "cumulative dose": ("泼尼松等效累积剂量（mg）", 0, 0),
    "cumulative dose per kg": ("单位体重泼尼松等效累积剂量（mg/kg）", 1, 2),
    "daily dose": ("泼尼松等效初始日剂量（mg/天）", 0, 0),
    "daily dose per kg": ("单位体重泼尼松等效初始日剂量（mg/kg/天）", 1, 2),
}


def finding_of(card: Card) -> str:
    """The finding in Chinese; empty for a question that has no such sentence or a table that lacks what it needs."""
    make = _FINDINGS.get(card.origin.question) if card.origin else None
    if make is None:
        return ""
    try:
        return make(card)
    except (KeyError, IndexError):
        return ""


def chinese_field(name: str) -> str:
    """A field in Chinese, by the first of its Chinese names.

    >>> chinese_field("arm"), chinese_field("age_years")
    ('治疗组', '年龄')
    """
    known = schema.field(name)
    return _FIELDS.get(name) or next(iter(known.chinese), known.label)


def _healing(card: Card) -> str:
    groups, compared = card.table("summary").values, card.table("comparison").values
    if groups.empty or compared.empty:
        return ""
    panel, test = groups["panel"].iloc[0], compared.iloc[0]
    own = groups[groups["panel"] == panel]
    who = "愈合者中" if card.origin and card.origin.settings.deaths == "healed only" else "患者中"
    days = "，".join(
        f"{_group(one.group)}为{_day(one.half_healed_day)}（95% CI {_limits(one.half_healed_low, one.half_healed_high)}；"
        f"n = {one.n}）"
        for one in own.itertuples()
    )
    return f"{who}半数愈合时间：{days}。{_test(test)}{_mean_days(test, list(own['group']))}"


def _test(row: Any) -> str:
    if not _known(row.get("p_value")):
        return "组间未作检验：数据不足。"
    return f"{chinese_test(row['test'])}：χ² = {number(row['statistic'], 2)}，自由度 {row['df']:g}，{_p(row['p_value'])}。"


def _mean_days(row: Any, groups: list[str]) -> str:
    if len(groups) != 2 or not _known(row.get("mean_difference")):
        return ""
    limits = f"95% CI {number(row['mean_difference_low'], 1)} 至 {number(row['mean_difference_high'], 1)}"
    if not _known(row["mean_difference_low"]):
        limits = "某组仅 1 例或无离散，无区间"
    return (
        f"截至第 {row['horizon_days']:g} 天，平均愈合天数相差 {number(row['mean_difference'], 1)} 天（{limits}）："
        f"{_group(groups[1])}减{_group(groups[0])}。"
    )


def _recovery(card: Card) -> str:
    rows = card.table("changes").values
    return "".join(_change(row) for row in rows.to_dict("records"))


def _change(row: dict[str, Any]) -> str:
    group = _group(row["group"])
    if not _known(row.get("p_value")):
        return f"{group}：完整配对 {row['pairs']} 对，未作检验。"
    percent = "百分比" if row["change_unit"] == "%" else ""
    kind = (
        f"平均{percent}变化"
        if str(row["effect"]).startswith("mean")
        else f"中位{percent}变化（Hodges-Lehmann）"
    )
    direction = "未显示变化" if row["p_value"] >= 0.05 else "升高" if row["change"] > 0 else "降低"
    limits = "配对过少，无区间"
    if _known(row["change_low"]) and _known(row["change_high"]):
        _, low, high = alike(row["change"], row["change_low"], row["change_high"])
        limits = f"95% CI {low} 至 {high}"
    return (
        f"{group}：{direction}，{kind} {alike(row['change'], row['change_low'], row['change_high'])[0]} {row['change_unit']}（{limits}；{chinese_test(row['test'])}，"
        f"{_p(row['p_value'])}；n = {row['pairs']} 对）。"
    )


def _mortality(card: Card) -> str:
    rows = card.table("deaths").values
    panel = rows["panel"].iloc[0]
    settings = card.origin.settings if card.origin else None
    within = "" if settings is None or settings.deaths == "at any time" else f" {settings.window_days:g} 天内"
    deaths = "".join(_deaths(row, within) for row in rows[rows["panel"] == panel].to_dict("records"))
    pairs = card.table("pairs").values
    own = pairs[pairs["panel"] == panel].to_dict("records") if "panel" in pairs else []
    return deaths + (_ratio_of_ratios(own[0]) if len(own) == 1 else "")


def _ratio_of_ratios(row: dict[str, Any]) -> str:
    """Two groups' ratios against each other."""
    if not _known(row.get("ratio_of_smrs")):
        return ""
    value, low, high = (number(row[f"ratio_of_smrs{side}"], 2) for side in ("", "_low", "_high"))
    return (
        f"组间比较：{_group(row['first'])}与{_group(row['second'])}的标准化死亡比之比 {value}（95% CI {low} 至 {high}；"
        f"精确条件检验，{_p(row['ratio_p_value'])}）。"
    )


def _deaths(row: dict[str, Any], within: str) -> str:
    everybody = row["group"] == "All"
    title = row["panel"]
    who = _EVERYBODY.get(title, f"{title} 患者") if everybody else _group(row["group"])
    if not _known(row.get("smr")):
        return f"{who}：无法计算标准化死亡比。"
    return (
        f"{who}：{row['counted']:g} 例中{within}死亡 {row['observed_deaths']:g} 例，SCORTEN 预期 "
        f"{number(row['expected_deaths'], 1)} 例；标准化死亡比 {number(row['smr'], 2)}（95% CI {number(row['smr_low'], 2)} 至 "
        f"{number(row['smr_high'], 2)}；精确 Poisson-二项检验，{_p(row['p_value'])}）。"
    )


def _baseline(card: Card) -> str:
    rows = card.table("baseline").values.drop_duplicates("field")
    tested = rows[rows["p_value"].notna()]
    apart = tested[tested["p_value"] < _LEVEL].sort_values("p_value", kind="stable")
    start = f"按“{_grouping(card)}”比较 {len(tested)} 项特征："
    if apart.empty:
        return f"{start}均未显示组间差异（P 均 ≥ 0.05）。" if len(tested) else ""
    named = "；".join(_characteristic(row) for row in apart.head(3).to_dict("records"))
    more = f"；另有 {len(apart) - 3} 项" if len(apart) > 3 else ""
    rest = len(tested) - len(apart)
    others = f"其余 {rest} 项未显示差异。" if rest else ""
    return f"{start}{len(apart)} 项 P < 0.05：{named}{more}。{others}"


def _characteristic(row: dict[str, Any]) -> str:
    tested = f"{chinese_test(row['method'])}，{_p(row['p_value'])}"
    if not _known(row["low"]):
        return f"{chinese_field(row['field'])}（{tested}）"
    is_odds = str(row["effect"]).startswith("odds")
    unit = "" if is_odds or not row["unit"] else f" {_UNITS.get(row['unit'], row['unit'])}"
    value, low, high = (ratios if is_odds else alike)(row["estimate"], row["low"], row["high"])
    level = _LEVELS.get(row["effect_of"], row["effect_of"])
    kind = f"“{level}”的比值比" if is_odds else "差值"
    which = f"{_group(row['first_group'])}{'比' if is_odds else '减'}{_group(row['second_group'])}"
    return f"{chinese_field(row['field'])}（{which}，{kind} {value}{unit}，95% CI {low} 至 {high}；{tested}）"


def _adverse_events(card: Card) -> str:
    if card.origin is None or card.origin.settings.view != "each event":
        return ""
    rows = card.table("events").values
    row = rows[rows["event"] == "Any of these"].iloc[0]
    groups = [name.removesuffix(": events") for name in rows.columns if name.endswith(": events")]
    shares = "，".join(
        f"{_group(group)} {row[f'{group}: events']:g}/{row[f'{group}: n']:g}（"
        f"{percent(row[f'{group}: events'] / row[f'{group}: n'])}）"
        for group in groups
        if row[f"{group}: n"]
    )
    if not _known(row.get("p_value")):
        return f"至少一项重大不良事件：{shares}。组间未作检验。"
    verdict = "未显示组间差异" if row["p_value"] >= _LEVEL else "组间有差异"
    apart = ""
    if _known(row.get("difference")) and _known(row.get("difference_low")):
        limits = (number(100 * row[f"difference_{side}"]) for side in ("low", "high"))
        apart = f"相差 {number(100 * row['difference'])} 个百分点，95% CI {' 至 '.join(limits)}；"
    return f"至少一项重大不良事件：{shares}；{verdict}（{apart}{chinese_test(row['test'])}，{_p(row['p_value'])}）。"


def _correlates(card: Card) -> str:
    rows = card.table("pairs").values
    known = rows[rows["p_value"].notna()].sort_values("p_value", kind="stable")
    shown = known[known["p_value"] < _LEVEL]
    outcome = chinese_field(card.origin.settings.against) if card.origin else ""
    start = f"{len(known)} 个变量中，{len(shown)} 个与“{outcome}”相关（P < 0.05）"
    if shown.empty:
        return f"{len(known)} 个变量均未显示与“{outcome}”相关。" if len(known) else ""
    named = "；".join(
        f"{_labelled(row['variable'])}（{_COEFFICIENTS.get(row['coefficient'], row['coefficient'])} = "
        f"{number(row['estimate'], 2)}{_interval(row, 'low', 'high')}，{_p(row['p_value'])}，n = {row['n']}）"
        for row in shown.head(4).to_dict("records")
    )
    return f"{start}：{named}。"


def _prognosis(card: Card) -> str:
    if card.origin is None or card.origin.settings.view != "all factors":
        return ""
    rows = card.table("comparison").values
    known = rows[rows["p_value"].notna() & rows["auc"].notna()]
    far = (known["auc"] - 0.5).abs()
    known = known.assign(far=-far).sort_values(["p_value", "far"], kind="stable")
    shown = known[known["p_adjusted"] < _LEVEL]
    first = rows.iloc[0]
    start = f"{first['died_n'] + first['died_missing']:g} 例死亡，{first['healed_n'] + first['healed_missing']:g} 例愈合。"
    if shown.empty:
        adjusted = "经多重检验校正后" if len(known) > 1 else ""
        return f"{start}逐一检验 {len(known)} 个因素，{adjusted}均未显示与死亡相关。" if len(known) else ""
    named = "；".join(
        f"{_labelled(row['factor'])}{'较高或较多见' if row['auc'] > 0.5 else '较低或较少见'}（AUC "
        f"{_area(row)}；{chinese_test(row['test'])}，{_p(row['p_value'])}，校正后 {_p(row['p_adjusted'])}）"
        for row in shown.head(4).to_dict("records")
    )
    more = f"；另有 {len(shown) - 4} 个" if len(shown) > 4 else ""
    return f"{start}逐一检验 {len(known)} 个因素，与死亡相关者：{named}{more}。"


def _area(row: dict[str, Any]) -> str:
    """The area under the ROC curve in the direction named, with its interval."""
    low, area, high = row["auc_low"], row["auc"], row["auc_high"]
    if area < 0.5:
        low, area, high = 1 - high, 1 - area, 1 - low
    return f"{number(area, 2)}{_interval({'low': low, 'high': high}, 'low', 'high')}"


def _robustness(card: Card) -> str:
    models = card.table("models").values
    groups = [
        name.removeprefix("share_") for name in card.table("by_day").values if name.startswith("share_")
    ]
    known = models[models["ratio"].notna()]
    if len(groups) != 2 or known.empty:
        return ""
    ratios = "；".join(
        f"{_MODELS.get(row['model'], row['model'])} {number(row['ratio'], 2)}（95% CI {number(row['ratio_low'], 2)} 至 "
        f"{number(row['ratio_high'], 2)}）"
        for row in known.to_dict("records")
    )
    first = known.iloc[0]
    name = _MODELS.get(first["model"], first["model"])
    gray = str(first["test"]).startswith("Gray")
    p = f"Gray 检验 {_p(first['test_p_value'])}" if gray else f"{name}模型 {_p(first['ratio_p_value'])}"
    rest = "，其余模型为 Cox 回归、死亡按删失处理" if gray else "，Cox 回归"
    return f"愈合速率比（{_group(groups[1])}比{_group(groups[0])}{rest}）：{ratios}。{p}，n = {first['patients']}。"


def _steroids(card: Card) -> str:
    if card.origin is None:
        return ""
    tests, exposure = card.table("tests").values, card.table("exposure").values
    panel = exposure["panel"].iloc[0]
    own = exposure[exposure["panel"] == panel].to_dict("records")
    measure, digits, digits_apart = _MEASURES[card.origin.settings.measure]
    found = tests[tests["panel"] == panel].to_dict("records")
    row: dict[str, Any] = found[0] if found else {"effect": "", "p_value": None}
    by_means = row["effect"] in ("difference in means", "eta squared")
    groups = "，".join(
        f"{_group(one['group'])}{_location(one, digits, by_means=by_means)}（n = {one['n']}）" for one in own
    )
    if not _known(row["p_value"]):
        return f"{measure}：{groups}。组间未作检验。"
    verdict = "未显示组间差异" if row["p_value"] >= _LEVEL else "组间有差异"
    apart = ""
    if row["effect"].startswith("difference") and _known(row["low"]):
        estimate, low, high = (number(row[name], digits_apart) for name in ("estimate", "low", "high"))
        pair = f"{_group(own[0]['group'])}减{_group(own[1]['group'])}"
        apart = f"{pair} {estimate}，95% CI {low} 至 {high}；"
    return f"{measure}：{groups}；{verdict}（{apart}{chinese_test(row['method'])}，{_p(row['p_value'])}）。"


def _location(row: dict[str, Any], digits: int, *, by_means: bool) -> str:
    if by_means:
        return f"均数 {mean_sd(row['mean'], row['sd'], digits)}"
    return f"中位数（四分位数）{median_quartiles(row['median'], row['q1'], row['q3'], digits)}"


def _published(card: Card) -> str:
    parts, contrasts = card.table("by_part").values, card.table("contrasts").values
    same, printed = int(parts["As printed"].sum()), int(parts["Printed numbers"].sum())
    row = contrasts[contrasts["contrast"] == "Healing, all"].iloc[0]
    limits = f"95% CI {number(row['here_low'], 1)} 至 {number(row['here_high'], 1)}"
    return (
        f"原研究所印 {printed} 个数值中，{same} 个由样本数据算得与所印相同。愈合者中，联合组减单用组的平均愈合天数差 "
        f"{number(row['here'], 1)} 天（{limits}；n = {row['here_n']}）。"
    )


def _grouping(card: Card) -> str:
    return chinese_field(schema.base_field(card.origin.settings.group)) if card.origin else ""


def _labelled(label: str) -> str:
    """A field by its English label, with or without unit, in Chinese; "Sex: male" keeps its category."""
    name, _, category = label.partition(": ")
    for field in schema.fields().values():
        if name in (field.label, field.label_with_unit):
            phase = (
                "（急性期）"
                if field.name.endswith("_acute")
                else "（恢复期）"
                if field.name.endswith("_recovery")
                else ""
            )
            return f"{chinese_field(field.name)}{phase}{f'（{category}）' if category else ''}"
    return f"“{label}”"


def _interval(row: dict[str, Any], low: str, high: str) -> str:
    if not (_known(row[low]) and _known(row[high])):
        return "，无区间"
    return f"，95% CI {number(row[low], 2)} 至 {number(row[high], 2)}"


def _group(label: str) -> str:
    return _GROUPS.get(label, f"“{_LEVELS.get(label, label)}”")


def _day(day: float) -> str:
    return f"第 {number(day, 1).removesuffix('.0')} 天" if _known(day) else "未达到"


def _limits(low: float, high: float) -> str:
    return " 至 ".join(number(one) if _known(one) else "未达到" for one in (low, high))


def _p(p: float) -> str:
    return p_value(p).replace("p ", "P ", 1)


def _known(value: Any) -> bool:
    return isinstance(value, int | float) and not math.isnan(value)


_FINDINGS: dict[str, Callable[[Card], str]] = {
    "adverse_events": _adverse_events,
    "baseline": _baseline,
    "correlates": _correlates,
    "healing": _healing,
    "mortality": _mortality,
    "prognosis": _prognosis,
    "published": _published,
    "recovery": _recovery,
    "robustness": _robustness,
    "steroids": _steroids,
}
