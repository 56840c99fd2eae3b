"""STROBE and KMunicate: every item, ticked only where the report itself fulfils it.

References
----------
1. von Elm E, et al. The STROBE statement. Lancet 2007;370:1453-1457 (items for cohort studies).
2. Morris TP, et al. Proposals on Kaplan-Meier plots in medical research and a survey of stakeholder views: KMunicate.
   BMJ Open 2019;9:e030215.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iren_core import schema
from iren_core.card import Card
from iren_core.export.report.language import Language


@dataclass(frozen=True)
class Item:
    """One item of a checklist: its number, what it asks, whether the report fulfils it, and where or why not."""

    number: str
    asked: str
    done: bool
    where: str


#: Number, what is asked in English and in Chinese.
_STROBE = (
    (
        "1",
        "Title and abstract: design in the title; informative summary",
        "标题与摘要：标明研究设计；摘要内容充分",
    ),
    ("2", "Background and rationale", "背景与理由"),
    ("3", "Objectives, prespecified hypotheses", "目的与预设假设"),
    ("4", "Study design", "研究设计"),
    ("5", "Setting, locations, dates", "研究场所、地点与时间"),
    (
        "6",
        "Eligibility, sources and selection of participants, follow-up",
        "入选标准、患者来源与选择、随访方法",
    ),
    ("7", "Definition of outcomes, exposures, confounders", "结局、暴露与混杂因素的定义"),
    ("8", "Data sources and measurement of each variable", "各变量的数据来源与测量方法"),
    ("9", "Efforts to address bias", "偏倚的控制"),
    ("10", "How the study size was arrived at", "样本量的确定"),
    ("11", "How quantitative variables were handled, groupings", "定量变量的处理与分组"),
    ("12a", "All statistical methods", "全部统计方法"),
    ("12b", "Methods for subgroups and interactions", "亚组与交互作用的方法"),
    ("12c", "How missing data were addressed", "缺失数据的处理"),
    ("12d", "How loss to follow-up was addressed", "失访的处理"),
    ("12e", "Sensitivity analyses", "敏感性分析"),
    ("13a", "Numbers of individuals at each stage", "各阶段的人数"),
    ("13b", "Reasons for non-participation", "未参与的原因"),
    ("13c", "Flow diagram", "流程图"),
    ("14a", "Characteristics of participants", "研究对象特征"),
    ("14b", "Number with missing data for each variable", "各变量缺失人数"),
    ("14c", "Summary of follow-up time", "随访时间概况"),
    ("15", "Numbers of outcome events over time", "结局事件数"),
    ("16a", "Unadjusted and confounder-adjusted estimates with intervals", "未校正与校正后的估计值及区间"),
    ("16b", "Category boundaries of continuous variables", "连续变量分组的界值"),
    ("16c", "Absolute risk for a meaningful period", "有意义时段内的绝对风险"),
    ("17", "Other analyses: subgroups, sensitivity", "其他分析：亚组、敏感性"),
    ("18", "Key results with reference to objectives", "对照目的概括主要结果"),
    ("19", "Limitations", "局限性"),
    ("20", "Cautious overall interpretation", "审慎的总体解释"),
    ("21", "Generalisability", "外推性"),
    ("22", "Funding", "资助"),
)
_KMUNICATE = (
    ("K1", "Confidence intervals are drawn around the curves", "曲线绘有置信区间"),
    ("K2", "Numbers at risk stand under the axis, aligned with it", "坐标轴下列出各时点风险人数并对齐"),
    ("K3", "The same table counts events and censorings so far", "同一表中列出累计事件数与删失数"),
    ("K4", "Curves differ without colour", "不依赖颜色即可区分曲线"),
)
_FOR_AUTHORS = {"English": "For the authors.", "中文": "须由作者撰写。"}


def checklist(cards: Sequence[Card], language: Language) -> tuple[Item, ...]:
    """Every item of STROBE, and of KMunicate where there are healing curves."""
    done = _strobe(cards)
    healing = [card for card in cards if _question(card) == "healing"]
    items: tuple[tuple[str, str, str], ...] = _STROBE
    if healing:
        items += _KMUNICATE
        done |= _kmunicate(healing)
    place = 0 if language == "English" else 1
    return tuple(
        Item(
            number,
            texts[place],
            number in done,
            done[number][place] if number in done else _FOR_AUTHORS[language],
        )
        for number, *texts in items
    )


def _question(card: Card) -> str:
    return card.origin.question if card.origin else ""


def _strobe(cards: Sequence[Card]) -> dict[str, tuple[str, str]]:
    """What the cards fulfil, by item, with the place in both languages."""
    questions = {_question(card) for card in cards}
    every = [card.origin.settings for card in cards if card.origin]
    methods = ("Statistical methods", "统计方法")
    done = {
        "12a": methods,
        "12c": methods,
        "13a": ("Captions: patients counted and left out, card by card", "各图注：纳入与未纳入人数"),
    }
    if any(getattr(settings, "panels", None) for settings in every):
        done["12b"] = (
            "Statistical methods; panels by diagnosis. No interaction is tested",
            "统计方法；按诊断分面，未检验交互作用",
        )
    if "healing" in questions:
        done["12d"] = ("Statistical methods of the healing card", "愈合部分的统计方法")
        done["15"] = ("Healing: patients healed and died, by group", "愈合：各组愈合与死亡人数")
    if questions & {"mortality", "adverse_events"}:
        done.setdefault("15", ("Deaths or adverse events, by group", "各组死亡或不良事件数"))
    if "robustness" in questions:
        for number in ("12e", "17"):
            done[number] = (
                "Robustness: strata, covariate, each patient left out",
                "稳健性：分层、协变量、逐一剔除",
            )
        done["16a"] = ("Robustness: crude and adjusted ratios", "稳健性：未校正与校正的比值")
        done["16c"] = ("Robustness: share healed by fixed days", "稳健性：固定时点的愈合比例")
    if "baseline" in questions:
        done["14a"] = ("Baseline characteristics", "基线特征")
        done["14b"] = ("Baseline characteristics, column of missing values", "基线特征表中的缺失列")
    if any(schema.cut(getattr(settings, "group", None) or "") for settings in every):
        done["16b"] = ("Names of the groups", "分组名称")
    return done


def _kmunicate(healing: Sequence[Card]) -> dict[str, tuple[str, str]]:
    figure = ("Figure of the healing curves", "愈合曲线图")
    done = {"K1": figure, "K2": figure, "K4": ("Dashes differ as well", "线型亦不同")}
    words = [str(word).lower() for card in healing for word in _words_at_risk(card)]
    if any("censored" in word for word in words) and any(
        "healed" in word or "event" in word for word in words
    ):
        done["K3"] = figure
    return done


def _words_at_risk(card: Card) -> list[object]:
    try:
        shown = card.table("at_risk").shown
    except KeyError:
        return []
    return [*shown.columns, *shown.to_numpy().ravel()]
