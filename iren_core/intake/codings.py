"""What the values of a category or a flag mean: words, legends, and what is unclear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from iren_core import schema
from iren_core.intake.headers import Header
from iren_core.intake.values import plain

#: A patient who lived: healed or not is settled by the healing columns.
ALIVE = "alive"
#: No TNF inhibitor was given: the cell is rightly empty.
NONE = ""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


YES = _set("yes y true t 1 + ++ +++ 是 有 阳性 positive pos present √ ✓ ✔ 发生 使用 已用 已愈")
NO = _set("no n false f 0 - 否 无 阴性 negative neg absent none × ✗ 未 没有 未发生 未使用 未用 − 未愈")

_SEX = {
    "male": "male m man men boy 男 男性 masculine 男人",
    "female": "female f woman women girl w 女 女性 feminine 女人",
}
_OUTCOME = {
    "died": "died dead death deceased expired exitus fatal 死亡 死 亡 病死 已故 去世 院内死亡 死亡组",
    "healed": (
        "healed cured recovered recovery cure completehealing completelyhealed fullyhealed reepithelialized "
        "痊愈 治愈 愈合 康复 已愈 已愈合 完全愈合 完全缓解 临床治愈"
    ),
    "not healed": (
        "nothealed unhealed notcured notrecovered persistent delayed 未愈 未愈合 未痊愈 未治愈 无效 恶化"
    ),
    ALIVE: (
        "alive survived survivor survival living live improved discharged "
        "存活 生存 好转 改善 出院 存活组 生存组"
    ),
}
_TNFI = {
    "etanercept": "etanercept 依那西普 益赛普 enbrel 恩利 安佰诺 强克 etn",
    "infliximab": "infliximab 英夫利昔 英夫利西 remicade 类克 ifx",
    "adalimumab": "adalimumab 阿达木 humira 修美乐 ada",
}
_TNFI_GENERIC = "tnf|肿瘤坏死因子|生物制剂|biologic"
_TNFI_ANY = "|".join([_TNFI_GENERIC, *(word for words in _TNFI.values() for word in words.split()[:-1])])
_STEROID = r"steroid|激素|predni|泼尼松|强的松|甲强龙|glucocortic|\b(?:gc|gcs|mp|cs)\b"
_WITHOUT = r"(?:\bno\b|\bnon|without|未|无|不(?:用|加)|-free)"
_JOINED = r"联合|combin|combo|\+|plus|&|\band\b|\bwith\b|加用"
_ALONE = r"单药|单用|mono|\balone\b|\bonly\b"
_THIRD = r"ivig|丙球|丙种球蛋白|免疫球蛋白|immunoglobulin|环孢|cyclospor|ciclospor|plasma|血浆"
_VAGUE = re.compile(
    r".{1,2}|group\s*\w|arm\s*\w|\w组|组\w|(?:试验|实验|观察|对照|治疗|研究)组?|"
    r"control(?:s| group)?|treatment(?: group)?|treated|experimental(?: group)?|test(?: group)?|case"
)

#: A column named after one category holds yes or no: name -> (what yes means, what no means).
_HEADS: dict[str, dict[str, tuple[str, str]]] = {
    "sex": {
        **dict.fromkeys(("male", "男", "男性"), ("male", "female")),
        **dict.fromkeys(("female", "女", "女性"), ("female", "male")),
    },
    "outcome": {
        **dict.fromkeys(("death", "died", "dead", "死亡", "是否死亡", "mortality"), ("died", ALIVE)),
        **dict.fromkeys(("alive", "survived", "survival", "存活", "是否存活", "生存"), (ALIVE, "died")),
    },
    "tnfi_drug": {word: (drug, NONE) for drug, words in _TNFI.items() for word in words.split()},
}


class Coding(NamedTuple):
    """What each value of a column means.

    known : value -> category (``ALIVE`` and ``NONE`` included)
    unclear : values that a reader must explain
    wrong : values that are no category of the field
    """

    known: dict[str, str]
    unclear: tuple[str, ...]
    wrong: tuple[str, ...]


def choices(field: schema.Field) -> tuple[str, ...]:
    """What a reader may answer when asked for the meaning of a value."""
    if field.kind == "flag":
        return ("yes", "no")
    return (*field.categories, ALIVE) if field.name == "outcome" else field.categories


def read_coding(
    field: schema.Field,
    header: Header,
    values: Iterable[str],
    legend: Mapping[str, str],
    answers: Mapping[str, str],
) -> Coding:
    """Give each value of a category or flag column its meaning.

    Parameters
    ----------
    values : the different values of the column, as text
    legend : code -> label, from the header or the file itself
    answers : value -> category, from the reader; they come first
    """
    values = list(values)
    meaning = _flag if field.kind == "flag" else _MEANINGS.get(field.name, _as_spelled)
    head = next((_HEADS[field.name][key] for key in header.keys if key in _HEADS.get(field.name, {})), None)
    doubtful = _doubtful_codes(values, legend, answers) if field.kind == "flag" or head else False
    known: dict[str, str] = {}
    unclear: list[str] = []
    wrong: list[str] = []
    for value in values:
        found = answers.get(value)
        if found is None:
            found = meaning(plain(legend.get(value, value)))
        if found is None and head and not doubtful:
            found = _by_head(plain(legend.get(value, value)), head)
        if found is None or (
            doubtful and value in ("1", "2") and value not in answers and value not in legend
        ):
            (unclear if _is_code(field, value, doubtful) else wrong).append(value)
        else:
            known[value] = found
    return Coding(known, tuple(unclear), tuple(wrong))


def _is_code(field: schema.Field, value: str, doubtful: bool) -> bool:
    if field.kind == "flag":
        return doubtful and value in ("1", "2")
    if field.name == "arm":
        return True
    if field.name == "tnfi_drug":
        return plain(value) in YES or value.isdigit()
    return plain(value) in YES | NO or bool(re.fullmatch(r"\d|[a-z]", plain(value)))


def _doubtful_codes(values: list[str], legend: Mapping[str, str], answers: Mapping[str, str]) -> bool:
    """Codes 1 and 2 do not say which of them means yes; 0 and 1 do."""
    codes = {value for value in values if value.isdigit()}
    return (
        "2" in codes and codes <= {"1", "2"} and not all(code in legend or code in answers for code in codes)
    )


def _by_head(value: str, head: tuple[str, str]) -> str | None:
    if value in YES:
        return head[0]
    return head[1] if value in NO else None


def _word_table(words: Mapping[str, str]) -> Callable[[str], str | None]:
    table = {word: category for category, line in words.items() for word in line.split()}
    return lambda value: table.get(re.sub(r"[\s_\-()]+", "", value))


def _flag(value: str) -> str | None:
    if value in YES:
        return "yes"
    return "no" if value in NO else None


def _diagnosis(value: str) -> str | None:
    sjs = bool(re.search(r"\bsjs\b|sjs|stevens|史蒂文斯|斯蒂文斯", value))
    ten = bool(
        re.search(
            r"(?<![a-z])ten(?![a-z])|toxic epidermal|中毒性表皮|毒性表皮|大疱性表皮|lyell|sjsten", value
        )
    )
    if re.search(r"overlap|重叠", value) or (sjs and ten):
        return "overlap"
    if sjs:
        return "SJS"
    return "TEN" if ten else None


def _arm(value: str) -> str | None:
    value = value.replace("_", " ")
    without = bool(re.search(rf"{_WITHOUT}[\s-]*(?:{_TNFI_ANY})", value))
    tnfi = bool(re.search(_TNFI_ANY, value)) and not without
    steroid = bool(re.search(_STEROID, value))
    joined = bool(re.search(_JOINED, value)) and not without
    third = bool(re.search(_THIRD, value))
    if tnfi and steroid and not third:
        return "combination"
    if not third and not tnfi and joined and not steroid:
        return "combination"
    if not third and not tnfi and (re.search(_ALONE, value) or (steroid and not joined)):
        return "corticosteroid"
    if (
        without
        or value in YES | NO
        or _VAGUE.fullmatch(value)
        or re.fullmatch(rf"(?:anti-?)?(?:{_TNFI_GENERIC})\S*", value)
    ):
        return None
    return value


def _tnfi_drug(value: str) -> str | None:
    for drug, words in _TNFI.items():
        if any(word in value for word in words.split()[:-1]) or value == words.split()[-1]:
            return drug
    if value in NO or value in ("none", "nil", "未使用", "不用", "/"):
        return NONE
    if value in YES or value.isdigit():
        return None
    return value


def _as_spelled(value: str) -> str | None:
    return value


_MEANINGS: dict[str, Callable[[str], str | None]] = {
    "sex": _word_table(_SEX),
    "outcome": _word_table(_OUTCOME),
    "diagnosis": _diagnosis,
    "arm": _arm,
    "tnfi_drug": _tnfi_drug,
}
