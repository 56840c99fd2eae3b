"""What words tell of a patient's outcome, of several in one cell and with a day or a cause of death behind them."""

from __future__ import annotations

import re

#: A patient who lived: healed or not is settled by the healing columns.
ALIVE = "alive"
OUTCOME_WORDS = {
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
#: Words by which what a cell says is no certain thing.
IN_DOUBT = re.compile(
    r"suspect|suspicious|suspicion|possibl|probabl|likely|presum|query|consider|differential|[- ]like\b|\bddx\b|\?|"
    r"疑|待[排查]|考虑|可能|倾向|鉴别|样"
)
_ALONE = {word: outcome for outcome, line in OUTCOME_WORDS.items() for word in line.split()}
#: The words of several letters, the longest first: those may stand together.
_TOGETHER = dict(sorted(((w, o) for w, o in _ALONE.items() if len(w) > 1), key=lambda pair: -len(pair[0])))
#: A day behind an outcome, in brackets or not, and, behind a death alone, its cause.
_DAY = r"(?:on |于)?(?:(?:d|day|第)\s*\d{1,3}\s*[天日]?|\d{1,3}\s*(?:d|days?|天))"
_DAY_BEHIND = re.compile(rf"\s*(?:[,;:]\s*)?(?:{_DAY}|\(\s*{_DAY}\s*\))")
_CAUSE_BEHIND = re.compile(r"\s*(?:\([^()]*\)|(?:of|from|due to|after|on|in)\s.+|[,;:].+)")
_FOOTNOTE = re.compile(r"(?<![\s†‡*#])[\s†‡*#]+$")


def outcome_of(value: str) -> str | None:
    """The outcome that a cell, in one width and case, tells; ``ALIVE`` where it does not say whether the skin healed.

    >>> outcome_of("discharged healed"), outcome_of("died d22"), outcome_of("好转出院")
    ('healed', 'died', 'alive')
    >>> outcome_of("healed (partially)") is None
    True
    """
    return outcome_word(value) or _together(value) or _before_remark(value)[0]


def outcome_word(value: str) -> str | None:
    """The outcome of a cell that is but one word of it, blanks and brackets passed by."""
    return _ALONE.get(in_one(value))


def in_one(value: str) -> str:
    """Words without the blanks, hyphens and brackets between them, as they are looked up.

    >>> in_one("not-healed (yet)")
    'nothealedyet'
    """
    return re.sub(r"[\s_\-()]+", "", value)


def remarked_outcome(value: str) -> bool:
    """Whether a cell, in one width and case, tells an outcome and a day or a cause behind it.

    >>> remarked_outcome("died d9 (pneumonia)"), remarked_outcome("died")
    (True, False)
    """
    return not (outcome_word(value) or _together(value)) and _before_remark(value)[0] is not None


def day_told(value: str) -> float:
    """The day right behind the outcome of a cell, in one width and case; NaN where there is none.

    >>> day_told("died d22"), day_told("死亡(第9天)"), day_told("died d9 (sepsis d7)"), day_told("died after d7")
    (22.0, 9.0, 9.0, nan)
    """
    outcome, day = _before_remark(value)
    return float(re.findall(r"\d+", day)[0]) if outcome and day else float("nan")


def _together(value: str) -> str | None:
    """The outcome of several words that do not contradict each other: one who lived may have healed or not."""
    rest, found = re.sub(r"[\s_\-(),;/]+", "", value), set()
    while rest:
        word = next((word for word in _TOGETHER if rest.startswith(word)), None)
        if word is None:
            return None
        found.add(_TOGETHER[word])
        rest = rest.removeprefix(word)
    settled = found - {ALIVE}
    if len(settled) > 1 or ("died" in settled and ALIVE in found):
        return None
    return next(iter(settled or found), None)


def _before_remark(value: str) -> tuple[str | None, str]:
    """The outcome that a cell begins with and the day behind it; none where more follows than a cause of death."""
    value = _FOOTNOTE.sub("", value)
    word = next((word for word in _TOGETHER if value.startswith(word)), None)
    if word is None:
        return None, ""
    outcome, rest = _TOGETHER[word], value.removeprefix(word)
    behind = _DAY_BEHIND.match(rest)
    day, rest = (behind[0], rest[behind.end() :]) if behind else ("", rest)
    if rest and (outcome != "died" or not _CAUSE_BEHIND.fullmatch(rest) or IN_DOUBT.search(rest)):
        return None, ""
    return outcome, day
