"""Spreadsheets as wards write them, made here, each with the cohort that it must give.

Every file holds the same eight invented patients (or a part of what is known of them); what differs is how it
is written: the language of its headers, what stands above and below the patients, units, dates, marks of
missing values, codes. ``files()`` gives them in a fixed order; nothing is random and nobody is real.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import openpyxl

Grid = list[list[Any]]
Columns = dict[str, list[Any]]

N = 8
START = [date(2023, month, day) for month, day in
         ((1, 9), (2, 14), (3, 5), (4, 23), (6, 30), (8, 17), (10, 21), (12, 28))]  # fmt: skip
HEALING_DAYS = [14, 19, 23, None, 31, 11, 27, 17]

#: The eight patients in canonical fields and units; ``None`` is missing.
PATIENTS: Columns = {
    "patient_id": [f"P{number:02}" for number in range(1, N + 1)],
    "sex": ["male", "female", "male", "male", "female", "male", "female", "male"],
    "age_years": [61, 58, 70, 66, 49, 73, 55, 64],
    "height_cm": [172, 158, 169, 175, 160, 181, 163, 170],
    "weight_kg": [65.5, 52, 71, 58.5, 49.5, 84, 60, 77.5],
    "diagnosis": ["SJS", "SJS", "TEN", "TEN", "overlap", "SJS", "TEN", "SJS"],
    "arm": ["combination", "corticosteroid"] * 4,
    "scorten": [2, 1, 4, 5, 3, 2, 3, 2],
    "detachment_bsa_pct": [5, 8, 45, 60, 10, 3, 35, 9.5],
    "ivig": [False, False, True, True, False, None, True, False],
    "albumin_g_l": [39, 41, 28.5, 26, 33, 38, 30.5, None],
    "lymphocytes": [1.2, 0.9, 0.4, 0.35, 1.1, 1.6, 0.7, 1.3],
    "crp_mg_l_acute": [48, 22, 130, 176, 65, 31, 88, 54],
    "crp_mg_l_recovery": [3, 2.5, 12, None, 6, 1.5, 9, 4],
    "cd4_cells_ul_acute": [420, 510, 180, 150, 390, 600, 260, 450],
    "cd4_cells_ul_recovery": [560, 640, 320, None, 480, 710, 400, 590],
    "date_steroid_start": START,
    "date_healing": [day and first + timedelta(days=day) for first, day in zip(START, HEALING_DAYS, strict=True)],
    "reepithelization_days": HEALING_DAYS,
    "outcome": ["healed", "healed", "healed", "died", "healed", "healed", "healed", "healed"],
}  # fmt: skip

ENGLISH = {
    "patient_id": "Patient ID", "sex": "Sex", "age_years": "Age (years)", "height_cm": "Height (cm)",
    "weight_kg": "Weight (kg)", "diagnosis": "Diagnosis", "arm": "Treatment group", "scorten": "SCORTEN",
    "detachment_bsa_pct": "Detached BSA (%)", "ivig": "IVIG", "albumin_g_l": "Albumin (g/L)",
    "lymphocytes": "Lymphocytes (10^9/L)", "crp_mg_l_acute": "CRP acute (mg/L)",
    "crp_mg_l_recovery": "CRP recovery (mg/L)", "cd4_cells_ul_acute": "CD4 acute (cells/µL)",
    "cd4_cells_ul_recovery": "CD4 recovery (cells/µL)", "date_steroid_start": "Steroid start date",
    "date_healing": "Healing date", "reepithelization_days": "Re-epithelialisation time (days)",
    "outcome": "Outcome",
}  # fmt: skip
CHINESE = {
    "patient_id": "患者编号", "sex": "性别", "age_years": "年龄（岁）", "height_cm": "身高（cm）",
    "weight_kg": "体重（kg）", "diagnosis": "诊断", "arm": "组别", "scorten": "SCORTEN评分",
    "detachment_bsa_pct": "表皮剥脱面积（%）", "ivig": "丙种球蛋白", "albumin_g_l": "白蛋白（g/L）",
    "lymphocytes": "淋巴细胞（×10^9/L）", "crp_mg_l_acute": "C反应蛋白急性期（mg/L）",
    "crp_mg_l_recovery": "C反应蛋白恢复期（mg/L）", "cd4_cells_ul_acute": "CD4+T细胞治疗前（个/µL）",
    "cd4_cells_ul_recovery": "CD4+T细胞治疗后（个/µL）", "date_steroid_start": "激素开始日期",
    "date_healing": "愈合日期", "reepithelization_days": "再上皮化时间（天）", "outcome": "结局",
}  # fmt: skip
SPSS = {
    "patient_id": "ID", "sex": "Sex", "age_years": "Age", "height_cm": "Ht", "weight_kg": "Wt", "diagnosis": "Dx",
    "arm": "Group", "scorten": "SCORTEN", "detachment_bsa_pct": "BSA", "ivig": "IVIG", "albumin_g_l": "ALB",
    "lymphocytes": "LYM", "crp_mg_l_acute": "CRP_0", "crp_mg_l_recovery": "CRP_1", "cd4_cells_ul_acute": "CD4n_0",
    "cd4_cells_ul_recovery": "CD4n_1", "date_steroid_start": "D_GC0", "date_healing": "D_heal",
    "reepithelization_days": "ReEpi", "outcome": "Outcome",
}  # fmt: skip
CANONICAL = {name: name for name in PATIENTS}
LANGUAGES = {"English": ENGLISH, "Chinese": CHINESE, "SPSS": SPSS, "canonical": CANONICAL}

CHINESE_WORDS = {
    "male": "男", "female": "女", "combination": "激素联合依那西普", "corticosteroid": "单用激素",
    "overlap": "SJS/TEN重叠", "healed": "痊愈", "died": "死亡", True: "是", False: "否",
}  # fmt: skip
ENGLISH_WORDS = {
    "combination": "Steroid + etanercept", "corticosteroid": "Corticosteroid", True: "yes", False: "no",
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """A file of the corpus.

    cells : field -> what the cohort must hold; ``None`` is missing
    limits : (field, position of the patient) -> sign and bound
    asked : fields about which a question must be asked; without an answer they are missing
    answers : codings that answer these questions
    said : a cell that must stand in the query list, for how it was read is to be said
    """

    name: str
    data: bytes
    filename: str
    cells: Columns
    limits: dict[tuple[str, int], tuple[str, float]] = dataclasses.field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    answers: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    said: str = ""


Write = Callable[[str, Any], Any]


def in_words(words: Mapping[Any, str]) -> Write:
    """Writes categories and flags in the words of a language, dates as ISO text."""

    def write(name: str, value: Any) -> Any:
        if isinstance(value, bool | str):
            return words.get(value, value)
        return value

    return write


def grid_of(headers: Mapping[str, str], write: Write, patients: Columns = PATIENTS) -> Grid:
    """Header and patients as a grid."""
    names = [name for name in headers if name in patients]
    rows = [[write(name, patients[name][row]) for name in names] for row in range(N)]
    return [[headers[name] for name in names], *rows]


def as_csv(grid: Grid, separator: str = ",", codec: str = "utf-8") -> bytes:
    """A grid as delimited text."""

    def cell(value: Any) -> str:
        text = "" if value is None else str(value)
        return f'"{text}"' if separator in text or "\n" in text else text

    return "\r\n".join(separator.join(map(cell, row)) for row in grid).encode(codec)


def as_workbook(
    grid: Grid,
    *,
    merged: Sequence[str] = (),
    hidden: Sequence[int] = (),
    percent: Sequence[str] = (),
    notes: bool = False,
) -> bytes:
    """A grid as an xlsx workbook; ``merged`` are ranges, ``hidden`` rows, ``percent`` cells that show a percentage."""
    book = openpyxl.Workbook()
    if notes:
        book.active.title = "说明"
        book.active.append(["这是说明页"])
        book.create_sheet("数据")
    sheet = book.worksheets[-1]
    for row in grid:
        sheet.append(row)
    for place in percent:
        sheet[place].number_format = "0%"
    for area in merged:
        sheet.merge_cells(area)
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# ---- layouts -----------------------------------------------------------------------------------------


def _no_change(grid: Grid) -> Grid:
    return grid


def _title(grid: Grid) -> Grid:
    return [["irEN cohort 2021-2024 病例汇总"], [], *grid]


def _two_titles(grid: Grid) -> Grid:
    return [["Department of Dermatology"], ["Exported on", "2024-03-01"], *grid]


def _unit_row(grid: Grid) -> Grid:
    names = [str(cell).replace("（", "(").replace("）", ")") for cell in grid[0]]
    bare = [name.split("(")[0].strip() for name in names]
    units = [name.split("(")[1].rstrip(")") if "(" in name else None for name in names]
    return [bare, units, *grid[1:]]


def _summary_rows(grid: Grid) -> Grid:
    width = len(grid[0]) - 3
    return [
        *grid,
        ["Mean", None, 62, *[None] * width],
        ["合计", None, 496, *[None] * width],
        ["中位数", None, 62.5, *[None] * width],
        ["SD", None, 7.8, *[None] * width],
    ]


def _subtotals(grid: Grid) -> Grid:
    """Sums and means between the patients, with no heading above them."""
    width = len(grid[0]) - 3
    first = [["Subtotal", None, 189, *[None] * width], ["Mean ± SD", None, "63 ± 6.2", *[None] * width]]
    second = [["小计", None, 188, *[None] * width], ["n = 3", *[None] * (width + 2)]]
    return [*grid[:4], *first, *grid[4:7], *second, *grid[7:]]


def _footnotes(grid: Grid) -> Grid:
    return [*grid, [], ["注：剥脱面积为入院时评估。"], ["* one patient died before healing"]]


def _summary_after_gap(grid: Grid) -> Grid:
    width = len(grid[0]) - 3
    return [*grid, [], ["平均值", None, 62, *[None] * width], ["备注：数据截至2024年3月"]]


def _blank_rows(grid: Grid) -> Grid:
    return [*grid[:3], [], *grid[3:6], [], [], *grid[6:]]


def _blank_column(grid: Grid) -> Grid:
    return [[None, *row[:4], None, *row[4:]] for row in grid]


def _repeated_header(grid: Grid) -> Grid:
    return [*grid[:5], grid[0], *grid[5:]]


def _transposed(grid: Grid) -> Grid:
    return [list(row) for row in zip(*grid, strict=True)]


def _titled_and_transposed(grid: Grid) -> Grid:
    return [["Cohort"], [], *_transposed(grid)]


def _spaces(grid: Grid) -> Grid:
    return [[f" {cell}  " if isinstance(cell, str) else cell for cell in row] for row in grid]


def _line_breaks(grid: Grid) -> Grid:
    def broken(text: str) -> str:
        return text.replace(" (", "\n(").replace("（", "\n（")

    return [[broken(str(cell)) for cell in grid[0]], *grid[1:]]


def _wide(text: Any) -> Any:
    """Digits, letters and marks in full width."""
    if text is None or text == "" or isinstance(text, date):
        return text
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in str(text))


def _full_width(grid: Grid) -> Grid:
    at = [
        i for i, cell in enumerate(grid[0]) if not str(cell).startswith(("Patient", "患者", "ID", "patient"))
    ]
    return [
        [_wide(cell) if i in at and row is not grid[0] else cell for i, cell in enumerate(row)]
        for row in grid
    ]


def _full_width_headers(grid: Grid) -> Grid:
    return [[_wide(cell) for cell in grid[0]], *grid[1:]]


def _upper_case(grid: Grid) -> Grid:
    return [[str(cell).upper() for cell in grid[0]], *grid[1:]]


def _numbered(grid: Grid) -> Grid:
    return [["序号", *grid[0]], *[[i, *row] for i, row in enumerate(grid[1:], 1)]]


LAYOUTS: dict[str, Callable[[Grid], Grid]] = {
    "plain": _no_change,
    "title above": _title,
    "two titles above": _two_titles,
    "row of units": _unit_row,
    "summary rows below": _summary_rows,
    "subtotals between": _subtotals,
    "footnotes below": _footnotes,
    "summary after a gap": _summary_after_gap,
    "blank rows": _blank_rows,
    "blank columns": _blank_column,
    "header repeated": _repeated_header,
    "transposed": _transposed,
    "titled and transposed": _titled_and_transposed,
    "outer spaces": _spaces,
    "line breaks in headers": _line_breaks,
    "full-width values": _full_width,
    "full-width headers": _full_width_headers,
    "upper case": _upper_case,
    "numbered rows": _numbered,
}


def _layouts() -> Iterator[File]:
    for language, headers in (("English", ENGLISH), ("Chinese", CHINESE)):
        words = ENGLISH_WORDS if language == "English" else CHINESE_WORDS
        grid = grid_of(headers, in_words(words))
        for place, (name, change) in enumerate(LAYOUTS.items()):
            changed = change(grid)
            workbook = place % 2 == (language == "English") or "full" in name
            data = as_workbook(changed) if workbook else as_csv(changed)
            ending = "xlsx" if workbook else "csv"
            yield File(f"{language}: {name}", data, f"cohort.{ending}", PATIENTS)
    for language in ("SPSS", "canonical"):
        grid = grid_of(LANGUAGES[language], in_words(ENGLISH_WORDS))
        yield File(f"{language}: plain", as_csv(grid), "cohort.csv", PATIENTS)
    grid = grid_of(CHINESE, in_words(CHINESE_WORDS))
    for codec in ("gb18030", "utf-16", "utf-8-sig"):
        for separator in ("\t", ";"):
            data = as_csv(grid, separator, codec)
            yield File(f"Chinese: {codec}, {separator!r}", data, "cohort.csv", PATIENTS)
    yield File("hidden rows", as_workbook(grid, hidden=[3, 5]), "cohort.xlsx", PATIENTS)
    yield File("a sheet of notes first", as_workbook(grid, notes=True), "cohort.xlsx", PATIENTS)


# ---- headers in two lines ----------------------------------------------------------------------------

_PAIRED = {"crp_mg_l": "CRP (mg/L)", "cd4_cells_ul": "CD4 (cells/µL)"}


def _two_lines(name: str, upper: Mapping[str, str], *, by_phase: bool, phases: tuple[str, str]) -> File:
    """Markers and phases in two lines: the phase above the markers, or the marker above its phases."""
    plain = [field for field in PATIENTS if not field.endswith(("_acute", "_recovery"))]
    top: list[Any] = [None] * len(plain)
    low: list[Any] = [upper[field] for field in plain]
    fields = list(plain)
    merged = []
    pairs = (
        [(m, p) for p in range(2) for m in _PAIRED]
        if by_phase
        else [(m, p) for m in _PAIRED for p in range(2)]
    )
    for place, (marker, phase) in enumerate(pairs):
        above, below = (phases[phase], _PAIRED[marker]) if by_phase else (_PAIRED[marker], phases[phase])
        top.append(above if place % 2 == 0 else None)
        low.append(below)
        fields.append(f"{marker}_{('acute', 'recovery')[phase]}")
        if place % 2 == 0:
            first = openpyxl.utils.get_column_letter(len(top))
            merged.append(f"{first}1:{openpyxl.utils.get_column_letter(len(top) + 1)}1")
    write = in_words(ENGLISH_WORDS)
    rows = [[write(field, PATIENTS[field][i]) for field in fields] for i in range(N)]
    if name.endswith("names above"):  # the single names stand in the upper line, merged with the lower one
        top[: len(plain)], low[: len(plain)] = low[: len(plain)], [None] * len(plain)
    return File(name, as_workbook([top, low, *rows], merged=merged), "cohort.xlsx", PATIENTS)


def _two_line_headers() -> Iterator[File]:
    yield _two_lines("two lines: phase above", ENGLISH, by_phase=True, phases=("Acute", "Recovery"))
    yield _two_lines("two lines: marker above", ENGLISH, by_phase=False, phases=("Acute", "Recovery"))
    yield _two_lines("two lines: 前 and 后 below", CHINESE, by_phase=False, phases=("治疗前", "治疗后"))
    yield _two_lines("two lines: D0 and D14 below", ENGLISH, by_phase=False, phases=("D0", "D14"))
    yield _two_lines("two lines: D0 and D14 above", ENGLISH, by_phase=True, phases=("D0", "D14"))
    yield _two_lines("two lines: names above", ENGLISH, by_phase=False, phases=("Acute", "Recovery"))


_PHASES = {
    "前 and 后": ("{}前", "{}后"),
    "_0 and _1": ("{}_0", "{}_1"),
    "_pre and _post": ("{}_pre", "{}_post"),
    "D0 and D14": ("{} D0", "{} D14"),
    "acute and recovery": ("acute {}", "recovery {}"),
    "_a and _r": ("{}_a", "{}_r"),
    "急性期 and 恢复期": ("急性期{}", "恢复期{}"),
}


def _phase_affixes() -> Iterator[File]:
    for name, forms in _PHASES.items():
        headers = dict(SPSS)
        for marker, short in (("crp_mg_l", "CRP"), ("cd4_cells_ul", "CD4")):
            for phase, form in zip(("acute", "recovery"), forms, strict=True):
                headers[f"{marker}_{phase}"] = form.format(short)
        grid = grid_of(headers, in_words(ENGLISH_WORDS))
        yield File(f"phases: {name}", as_csv(grid), "cohort.csv", PATIENTS)


# ---- values ------------------------------------------------------------------------------------------


def _written(
    name: str, changes: Mapping[str, Callable[[Any], Any]], headers: Mapping[str, str] = ENGLISH, **facts: Any
) -> File:
    """English (or other) headers, with some columns written in another way."""
    words = in_words(CHINESE_WORDS if headers is CHINESE else ENGLISH_WORDS)

    def write(field: str, value: Any) -> Any:
        return changes[field](value) if field in changes and value is not None else words(field, value)

    separator = facts.pop("separator", ",")
    missing = facts.pop("missing", None)
    grid = grid_of(headers, write)
    if missing is not None:
        grid = [[missing if cell is None else cell for cell in row] for row in grid]
    facts.setdefault("cells", PATIENTS)
    return File(name, as_csv(grid, separator), "cohort.csv", **facts)


_NUMERIC = tuple(
    name
    for name, values in PATIENTS.items()
    if name != "ivig" and any(isinstance(value, int | float) for value in values)
)
_DAYS = ("date_steroid_start", "date_healing")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _dates(form: Callable[[date], Any]) -> dict[str, Callable[[Any], Any]]:
    return dict.fromkeys(_DAYS, form)


def _but(field: str, position: int, value: Any) -> Columns:
    changed = list(PATIENTS[field])
    changed[position] = value
    return {**PATIENTS, field: changed}


def _with_cell(field: str, position: int, text: str) -> dict[str, Callable[[Any], Any]]:
    original = PATIENTS[field][position]
    return {field: lambda value: text if value == original else value}


def _values() -> Iterator[File]:
    yield _written("dates: 2023.3.5", _dates(lambda d: f"{d.year}.{d.month}.{d.day}"))
    yield _written("dates: 20230305", _dates(lambda d: f"{d:%Y%m%d}"))
    yield _written("dates: serial numbers", _dates(lambda d: (d - date(1899, 12, 30)).days))
    yield _written("dates: 2023年3月5日", _dates(lambda d: f"{d.year}年{d.month}月{d.day}日"), CHINESE)
    yield _written("dates: 2023/3/5 0:00", _dates(lambda d: f"{d.year}/{d.month}/{d.day} 0:00"))
    yield _written("dates: 5 Mar 2023", _dates(lambda d: f"{d.day} {_MONTHS[d.month - 1]} {d.year}"))
    yield _written("dates: day first", _dates(lambda d: f"{d:%d/%m/%Y}"))
    yield _written("dates: month first", _dates(lambda d: f"{d:%m/%d/%Y}"))
    comma = dict.fromkeys(_NUMERIC, lambda value: str(value).replace(".", ","))
    yield _written("decimal commas", comma, separator=";")
    yield _written("decimal commas between tabs", comma, separator="\t")
    for word in ("NA", "N/A", "未查", "ND", "/", "-", "未测", "NULL", "."):
        # In a column of yes and no "-" is a no, and whatever says so must keep its place.
        headers = {k: v for k, v in CHINESE.items() if k != "ivig"} if word == "-" else CHINESE
        cells = {k: v for k, v in PATIENTS.items() if k in headers}
        yield _written(f"missing: {word}", {}, headers, missing=word, cells=cells)
    units = {
        "albumin_g_l": lambda v: f"{v} g/L", "lymphocytes": lambda v: f"{v}×10^9/L",
        "detachment_bsa_pct": lambda v: f"{v}%", "age_years": lambda v: f"{v}岁",
        "reepithelization_days": lambda v: f"{v}天",
    }  # fmt: skip
    yield _written("units inside cells", units, SPSS)
    yield _written("units inside cells beside those of the header", units)
    other = {"albumin_g_l": lambda v: f"{v / 10:.3g} g/dL", "height_cm": lambda v: f"{v / 100:.2f} m"}
    yield _written("other units inside cells", other, SPSS)
    yield _written(
        "a limit below", _with_cell("crp_mg_l_recovery", 1, "<5"),
        cells=_but("crp_mg_l_recovery", 1, None), limits={("crp_mg_l_recovery", 1): ("<", 5.0)},
    )  # fmt: skip
    yield _written(
        "a limit above", _with_cell("cd4_cells_ul_acute", 5, "＞2000"),
        cells=_but("cd4_cells_ul_acute", 5, None), limits={("cd4_cells_ul_acute", 5): (">", 2000.0)},
    )  # fmt: skip
    yield _written(
        "about",
        _with_cell("detachment_bsa_pct", 3, "~90"),
        cells=_but("detachment_bsa_pct", 3, 90),
        said="~90",
    )
    for text in ("30-40", "30～40%", "30至40"):
        yield _written(
            f"a range: {text}", _with_cell("detachment_bsa_pct", 6, text),
            cells=_but("detachment_bsa_pct", 6, 35), said=text,
        )  # fmt: skip
    yield _written("arrows of the laboratory", {"albumin_g_l": lambda v: f"{v}↓"})


# ---- units and codes ---------------------------------------------------------------------------------


def _in_unit(name: str, field: str, header: str, factor: float, **facts: Any) -> File:
    """A column in another unit, so that value × ``factor`` stands in the file."""
    headers = {**(CHINESE if "体" in header or "身" in header else ENGLISH), field: header}
    return _written(name, {field: lambda value: float(f"{value * factor:.10g}")}, headers, **facts)


def _units() -> Iterator[File]:
    for name, field, header, factor in (
        ("albumin in g/dL", "albumin_g_l", "Albumin (g/dL)", 0.1),
        ("CRP in mg/dL", "crp_mg_l_acute", "CRP acute (mg/dL)", 0.1),
        ("lymphocytes per µL", "lymphocytes", "Lymphocytes (/µL)", 1000),
        ("CD4 in 10^9/L", "cd4_cells_ul_acute", "CD4 acute (10^9/L)", 0.001),
        ("weight in 斤", "weight_kg", "体重（斤）", 2),
        ("height in m", "height_cm", "身高（m）", 0.01),
    ):
        yield _in_unit(f"header: {name}", field, header, factor)
    for name, field, header, factor, unit in (
        ("albumin in g/dL", "albumin_g_l", "Albumin", 0.1, "g/dL"),
        ("lymphocytes per µL", "lymphocytes", "Lymphocytes", 1000, "/µL"),
        ("CD4 in 10^9/L", "cd4_cells_ul_acute", "CD4 acute", 0.001, "10^9/L"),
        ("height in m", "height_cm", "身高", 0.01, "m"),
    ):
        answers = {field: {"unit": unit}}
        yield _in_unit(f"guessed: {name}", field, header, factor, asked=frozenset({field}), answers=answers)
    shares = [35.2, 28.1, 41, 39, 30, 25.5, 44, 37]
    grid = grid_of({**ENGLISH, "cd4_cells_ul_acute": "CD4 acute"}, in_words(ENGLISH_WORDS))
    at = grid[0].index("CD4 acute")
    for row, share in zip(grid[1:], shares, strict=True):
        row[at] = share
    yield File(
        "percentages for counts", as_csv(grid), "cohort.csv", {**PATIENTS, "cd4_cells_ul_acute": [None] * N},
        asked=frozenset({"cd4_cells_ul_acute"}), answers={"cd4_cells_ul_acute": {"unit": "%"}},
    )  # fmt: skip


def _codes() -> Iterator[File]:
    sex = {"sex": lambda word: {"male": 1, "female": 2}[word]}
    yield _written("sex 1/2, explained", sex, {**ENGLISH, "sex": "Sex (1=male, 2=female)"})
    yield _written("sex 1/2, not explained", sex, asked=frozenset({"sex"}),
                   answers={"sex": {"1": "male", "2": "female"}})  # fmt: skip
    died = {"outcome": lambda word: int(word == "died")}
    yield _written("death 0/1", died, {**ENGLISH, "outcome": "Death (0=no, 1=yes)"})
    plus = {"ivig": lambda given: "+" if given else "-"}
    yield _written("flags + and -", plus)
    unclear = [date(2023, month, 1 + month % 9) for month in range(1, N + 1)]
    known = {**{k: v for k, v in PATIENTS.items() if k not in ("date_healing", "reepithelization_days")},
             "date_steroid_start": unclear}  # fmt: skip
    for order, form in (("day first", "%d/%m/%Y"), ("month first", "%m/%d/%Y")):

        def write(name: str, value: Any, form: str = form) -> Any:
            return value.strftime(form) if isinstance(value, date) else in_words(ENGLISH_WORDS)(name, value)

        headers = {k: v for k, v in ENGLISH.items() if k in known}
        grid = grid_of(headers, write, known)
        yield File(
            f"dates that may be either: {order}", as_csv(grid), "cohort.csv", known,
            asked=frozenset({"date_steroid_start"}), answers={"date_steroid_start": {"order": order}},
        )  # fmt: skip


def _distractors() -> Iterator[File]:
    """Columns that resemble a field and are another quantity, and columns that stand there twice."""
    others = {
        "CD4%": [35, 40, 22, 18, 30, 41, 26, 37], "CD4/CD8": [1.1, 1.4, 0.7, 0.6, 1.2, 1.5, 0.9, 1.3],
        "Ward": [3, 3, 4, 4, 3, 2, 4, 3], "Remark": ["", "transferred", *[""] * 6],
        "BSA (m2)": [1.8, 1.5, 1.8, 1.7, 1.5, 2.1, 1.7, 1.9], "CD45": [90, 91, 88, 80, 93, 95, 87, 92],
    }  # fmt: skip
    for language, headers, words in (
        ("English", ENGLISH, ENGLISH_WORDS),
        ("Chinese", CHINESE, CHINESE_WORDS),
    ):
        grid = grid_of(headers, in_words(words))
        for name, values in others.items():
            for row, value in zip(grid, [name, *values], strict=True):
                row.insert(4, value)
        yield File(f"{language}: other quantities", as_csv(grid), "cohort.csv", PATIENTS)
        twice = [[*row, row[2]] for row in grid_of(headers, in_words(words))]
        yield File(f"{language}: a header twice", as_csv(twice), "cohort.csv", PATIENTS)


def files() -> Iterator[File]:
    """Every file of the corpus."""
    yield from _layouts()
    yield from _two_line_headers()
    yield from _phase_affixes()
    yield from _values()
    yield from _units()
    yield from _codes()
    yield from _distractors()
