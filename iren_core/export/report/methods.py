"""The methods section, made from what was really chosen: settings, tests that were run, versions."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

from iren_core import schema
from iren_core._version import __version__
from iren_core.card import Card
from iren_core.export.report.findings import chinese_field
from iren_core.export.report.language import Language, chinese_test

#: Where one sentence of a method ends and the next begins.
_SENTENCES = re.compile(r"(?<=[a-z)\d%]\.)\s+(?=[A-Z]|p-values)|(?<=。)")


class Said(NamedTuple):
    """The methods of the cards of one question.

    titles : of the cards
    common : sentences that hold for all of them
    of_some : sentences that hold for some, by the numbers of these among all cards, from 1
    """

    titles: tuple[str, ...]
    common: tuple[str, ...]
    of_some: dict[tuple[int, ...], tuple[str, ...]]


def general_methods(cards: Sequence[Card], language: Language) -> tuple[str, ...]:
    """What holds for the whole report: software, quartiles, missing values, several tests."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "pandas"))
    python = platform.python_version()
    if language == "中文":
        return (
            f"所有计算由 irEN cohort explorer {__version__} 完成（Python {python}；{libraries}）。",
            "四分位数按第 (n + 1)p 位次计算（type 6，与 SPSS、Prism 一致）。区间均为 95% 置信区间，P 值均为双侧。",
            "缺失值不作填补：缺少某项数值的患者仅不进入该项分析，并计数报告。",
            "除另有说明外，P 值未作多重比较校正。治疗由临床医师选择，组间差异为关联，不能解释为因果。",
        )
    return (
        f"All numbers were computed with irEN cohort explorer {__version__} (Python {python}; {libraries}).",
        "Quartiles lie at rank (n + 1) p (type 6, as in SPSS and Prism). Intervals are 95% confidence intervals, p-values "
        "two-sided.",
        "Nothing was imputed: a patient who lacks a value is left out of that comparison only, and counted there.",
        "P-values are not corrected for their number unless a section says so. Treatment was chosen at the bedside: "
        "differences between groups are associations, not effects.",
    )


def title_of(card: Card, language: Language) -> str:
    """The card's title; in Chinese the question, with the English title behind it."""
    if language == "English" or card.origin is None:
        return card.title
    return f"{_TITLES[card.origin.question]}（{card.title}）"


def methods_of(card: Card, language: Language) -> str:
    """How one card was made, in sentences. English: the card's own; Chinese: from its settings and tests.

    A card that no question made keeps its English sentences.
    """
    if language == "English" or card.origin is None:
        return card.methods
    make = _CHINESE[card.origin.question]
    tests = [chinese_test(name) for name in dict.fromkeys(card.tests) if not name.startswith("deaths: ")]
    used = f"所用检验与估计：{'、'.join(tests)}。" if tests else "未作检验：数据不足。"
    return f"{make(card.origin.settings)}{_grouped(card.origin.settings)}{used}"


def methods_in_common(cards: Sequence[Card], language: Language) -> list[Said]:
    """How the cards were made, question by question, with no sentence said twice of the cards of a question."""
    by_question: dict[str, dict[int, Card]] = {}
    for number, card in enumerate(cards, start=1):
        question = card.origin.question if card.origin else card.methods
        by_question.setdefault(question, {})[number] = card
    return [_said(own, language) for own in by_question.values()]


def _said(cards: Mapping[int, Card], language: Language) -> Said:
    numbers_of: dict[str, dict[int, None]] = {}
    for number, card in cards.items():
        for one in _SENTENCES.split(methods_of(card, language)):
            numbers_of.setdefault(one, {})[number] = None
    of_some: dict[tuple[int, ...], list[str]] = {}
    for one, numbers in numbers_of.items():
        of_some.setdefault(tuple(numbers), []).append(one)
    common = of_some.pop(tuple(cards), [])
    titles = dict.fromkeys(title_of(card, language) for card in cards.values())
    return Said(tuple(titles), tuple(common), {some: tuple(said) for some, said in of_some.items()})


# ---- Chinese sentences, one function a question -------------------------------------------------------

_DEATHS = {
    "healed only": "仅纳入愈合日期已知的患者（与原研究一致），愈合前死亡者不进入分析。",
    "censored at death": "愈合前死亡者在死亡日删失。",
    "competing event": "死亡作为愈合的竞争事件处理，死亡者视为始终未愈合。",
}
_INTERVAL = {"log-log": "互补双对数", "log": "对数", "plain": "原始"}


def _grouped(settings: Any) -> str:
    group = getattr(settings, "group", None)
    if group is None:
        return ""
    cut = schema.cut(group)
    name = chinese_field(schema.base_field(group))
    return f"按“{name}”以 {cut.at:g} 为界分为两组比较。" if cut else f"按“{name}”分组比较。"


def _healing(settings: Any) -> str:
    horizon = settings.horizon_days
    until = f"第 {horizon:g} 天" if horizon else "各组曲线均已知的最后一天"
    curve = "Aalen-Johansen 累积发生率" if settings.deaths == "competing event" else "Kaplan-Meier 法"
    mean = "" if settings.deaths == "competing event" else f"平均愈合天数为截至{until}的限制平均时间。"
    return (
        "愈合时间为首剂糖皮质激素至完全再上皮化的天数。"
        f"{_DEATHS[settings.deaths]}曲线采用{curve}估计，逐点 95% 置信区间采用{_INTERVAL[settings.interval]}尺度；"
        f"中位愈合日取曲线首次达到一半之日，若曲线在 0.5 处平直则取其中点（与 R 一致）。{mean}"
    )


def _robustness(settings: Any) -> str:
    days = "、".join(str(day) for day in settings.days)
    competing = settings.deaths == "competing event"
    rule = _DEATHS[settings.deaths]
    test, curve = ("Gray 检验", "累积发生率") if competing else ("对数秩检验", "Kaplan-Meier ")
    if competing:
        rule += "先以 Gray 检验与 Fine-Gray 次分布比作比较；其余模型将死亡按删失处理，所示为存活且未愈合者的愈合速率（原因别风险）。"
    if competing and settings.counted_from == "start of treatment":
        rule = f"{_DEATHS[settings.deaths]}延迟进入时不能作 Gray 检验；各模型将死亡按删失处理（原因别风险）。"
        test = "对数秩检验"
    return (
        f"{rule}两组愈合速率以 Cox 回归比较：未校正、按诊断分层、按 SCORTEN（以 3 分为界）分层，以及以 SCORTEN 为协变量校正；"
        f"并逐一剔除每位患者重复{test}。第 {days} 天的愈合比例由{curve}曲线读取。"
    )


def _mortality(settings: Any) -> str:
    score = {
        "as in the file": "SCORTEN 取文件中的记录值。",
        "recomputed": "SCORTEN 由七个项目重新计算，缺项者不计分。",
        "file, else recomputed": "SCORTEN 取文件中的记录值，缺失者由七个项目重新计算。",
    }[settings.score]
    edge = {
        ">=": "年龄 ≥ 40 岁、心率 ≥ 120 次/分、剥脱面积 ≥ 10%",
        ">": "年龄 > 40 岁、心率 > 120 次/分、剥脱面积 > 10%",
    }[settings.edge]
    rule = "" if settings.score == "as in the file" else f"重新计算时{edge}各记 1 分。"
    deaths = (
        "任何时间的死亡均计为观察死亡。"
        if settings.deaths == "at any time"
        else f"首剂激素后 {settings.window_days} 天内的死亡计为观察死亡。"
    )
    return (
        f"{score}{rule}"
        "每位患者的预期死亡风险按 SCORTEN 公式计算：e^L /（1 + e^L），L = −4.448 + 1.237 × SCORTEN（Bastuji-Garin 2000）；"
        f"预期死亡数为各风险之和。{deaths}标准化死亡比采用精确 Poisson 区间。缺少 SCORTEN 或结局者不纳入并计数。"
    )


def _recovery(settings: Any) -> str:
    marker = next(marker for marker in schema.MARKERS if marker.key == settings.marker)
    chosen = {
        "auto": "检验由变化值的正态性（Shapiro-Wilk，P ≥ 0.05）决定",
        "paired-t": "由读者选定配对 t 检验",
        "wilcoxon": "由读者选定 Wilcoxon 符号秩检验",
    }[settings.test]
    name = "每项标志物" if settings.view == "all markers" else f"“{marker.label}”"
    change = "恢复期减急性期"
    if settings.change == "percent":
        change += "，以占急性期数值的百分比表示；急性期为 0 者无百分比，视为不完整"
    limits = {
        "left out": "仅知超出检测限者视为不完整。",
        "limit itself": "仅知超出检测限者以检测限本身代入，数值与变化因此偏向检测限。",
    }[settings.beyond_limit]
    deceased = {
        "left out": "死亡患者的第二次标本为死亡前末次，不视为恢复期值（与原研究一致，仅比较愈合者）。",
        "counted": "死亡患者死亡前末次标本计为恢复期值。",
    }[settings.deceased]
    return (
        f"比较同一患者{name}的急性期与恢复期数值（{change}）；{chosen}。不完整的配对不作填补，仅计数；"
        f"{deceased}{limits}"
    )


def _steroids(settings: Any) -> str:
    rule = {
        "as in the study": "检验与原研究图 2 一致（疗程用 Mann-Whitney 检验，TEN 的疗程及各剂量用 Student t 检验）",
        "chosen by the data": "检验由各组正态性（Shapiro-Wilk）决定",
    }.get(settings.test, f"由读者选定 {settings.test} 检验")
    return (
        "剂量均为泼尼松等效剂量（泼尼松 5 mg = 甲泼尼龙 4 mg = 氢化可的松 20 mg = 地塞米松 0.75 mg）。"
        f"{rule}。死亡而无该数值者单独计数。"
    )


def _baseline(settings: Any) -> str:
    rule = {
        "as in the study": "与原研究一致：各组正态（Shapiro-Wilk P ≥ 0.05）者以均数 ± 标准差表示并用 Student t 检验，否则以中位数"
        "（四分位数）表示并用 Mann-Whitney 检验（与 SPSS 精确法一致）",
        "chosen by the data": "各组正态（Shapiro-Wilk P ≥ 0.05）者用 Welch t 检验，否则用 Mann-Whitney 检验（精确法）",
    }[settings.rule]
    adjusted = "" if settings.adjust == "none" else f"另给出按行数校正的 P 值（{settings.adjust}）。"
    return f"{rule}；分类变量以例数（%）表示并用 Fisher 精确检验。同时给出标准化差异。{adjusted}"


def _adverse_events(settings: Any) -> str:
    return (
        "各不良事件的发生例数以 Fisher 精确检验比较，比例采用 Clopper-Pearson 精确区间。首次感染自首剂激素起随访至感染、死亡或末次随访，"
        f"最长 {settings.window_days} 天，死亡为竞争事件。"
    )


def _correlates(settings: Any) -> str:
    rule = {
        "study": "体质指数用 Pearson 相关，其余用 Spearman 秩相关（与原研究图 4 一致）",
        "auto": "相关方法由两变量的正态性（Shapiro-Wilk）决定",
    }.get(settings.method, f"由读者选定 {settings.method.capitalize()} 相关")
    outcome = chinese_field(settings.against)
    return f"以“{outcome}”为结局；{rule}。对全部字段的 P 值按 Benjamini-Hochberg 法校正。"


def _prognosis(settings: Any) -> str:
    rule = {
        "as in the study": "检验与原研究表 3 一致（正态者 Student t 检验，其余 Mann-Whitney 检验）",
        "exact": "数值变量用 Mann-Whitney 精确检验",
    }[settings.test]
    return (
        f"逐一因素比较死亡与愈合患者；{rule}，二分类因素用 Fisher 精确检验。给出 AUC（Newcombe 2006 区间）与 Firth 比值比；"
        "P 值按 Benjamini-Hochberg 法校正。死亡例数少，不作多因素模型。"
    )


def _published(_: Any) -> str:
    return "将原研究（Front Immunol 2024，doi 10.3389/fimmu.2024.1421684）所印数值与本队列按相同检验重新计算的数值并列。"


_TITLES = {
    "adverse_events": "不良事件",
    "baseline": "基线特征",
    "correlates": "相关分析",
    "healing": "皮肤愈合",
    "mortality": "预期与观察死亡",
    "prognosis": "死亡相关因素",
    "published": "与原研究对照",
    "recovery": "生物标志物恢复",
    "robustness": "结果稳健性",
    "steroids": "糖皮质激素用量",
}
_CHINESE: dict[str, Callable[[Any], str]] = {
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
