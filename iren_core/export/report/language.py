"""Headings and fixed sentences of the report, and the names of tests in Chinese."""

from __future__ import annotations

import re
from typing import Literal, get_args

Language = Literal["English", "中文"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

WORDS: dict[Language, dict[str, str]] = {
    "English": {
        "title": "Immune-related epidermal necrolysis: report on a cohort",
        "about": "What this report is made from",
        "methods": "Statistical methods",
        "results": "Results",
        "summary": "In short",
        "care": "Read with care",
        "figure": "Figure",
        "figures": "Figures",
        "table": "Table",
        "checklist": "Reporting checklist",
        "checklist_note": (
            "Ticked is only what this document itself fulfils. All else is for the authors to write. STROBE: von Elm E "
            "et al., Lancet 2007;370:1453-1457, cohort studies. KMunicate: Morris TP et al., BMJ Open 2019;9:e030215."
        ),
        "item": "Item",
        "asked": "What is asked",
        "done": "Done",
        "where": "Where, or why not",
        "provenance": "Provenance",
        "long": "This table has {rows} rows and is not printed here; it is in the workbook, sheet “{sheet}”.",
        "native": (
            "Drawn by Word from the data sheet behind it (Edit data), for no Chrome, Chromium or Edge was found to draw "
            "the picture of the page."
        ),
        "remains": "",
    },
    "中文": {
        "title": "免疫相关表皮坏死松解症：队列分析报告",
        "about": "数据来源",
        "methods": "统计方法",
        "results": "结果",
        "summary": "主要结果",
        "care": "解读注意事项",
        "figure": "图",
        "figures": "图",
        "table": "表",
        "checklist": "报告规范核对表",
        "checklist_note": (
            "仅勾选本文件自身已满足的条目，其余须由作者撰写。STROBE：von Elm E 等，Lancet 2007;370:1453-1457（队列研究）。"
            "KMunicate：Morris TP 等，BMJ Open 2019;9:e030215。"
        ),
        "item": "条目",
        "asked": "要求",
        "done": "完成",
        "where": "所在位置或未完成原因",
        "provenance": "溯源信息",
        "long": "本表共 {rows} 行，此处不印出；见工作簿中的工作表“{sheet}”。",
        "native": "未找到可用于绘图的 Chrome、Chromium 或 Edge 浏览器，故此图由 Word 依据内嵌数据表绘制（可“编辑数据”）。",
        "remains": (
            "说明：标题、方法与核对表为中文；各项结果另附中文语句，置于英文原句之前（少数视图仅有英文）。注意事项、图、表及其脚注由程序以英文生成，此处保留英文原文，未作翻译。"
        ),
    },
}

#: Tests as the statistics name them; a longer name stands before a shorter one that begins it.
_TESTS = (
    ("Mann-Whitney test, exact, not corrected for ties (SPSS)", "Mann-Whitney U 检验（精确法，未作同秩校正，与 SPSS 一致）"),
    ("Mann-Whitney test, exact", "Mann-Whitney U 检验（精确法，含同秩）"),
    ("Asymptotic Mann-Whitney test, without continuity correction (SPSS)", "Mann-Whitney U 检验（渐近法，无连续性校正，与 SPSS 一致）"),
    ("Mann-Whitney test, normal approximation", "Mann-Whitney U 检验（正态近似）"),
    ("Mann-Whitney test", "Mann-Whitney U 检验"),
    ("Wilcoxon signed-rank test, exact", "Wilcoxon 符号秩检验（精确法）"),
    ("Wilcoxon signed-rank test, normal approximation", "Wilcoxon 符号秩检验（正态近似）"),
    ("Paired t-test", "配对 t 检验"),
    ("Student t-test", "Student t 检验（等方差）"),
    ("Welch t-test", "Welch t 检验（方差不等）"),
    ("Welch analysis of variance", "Welch 方差分析"),
    ("Analysis of variance", "方差分析"),
    ("Kruskal-Wallis test", "Kruskal-Wallis 检验"),
    ("Fisher-Freeman-Halton exact test", "Fisher-Freeman-Halton 精确检验"),
    ("Fisher-Freeman-Halton test, simulated with a fixed seed", "Fisher-Freeman-Halton 检验（固定种子的蒙特卡洛法）"),
    ("Fisher's exact test", "Fisher 精确检验"),
    ("Pearson's chi-squared test", "Pearson 卡方检验"),
    ("Log-rank test", "对数秩（log-rank）检验"),
    ("Gray's test", "Gray 检验"),
    ("Aalen-Johansen estimate", "Aalen-Johansen 累积发生率估计"),
    ("Cox regression", "Cox 回归（Efron 法处理同时事件）"),
    ("SCORTEN equation", "SCORTEN 公式"),
    ("exact Poisson-binomial test", "精确 Poisson-二项检验"),
    ("Pearson's correlation", "Pearson 相关"),
    ("Spearman's rank correlation, t approximation", "Spearman 秩相关（t 近似）"),
    ("Spearman's rank correlation, exact", "Spearman 秩相关（精确法）"),
    ("Spearman's rank correlation", "Spearman 秩相关"),
    ("Kendall's rank correlation", "Kendall 秩相关"),
)  # fmt: skip


def chinese_test(name: str) -> str:
    """The test in Chinese; one that is not known keeps its English name.

    >>> chinese_test("Log-rank test, stratified (2 strata)")
    '对数秩（log-rank）检验（分层：2 层）'
    >>> chinese_test("Some new test")
    'Some new test'
    """
    for english, chinese in _TESTS:
        if name.startswith(english):
            rest = name.removeprefix(english)
            strata = re.fullmatch(r", stratified \((\d+) strata\)", rest)
            return f"{chinese}（分层：{strata[1]} 层）" if strata else f"{chinese}{rest}"
    return name
