"""The report in Word: journal tables, captions, checklist, both languages; nothing in it can run."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree
from validity import faults

from iren_core import Cohort, CohortError, Selection
from iren_core.analyses import adverse_events, baseline, healing, mortality, recovery, robustness, steroids
from iren_core.bundle.recipe import QUESTIONS
from iren_core.card import Card, Table
from iren_core.export import images
from iren_core.export.report import LANGUAGES, checklist, finding_of, methods_of
from iren_core.export.word import _cut_down, _widths_mm, document


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are for test_images.py; here none is drawn."""
    monkeypatch.setattr(images, "find_browser", lambda: None)


@pytest.fixture(scope="module")
def cards(sample: Cohort) -> list[Card]:
    ten = sample.select(Selection(diagnosis=("TEN",)))
    return [baseline.card(sample), healing.card(sample), mortality.card(sample), healing.card(ten)]


@pytest.fixture(scope="module")
def report(cards: list[Card]) -> Any:
    """The report of the cards, read back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "find_browser", lambda: None)
        return opened(cards)


def opened(cards: list[Card], **settings: Any) -> Any:
    return docx.Document(BytesIO(document(cards, **settings)))


def text_of(report: Any) -> str:
    return "\n".join(paragraph.text for paragraph in report.paragraphs)


def printed(report: Any) -> list[Any]:
    """The tables that are no mere grid of charts."""
    return [table for table in report.tables if table._tbl.find(f".//{qn('w:drawing')}") is None]


def cells_of(table: Any) -> list[list[str]]:
    return [[cell.text.replace("\xa0", " ") for cell in row.cells] for row in table.rows]


def test_words_and_numbers_of_the_cards_are_in_it(cards: list[Card], report: Any):
    text = text_of(report)
    for card in cards:
        assert text.count(card.finding) == 2  # in short, and in its own section
        assert f"Provenance: {card.provenance}" in text
        for note in card.notes:
            assert note in text
        assert all(sentence in text for sentence in re.split(r"(?<=\.) (?=[A-Z])", card.methods))
    assert "Healing by treatment arm (diagnosis TEN)" in text
    assert "p-values two-sided" in text
    assert "Nothing was imputed" in text


def test_tables_stand_as_shown_with_their_notes(cards: list[Card], report: Any):
    shown = cards[1].table("summary")
    (table,) = [
        one for one in report.tables if one.rows[0].cells[0].text == "Panel" and len(one.rows) == 7
        and one.rows[0].cells[3].text == "Half healed, day"
    ]  # fmt: skip
    assert cells_of(table) == [list(shown.shown.columns), *shown.shown.to_numpy().tolist()]
    assert shown.note in text_of(report)


def test_tables_have_three_rules_and_a_head_that_repeats(report: Any):
    for table in printed(report):
        borders = table._tbl.tblPr.find(qn("w:tblBorders"))
        assert [rule.tag for rule in borders] == [qn("w:top"), qn("w:bottom")]
        # the order of ECMA-376 part 1, 17.4.60, without which Word takes a file for damaged
        order = [
            qn(f"w:{name}")
            for name in ("tblStyle", "tblW", "tblBorders", "tblLayout", "tblCellMar", "tblLook")
        ]
        parts = [part.tag for part in table._tbl.tblPr]
        assert parts == [name for name in order if name in parts]
        head, *rows = table.rows
        assert head._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(
            cell._tc.tcPr.find(qn("w:tcBorders")).find(qn("w:bottom")) is not None for cell in head.cells
        )
        assert all(cell._tc.tcPr.find(qn("w:tcBorders")) is None for row in rows for cell in row.cells)


def test_tables_fill_the_page_and_no_more(report: Any):
    for table in printed(report):
        assert sum(column.width.mm for column in table.columns) == pytest.approx(174, abs=0.5)


def inlines(report: Any) -> list[Any]:
    return report.element.body.findall(f".//{qn('wp:inline')}")


def test_without_a_browser_word_draws_the_figures_from_their_own_numbers(cards: list[Card]):
    data = document(cards)
    assert faults(data) == []
    report = docx.Document(BytesIO(data))
    drawn = inlines(report)
    panels = [panel for card in cards for panel in card.figure.layout.meta["panels"]]
    assert len(drawn) == len(panels) == 1 + 3 + 3 + 1
    assert all(one.find(qn("wp:docPr")).get("descr") for one in drawn)
    text = text_of(report)
    assert text.count("Drawn by Word from the data sheet behind it") == len(cards)
    assert f"Figure 2. Healing by treatment arm. {cards[1].caption} As a chart" in text
    healed = next(trace for trace in cards[1].figure.data if trace.meta["role"] == "estimate")
    parts = ZipFile(BytesIO(data))
    chart = etree.fromstring(parts.read("word/charts/chart2.xml"))
    shown = {float(value.text) for value in chart.iterfind(".//{*}yVal//{*}v")}
    assert {float(y) for y in healed.y} <= shown


def test_charts_of_word_are_as_wide_as_the_page_and_in_small_letters(cards: list[Card]):
    data = document(cards[1:2])
    widths = [int(one.find(qn("wp:extent")).get("cx")) for one in inlines(docx.Document(BytesIO(data)))]
    assert 160 < sum(widths) / Mm(1) <= 174
    sizes = [
        int(size)
        for size in re.findall(rb' sz="(\d+)"', ZipFile(BytesIO(data)).read("word/charts/chart1.xml"))
    ]
    assert sizes
    assert 700 <= min(sizes) <= max(sizes) <= 900


def test_numbers_at_risk_stand_below_a_chart_of_word(cards: list[Card], report: Any):
    shown = cards[1].table("at_risk").shown
    assert [list(shown.columns), *shown.astype(str).to_numpy().tolist()] in [
        cells_of(table) for table in report.tables
    ]


def test_patients_are_not_named_in_charts_of_word(sample: Cohort):
    data = document([recovery.card(sample)])
    files = ZipFile(BytesIO(data))
    charts = [files.read(name) for name in files.namelist() if name.startswith("word/charts/chart")]
    assert charts
    assert not any(b"S01" in chart for chart in charts)


def test_a_figure_has_its_size_and_alternative_text(cards: list[Card], monkeypatch: pytest.MonkeyPatch):
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    monkeypatch.setattr("iren_core.export.word.draw", lambda *_: dot)
    (shape,) = opened(cards[1:2]).inline_shapes
    assert shape.width.mm == pytest.approx(174, abs=0.1)
    assert shape._inline.docPr.get("descr") == cards[1].alt


def test_a_very_long_table_is_said_not_cut(cards: list[Card]):
    long = pd.DataFrame({"day": [str(day) for day in range(100)]})
    card = replace(cards[1], tables=(Table("long", "Long", long, long),))
    assert (
        "This table has 100 rows and is not printed here; it is in the workbook, sheet “healing long”."
        in text_of(opened([card]))
    )


def ticked(cards: list[Card]) -> set[str]:
    return {item.number for item in checklist(cards, "English") if item.done}


def test_only_what_the_report_fulfils_is_ticked(cards: list[Card], sample: Cohort):
    always = {"12a", "12c", "13a"}
    assert ticked([recovery.card(sample)]) == always
    assert ticked([baseline.card(sample)]) == {*always, "14a", "14b"}
    curves = {*always, "12b", "12d", "15", "K1", "K2", "K4"}
    assert ticked([healing.card(sample)]) - {"K3"} == curves
    assert ticked([robustness.card(sample)]) == {*always, "12e", "16a", "16c", "17"}
    cut = healing.card(sample, healing.Settings(group="age_years>=60"))
    assert "16b" in ticked([cut])
    assert not {"1", "4", "19", "22"} & ticked(cards)


def test_every_item_stands_in_the_report_ticked_or_open(report: Any):
    table = report.tables[-1]
    rows = cells_of(table)[1:]
    assert len(rows) == 36
    assert {row[2] for row in rows} == {"☒", "☐"}
    assert {row[3] for row in rows if row[2] == "☐"} == {"For the authors."}


def test_the_chinese_report_says_what_remains_english(cards: list[Card]):
    text = text_of(opened(cards, language="中文"))
    for words in ("统计方法", "结果", "报告规范核对表", "此处保留英文原文，未作翻译", "缺失值不作填补"):
        assert words in text
    assert "皮肤愈合（Healing by treatment arm）" in text
    assert "对数秩（log-rank）检验" in text
    assert cards[1].finding in text
    assert "Statistical methods" not in text


def test_chinese_findings_say_the_same_numbers(sample: Cohort):
    # the numbers are those of the English sentences
    assert finding_of(healing.card(sample)) == (
        "愈合者中半数愈合时间：糖皮质激素联合 TNF 抑制剂组为第 14 天（95% CI 12 至 17；n = 12），"
        "单用糖皮质激素组为第 21 天（95% CI 15 至 30；n = 17）。"
        "对数秩（log-rank）检验：χ² = 13.11，自由度 1，P < 0.001。"
        "截至第 47 天，平均愈合天数相差 9.2 天（95% CI 4.2 至 14.2）：单用糖皮质激素组减糖皮质激素联合 TNF 抑制剂组。"
    )  # fmt: skip
    assert (
        "全部患者：32 例中 56 天内死亡 3 例，SCORTEN 预期 10.9 例；标准化死亡比 0.27（95% CI 0.06 至 0.80"
        in finding_of(mortality.card(sample))
    )
    assert "降低，中位变化（Hodges-Lehmann） −46.9 mg/L（95% CI −81.7 至 −26.2" in finding_of(
        recovery.card(sample)
    )
    unlike = recovery.card(sample, recovery.Settings(marker="ferritin_ng_ml", deceased="counted"))
    assert "未显示变化，平均变化 −155 ng/mL（95% CI −432 至 123" in finding_of(unlike)


#: What a Chinese finding says beyond the English one: levels, those who healed, each arm's deaths.
BEYOND = {
    "correlates": {"0.05"}, "mortality": {"14", "6.7", "0.005", "18", "1", "4.2", "0.074"},
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_a_chinese_finding_with_the_numbers_of_the_english_one(
    sample: Cohort, question: str
):
    card = import_module(f"iren_core.analyses.{question}").card(sample)
    chinese = finding_of(card)
    assert chinese.endswith("。")
    assert "nan" not in chinese
    numbers = [set(re.findall(r"−?\d+(?:\.\d+)?", text)) for text in (chinese, card.finding)]
    assert numbers[0] - numbers[1] == BEYOND.get(question, set())


@pytest.mark.parametrize("measure", steroids.MEASURES)
@pytest.mark.parametrize("test", ["as in the study", "Welch"])
def test_chinese_doses_have_the_digits_of_the_english_ones(sample: Cohort, measure: Any, test: Any):
    card = steroids.card(sample, steroids.Settings(measure=measure, test=test))
    chinese = set(re.findall(r"−?\d+(?:\.\d+)?", finding_of(card)))
    assert chinese <= set(re.findall(r"−?\d+(?:\.\d+)?", card.finding))


def test_a_chinese_finding_claims_no_more_than_the_english_one(sample: Cohort):
    alike, unlike = (
        baseline.card(sample, baseline.Settings(group="sex", fields=fields))
        for fields in (("fever", "mucositis"), ("fever", "age_years"))
    )
    assert finding_of(alike) == "按“性别”比较 2 项特征：均未显示组间差异（P 均 ≥ 0.05）。"
    assert "1 项 P < 0.05：年龄（“女”减“男”，差值 −7 岁，95% CI −15 至 0；" in finding_of(unlike)
    assert "未显示组间差异" in finding_of(adverse_events.card(sample))
    only_ten = sample.select(Selection(diagnosis=("TEN",), arm=("corticosteroid",)))
    assert "组间" not in finding_of(baseline.card(only_ten))


def test_chinese_methods_follow_the_settings(sample: Cohort):
    censored = healing.card(
        sample, healing.Settings(deaths="censored at death", interval="plain", group="sex")
    )
    text = methods_of(censored, "中文")
    assert "愈合前死亡者在死亡日删失" in text
    assert "原始尺度" in text
    assert "按“性别”分组比较" in text
    assert methods_of(censored, "English") == censored.methods


def test_every_setting_of_every_question_has_its_chinese_sentence(every_settings: list[Card]):
    for card in every_settings:
        assert methods_of(card, "中文") != card.methods


@pytest.fixture(scope="module")
def every_settings(sample: Cohort, cards: list[Card]) -> list[Card]:
    """Cards that only differ in settings need not be computed: methods read nothing but settings and tests."""
    from dataclasses import fields  # noqa: PLC0415
    from typing import Literal, get_args, get_origin, get_type_hints  # noqa: PLC0415

    origin = cards[0].origin
    made = []
    for question in QUESTIONS:
        kind = import_module(f"iren_core.analyses.{question}").Settings
        hints = get_type_hints(kind)
        for field in fields(kind):
            options = get_args(hints[field.name]) if get_origin(hints[field.name]) is Literal else [None]
            for option in options:
                settings = kind() if option is None else kind(**{field.name: option})
                made.append(replace(cards[0], origin=replace(origin, question=question, settings=settings)))
    return made


def test_words_of_a_file_can_run_nothing(hostile_card: Card):
    data = document([hostile_card])
    body = ZipFile(BytesIO(data)).read("word/document.xml").decode()
    assert "<script" not in body
    for runs in ("w:instrText", "w:fldSimple", "w:hyperlink", "w:object"):
        assert runs not in body
    assert "<b>bold</b>" in text_of(docx.Document(BytesIO(data)))


@pytest.fixture
def hostile_card(cards: list[Card], hostile_table: Table) -> Card:
    words = "=cmd|' /C calc'!A0 <script>alert(1)</script> <b>bold</b> \x0b"
    return replace(cards[1], finding=words, caption=words, notes=(words,), tables=(hostile_table,))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_cards_give_the_same_bytes(cards: list[Card], language: Any):
    assert document(cards[1:2], language=language) == document(cards[1:2], language=language)


def test_no_card_is_named():
    with pytest.raises(CohortError, match="There is no answer to put in it"):
        document([])


def test_widths_give_way_where_words_are_long():
    assert _cut_down([10, 20, 100, 80], 150) == [10, 20, 60, 60]
    head, *rows = (["Characteristic", "p", "Missing"], ["retroperitoneal carcinoma " * 9, "> 0.999", "0"])
    widths = _widths_mm([head, *rows])
    assert sum(widths) == pytest.approx(174)
    assert widths[1] >= len("> 0.999") * 1.6


@pytest.mark.parametrize(
    ("head", "thousandths"),
    # Adobe Core 14 font metrics, Times-Bold.afm (WX of each letter, summed); Times New Roman has the same widths.
    [("SCORTEN", 4834), ("Known", 3112), ("Marker", 3498)],
)
def test_no_head_is_broken_inside_a_word(head: str, thousandths: int):
    long = "Wilcoxon signed-rank test, exact: V = 2, p < 0.001, of all the patients with both values " * 2
    widths = _widths_mm([[head, "Test", "Group", "Change"], ["1", long, long, long]])
    edges_mm = 2.2
    assert widths[0] >= thousandths / 1000 * 8.5 / 72 * 25.4 + edges_mm


def test_what_is_read_as_one_is_not_broken_in_a_cell(report: Any):
    texts = {cell.text for table in printed(report) for row in table.rows for cell in row.cells}
    assert "Corticosteroids alone (n\xa0=\xa018)" in texts
    assert not [text for text in texts if "n = " in text or "p < " in text]


def test_methods_say_each_sentence_of_a_question_once(sample: Cohort):
    markers = ("crp_mg_l", "il6_pg_ml", "ferritin_ng_ml")
    every = [recovery.card(sample, recovery.Settings(marker=marker)) for marker in markers]
    every.append(recovery.card(sample, recovery.Settings(view="all markers")))
    methods = text_of(docx.Document(BytesIO(document(every)))).split("Results")[0]
    assert methods.count("Incomplete pairs are counted and left out.") == 1
    ranks = "Wilcoxon signed-rank test, exact; ranks of the changes are compared because the changes departed"
    assert methods.count(ranks) == 2  # of single markers, and of all: not once a marker and group
    assert "Figures 1, 2: Corticosteroids + TNF inhibitor and Corticosteroids alone: Wilcoxon" in methods
    assert "Figure 3: Acute and recovery values of serum ferritin were compared within patients." in methods
    assert (
        "CRP, IL-6, TNF-α (Corticosteroids + TNF inhibitor) and CD3+ (Corticosteroids alone): within groups"
        in methods
    )


def test_two_cards_of_one_title_keep_their_own_methods(sample: Cohort):
    every = [
        healing.card(sample, healing.Settings(deaths=rule)) for rule in ("healed only", "censored at death")
    ]
    methods = text_of(docx.Document(BytesIO(document(every)))).split("Results")[0]
    for number, card in enumerate(every, start=1):
        own = methods.split(f"Figure {number}: ")[1].split("Figure ")[0]
        other = every[2 - number].methods
        said = [one for one in re.split(r"(?<=\.) (?=[A-Z])", card.methods) if one not in other]
        assert said
        assert all(one in own for one in said)


def test_a_chinese_finding_of_deaths_names_whom_it_counts_and_compares_the_arms(sample: Cohort):
    whole, sjs, at_any_time = (
        finding_of(card)
        for card in (
            mortality.card(sample),
            mortality.card(sample.select(Selection(diagnosis=("SJS",)))),
            mortality.card(sample, mortality.Settings(deaths="at any time")),
        )
    )
    ratio = mortality.card(sample).table("pairs").values.iloc[0]
    assert (
        f"的标准化死亡比之比 {ratio['ratio_of_smrs']:.2f}（95% CI {ratio['ratio_of_smrs_low']:.2f} 至 "
        in whole
    )
    assert sjs.startswith("SJS 患者：")
    assert "全部患者" not in sjs
    assert "天内" in sjs
    assert "天内" not in at_any_time


def test_one_arm_has_a_chinese_finding_of_adverse_events_too(sample: Cohort):
    alone = adverse_events.card(sample.select(Selection(arm=("combination",))))
    assert finding_of(alone).endswith("5/14（36%）。组间未作检验。")
