"""What the header of a column says: a name, a unit, a coding, a phase."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from iren_core import schema
from iren_core.intake.legends import like_legend, read_legend
from iren_core.intake.one_reading import once_a_reading
from iren_core.intake.units import keep_raised, looks_like_unit, trailing_unit_pattern, unit_key, with_strokes

Phase = Literal["acute", "recovery"]

_BRACKETS = re.compile(r"\(([^()]*(?:\([^()]*\))?[^()]*)\)|\[([^\]]*)\]|\{([^}]*)\}|【([^】]*)】")

_PLURAL = re.compile(r"(?<=[a-z])\(e?s\)", re.IGNORECASE)
#: What may be a unit among words: "HCO3 mEq/L day 1".
_INSIDE = re.compile(r"(?<= )\S+/\S+(?= )")
#: The name of a variable behind its label: "Body weight (kg) [WEIGHT]".
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,}")
#: One answer of several that may be ticked, as REDCap exports it: "Sites (choice=Oral)".
_CHOICE = re.compile(r"([(\[])\s*(?:choice|选择|选项)\s*[=:]\s*", re.IGNORECASE)
#: The usual range of a value with its unit: "3.5-9.5×10^9/L", "<8 mg/L".
_USUAL = re.compile(r"([<>≤≥]=? ?\d+(?:\.\d+)?(?=[^/]*/)|\d+(?:\.\d+)? ?[-–—~～至到] ?\d+(?:\.\d+)?) ?(\D.*)")
_BRACKETED_CODE = re.compile(r"[(\[](\d)[)\]]")
#: The number of a question or of a column before its name: "12. Urea", "3、性别", "Q5: Sex".
_NUMBERING = re.compile(r"^(?:\(\d{1,3}\)|(?:q|item )?\d{1,3} ?[.:、)])\s*(?=[^\W\d])", re.IGNORECASE)
#: Where a word begins without a blank: "ageYears", "CRPadm".
_NEXT_WORD = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z]{2})(?=[A-Z]{2})|(?<=[A-Z]{2})(?=[a-z]{3})")
#: Characters of Taiwan and Hong Kong in the words of clinics -> those of the mainland.
_ONE_SCRIPT = str.maketrans(
    "癒藥檢點劑創傷無爛體溫剝脫鬆紅損應腫療訪診斷組總數歲齡別轉歸時間發開後復緩穩細單鐵計編號歷碼臟併輸註燒熱為爲個種類圍範異長積當級閉"
    "膚結語會陰顏麵頭髮況遲潛與於還進過達確認項純絕對試驗參產獲從來終蹤術週啟給麼亞補臨線壓",
    "愈药检点剂创伤无烂体温剥脱松红损应肿疗访诊断组总数岁龄别转归时间发开后复缓稳细单铁计编号历码脏并输注烧热为为个种类围范异长积当级闭"
    "肤结语会阴颜面头发况迟潜与于还进过达确认项纯绝对试验参产获从来终踪术周启给么亚补临线压",
) | {ord("≥"): ">=", ord("≤"): "<="}
#: One spelling for words that spreadsheets spell in several ways.
_SPELLINGS = (
    (re.compile(r"epithel(?:iali|i)[sz]"), "epithelializ"),
    (re.compile(r"tumour"), "tumor"),
    (re.compile(r"haem"), "hem"),
    (re.compile("粘膜"), "黏膜"),
    (re.compile("累计"), "累积"),
    (re.compile("α"), "a"),
)

_ACUTE = (
    "acute phase|acute stage|in the acute phase|at admission|on admission|at baseline|before treatment|"
    "at onset|on onset|at presentation|on presentation|on arrival|pre treatment|pretreatment|acute|baseline|base|bl|"
    "admission|admit|adm|pre|before|initial|ac|"
    "急性期|治疗前|用药前|基线期|基线|入院时|入院|急性|前|q|a"
)
_RECOVERY = (
    "recovery phase|recovery stage|in the recovery phase|at recovery|at discharge|after treatment|"
    "after recovery|on recovery|post treatment|posttreatment|recovery|recovered|convalescent|convalescence|remission|"
    "rec|post|after|follow ?up|discharge|恢复期|治疗后|用药后|缓解期|稳定期|出院前|出院时|出院|恢复|后|h|r"
)
#: Names of one substance that only look like another before treatment.
_NO_PHASE = ("前白蛋白", "prealbumin")
_ORDINAL = r"(?:t|v|d|day|day |visit|visit |time|time )?\d{1,2}"
#: SPSS allows no slash in a name: "CRP_mg_L", "Pred_mg_kg_d".
_UNDERSCORED = re.compile(r"(?<=[a-z])_(?=(?:ml|dl|ul|l|kg)(?:_|$))|(?<=[mk]g)_(?=(?:day|d)(?:_|$))")
#: By these words a dose is one of a day.
_DAILY = re.compile(r"日剂量|日用量|每日|每天|\bdaily\b|\bper day\b|\bqd\b")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TWO_BLOCKS = re.compile(r"([\u4e00-\u9fff]+)([^\u4e00-\u9fff]+)|([^\u4e00-\u9fff]+)([\u4e00-\u9fff]+)")


@dataclass(frozen=True)
class Header:
    """A column's header taken apart.

    names : the name in words, lower case, most literal first (with and without bracketed remarks and units)
    unit : the unit in one spelling (see ``units``), "" without one
    unknown_unit : a unit-like text that is not known, else ""
    legend : code -> label, where the header explains its coding ("sex (0=F, 1=M)")
    remarks : what else stands in brackets; "[WEIGHT]" with its square ones, which may hold the name of a variable
    unread : what seems to explain a coding that cannot be read, else ""
    literal : how many of the first ``names`` still hold the unit as words ("within 4 weeks")
    whole : how many of the first ``names`` hold every remark in brackets
    """

    names: tuple[str, ...]
    unit: str
    unknown_unit: str
    legend: dict[str, str]
    literal: int = 0
    whole: int = 1
    remarks: tuple[str, ...] = ()
    unread: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names without spaces, as they are looked up."""
        return tuple(dict.fromkeys(name.replace(" ", "") for name in self.names))


def name_key(text: str) -> str:
    """A name without case, spaces, punctuation and spelling variants.

    >>> name_key("Re-epithelisation  time"), name_key("ＣＤ４＋"), name_key("TNF-α")
    ('reepithelializationtime', 'cd4', 'tnfa')
    """
    return _words(text).replace(" ", "")


@once_a_reading
def read_header(text: str) -> Header:
    """Take a header apart.

    >>> header = read_header("白蛋白（g/L）")
    >>> header.keys, header.unit
    (('白蛋白',), 'g/l')
    >>> read_header("sex (0=F, 1=M)").legend
    {'0': 'F', '1': 'M'}
    >>> read_header("CRP_mg_dL").keys, read_header("CRP_mg_dL").unit
    (('crpmgdl', 'crp'), 'mg/dl')
    """
    if own := schema.fields().get(text.strip().casefold()):
        return Header((_words(text),), unit_key(own.unit), "", {})
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", keep_raised(with_strokes(text)))).strip()
    plain = _CHOICE.sub(r"\1", plain)
    plain, legend, unread = _take_legend(_PLURAL.sub("", _NUMBERING.sub("", plain)))
    unit, unknown, remarks = "", "", []
    for found in _BRACKETS.finditer(plain):
        content = next(group for group in found.groups() if group is not None)
        for part in re.split(r"[,;、]", content):
            if key := unit_key(part):
                unit = unit or key
            elif (usual := _USUAL.fullmatch(part.strip())) and (key := unit_key(usual[2])):
                unit = unit or key
                remarks.append(usual[1])
            elif looks_like_unit(part):
                unknown = unknown or part.strip()
            elif not unit and "/" in part and (behind := trailing_unit_pattern().search(_one_mu(part))):
                unit = unit_key(behind.group())
                remarks.append(part[: behind.start()].strip())
            else:
                remarks.append(part.strip())
    code = next((remark for remark in remarks if f"[{remark}]" in plain and _CODE.fullmatch(remark)), None)
    remarks = [remark for remark in remarks if remark != code]
    bare = _BRACKETS.sub(" ", plain).strip()
    bares, literal = [bare], 0
    spelled = _UNDERSCORED.sub("/", _one_mu(bare))
    if not unit and (trailing := trailing_unit_pattern().search(spelled)):
        unit = unit_key(trailing.group())
        bares, literal = [bare, bare[: trailing.start()]], 1
    elif not unit and (inside := _INSIDE.search(spelled)) and unit_key(inside[0]):
        unit = unit_key(inside[0])
        bares, literal = [bare, f"{bare[: inside.start()]}{bare[inside.end() :]}"], 1
    elif not unit and "%" in bare:
        unit, literal = "%", 1
    if f"{unit}/day" == unit_key(f"{unit}/day") and _DAILY.search(plain.casefold()):
        unit = f"{unit}/day"  # "甲强龙日剂量mg" is in mg a day
    remarks = [remark for remark in remarks if remark]
    said = (f"[{remark}]" if f"[{remark}]" in plain else remark for remark in filter(None, (*remarks, code)))
    whole = _spelled(f"{bare} {' '.join(remarks)}" for bare in bares)
    names = tuple(dict.fromkeys((*whole, *_spelled([*bares, code or ""])))) or (plain,)
    return Header(names, unit, unknown, legend, literal, len(whole), tuple(said), unread)


def _spelled(names: Iterable[str]) -> tuple[str, ...]:
    """Names in words, each once."""
    return tuple(dict.fromkeys(words for name in names if (words := _words(name))))


def halves(text: str) -> tuple[tuple[str, ...], bool]:
    """The parts of a header that names one thing twice, and whether one may translate the other.

    Parts stand apart by a stroke, a bracket or a blank, or are a Chinese and a Latin block; a unit is no part. Empty
    where the header has a single part, or one without a letter.

    >>> halves("年龄/Age"), halves("Sex 性别"), halves("身高Height(cm)")
    ((('年龄', 'Age'), True), (('Sex', '性别'), True), (('身高', 'Height'), False))
    >>> halves("Age / sex"), halves("末次ICI时间"), halves("年龄 (2)")
    ((('Age', 'sex'), False), ((), False), ((), False))
    """
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", keep_raised(text))).strip()
    plain = _BRACKETS.sub(
        lambda found: " " if unit_key(found[0][1:-1]) else f"|{found[0][1:-1]}|", plain
    ).strip()
    spelled = _UNDERSCORED.sub("/", _one_mu(plain))
    if trailing := trailing_unit_pattern().search(spelled):
        plain = plain[: trailing.start()].strip()
    parts = [part.strip() for part in re.split(r"[/|、;\n]", plain) if part.strip()]
    apart = len(parts) > 1 or " " in plain
    if len(parts) == 1:
        parts = [part.strip() for part in _blocks(plain)]
    if len(parts) < 2 or not all(re.search(r"[^\W\d_]", part) for part in parts):
        return (), False
    return tuple(parts), apart and len({bool(_CHINESE.search(part)) for part in parts}) == 2


def _blocks(text: str) -> tuple[str, ...]:
    """A Chinese and a Latin block side by side; nothing where they alternate."""
    words = text.split(" ")
    chinese = [bool(_CHINESE.search(word)) for word in words]
    turns = [place for place in range(1, len(words)) if chinese[place] != chinese[place - 1]]
    if len(turns) == 1:
        return " ".join(words[: turns[0]]), " ".join(words[turns[0] :])
    found = None if turns else _TWO_BLOCKS.fullmatch(text)
    return tuple(block for block in found.groups() if block) if found else ()


def split_phase(name: str) -> Iterator[tuple[str, Phase | int]]:
    """Every way to split a name into a rest and a phase, or the number of a visit.

    >>> list(split_phase("il 6 急性期"))
    [('il6', 'acute')]
    >>> list(split_phase("crp 1"))
    [('crp', 1)]
    """
    for phase, pattern in _phase_patterns():
        if found := pattern.fullmatch(name):
            rest = re.sub(r"^(?:of|at|in|the) | (?:of|at|in|the)$", "", found["rest"].strip()).replace(
                " ", ""
            )
            if (
                phase != "ordinal"
                and f"{found['phase']}{rest}" in _NO_PHASE
                and name.startswith(found["phase"])
            ):
                continue
            if phase != "ordinal":
                yield rest, phase
            else:
                yield rest, int(re.sub(r"\D", "", found["phase"]))


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_ONE_SCRIPT)
    plain = _NEXT_WORD.sub(" ", plain).casefold()
    for pattern, spelling in _SPELLINGS:
        plain = pattern.sub(spelling, plain)
    return re.sub(r"[^\w<>=]+|_+", " ", plain).strip()


def _one_mu(text: str) -> str:
    """Text in lower case with "u" for the mu that NFKC has made of every micro sign."""
    return text.casefold().replace("μ", "u")


def _take_legend(text: str) -> tuple[str, dict[str, str], str]:
    """A header without the coding it explains, the coding, and what of one cannot be read."""
    legend: dict[str, str] = {}
    unread = ""

    def without(found: re.Match[str]) -> str:
        nonlocal unread
        content = next(group for group in found.groups() if group is not None)
        if content.strip() and (read := read_legend(content)):
            legend.update(read[1])
            unread = unread or ("" if read[1] else content)
            return f" ({read[0]})" if read[0] else " "
        if like_legend(content):
            unread = content.strip()
            return " "
        return found[0]

    if len(_BRACKETED_CODE.findall(text)) > 1:
        text = _BRACKETED_CODE.sub(r" \1 ", text)  # "(1) male (2) female"
    rest = _BRACKETS.sub(without, text)
    bare = _BRACKETS.sub(" ", rest).strip()
    if not legend and not unread and (read := read_legend(bare, among_words=True)):
        remarks = "".join(found[0] for found in _BRACKETS.finditer(rest))
        # "dead=1, alive=0" names the column by its first label.
        rest, legend = f"{read[0] or next(iter(read[1].values()), bare)} {remarks}", read[1]
        unread = "" if legend else bare
    elif not legend and not unread and like_legend(bare, among_words=True):
        unread = bare
    return rest.strip(), legend, unread


@lru_cache(maxsize=1)
def _phase_patterns() -> tuple[tuple[Phase | Literal["ordinal"], re.Pattern[str]], ...]:
    patterns: list[tuple[Phase | Literal["ordinal"], re.Pattern[str]]] = []
    for phase, words in (("acute", _ACUTE), ("recovery", _RECOVERY)):
        chinese = "|".join(word for word in words.split("|") if _CHINESE.search(word))
        latin = "|".join(word for word in words.split("|") if not _CHINESE.search(word))
        single = r"(?! )"
        for pattern in (
            rf"(?P<rest>.+?) ?(?P<phase>{chinese})",
            rf"(?P<phase>{chinese}) ?(?:的)?(?P<rest>.+)",
            rf"(?P<rest>.+?) (?P<phase>{latin})",
            rf"(?P<phase>{latin}) {single}(?P<rest>.+)",
        ):
            patterns.append((phase, re.compile(pattern)))  # type: ignore[arg-type]
    patterns.append(("ordinal", re.compile(rf"(?P<rest>.+?) (?P<phase>{_ORDINAL})")))
    patterns.append(("ordinal", re.compile(r"(?P<rest>.*[^\d ])(?P<phase>\d)")))
    return tuple(patterns)
