"""The findings of three questions in Chinese, written from the unrounded numbers of their tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from iren_core import schema
from iren_core.card import Card
from iren_core.export.report.language import chinese_test
from iren_core.wording import number, p_value, significant

#: What the synonyms of the data dictionary do not give as a reader would have it.
_FIELDS = {"arm": "治疗组"}
_GROUPS = {
    "Corticosteroids + TNF inhibitor": "糖皮质激素联合 TNF 抑制剂组",
    "Corticosteroids alone": "单用糖皮质激素组",
    "All": "全部患者",
}


def finding_of(card: Card) -> str:
    """The finding in Chinese; empty for a question that has no such sentence or a table that lacks what it needs."""
    make = _FINDINGS.get(card.origin.question) if card.origin else None
    if make is None:
        return ""
    try:
        return make(card)
    except KeyError:
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
    limits = f"{number(row['mean_difference_low'], 1)} 至 {number(row['mean_difference_high'], 1)}"
    return (
        f"截至第 {row['horizon_days']:g} 天，平均愈合天数相差 {number(row['mean_difference'], 1)} 天（95% CI {limits}）："
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
        limits = f"95% CI {significant(row['change_low'])} 至 {significant(row['change_high'])}"
    return (
        f"{group}：{direction}，{kind} {significant(row['change'])} {row['change_unit']}（{limits}；{chinese_test(row['test'])}，"
        f"{_p(row['p_value'])}；n = {row['pairs']} 对）。"
    )


def _mortality(card: Card) -> str:
    rows = card.table("deaths").values
    panel = rows["panel"].iloc[0]
    return "".join(_deaths(row) for row in rows[rows["panel"] == panel].to_dict("records"))


def _deaths(row: dict[str, Any]) -> str:
    if not _known(row.get("smr")):
        return f"{_group(row['group'])}：无法计算标准化死亡比。"
    return (
        f"{_group(row['group'])}：{row['counted']:g} 例中死亡 {row['observed_deaths']:g} 例，SCORTEN 预期 "
        f"{number(row['expected_deaths'], 1)} 例；标准化死亡比 {number(row['smr'], 2)}（95% CI {number(row['smr_low'], 2)} 至 "
        f"{number(row['smr_high'], 2)}；精确 Poisson-二项检验，{_p(row['p_value'])}）。"
    )


def _group(label: str) -> str:
    return _GROUPS.get(label, f"“{label}”")


def _day(day: float) -> str:
    return f"第 {number(day, 1).removesuffix('.0')} 天" if _known(day) else "未达到"


def _limits(low: float, high: float) -> str:
    return " 至 ".join(number(one) if _known(one) else "未达到" for one in (low, high))


def _p(p: float) -> str:
    return p_value(p).replace("p ", "P ", 1)


def _known(value: Any) -> bool:
    return isinstance(value, int | float) and not math.isnan(value)


_FINDINGS: dict[str, Callable[[Card], str]] = {
    "healing": _healing,
    "mortality": _mortality,
    "recovery": _recovery,
}
