"""The coding that a header explains, "sex (0=F, 1=M)": in either order, with any sign between code and label."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

from iren_core.intake.units import unit_key

Pairs = list[tuple[str, str]]

_CODE = r"\d{1,2}"
_BETWEEN = r"[\s,;、/|。.()\[\]{}【】]"
_CHINESE = r"\u4e00-\u9fff"
#: Signs that join a code and its label for certain, and those that join other things too ("PD-1").
_JOINED = r"(?:\s*(?:=+>?|:|→|->|为|代表|表示|指)\s*|\s+(?:is|means?|for)\s+)"
_DASHED = r"\s*[-–—−~_]+\s*"
#: Words that a code of a yes or no, a sex or an outcome stands for: known without a sign, "yes 0", "是0".
_LABELS = (
    "yes|no|y|n|true|false|present|absent|positive|negative|none|male|female|m|f|man|woman|men|women|"
    "alive|dead|died|death|deceased|survived|survivor|survival|living|censored|event|healed|not healed|unhealed|"
    "是|否|有|无|没有|阳性|阴性|发生|未发生|使用|未使用|未用|用|男性?|女性?|存活|生存|死亡|死|活|生|治愈|痊愈|愈合|"
    "未愈合?|未治愈|好转|未死亡"
)
_LABEL = re.compile(rf"(?:{_LABELS})", re.IGNORECASE)
#: More than a Latin letter.
_TWO = re.compile(rf"[{_CHINESE}]|..")
#: "coded 0/1: no/yes", "yes/no = 1/0": first all codes, then all labels, or the other way round.
_CODES_LISTED = re.compile(rf"({_CODE}(?:\s*[/,、|]\s*{_CODE})+)(?:\s*[=:→\-–]+\s*|\s+)([^\d=:]+)")
_LABELS_LISTED = re.compile(rf"([^\d=:]+?)(?:\s*[=:→\-–]+\s*|\s+)({_CODE}(?:\s*[/,、|]\s*{_CODE})+)")
#: What else reads like a coding: a code joined to something, or codes that follow each other among words.
_JOINED_CODE = re.compile(rf"(?:(?<![\w.<>-]){_CODE}\s*[=:→]|[^<>=\s]\s*[=→]\s*{_CODE}(?![\d.]))")
_LONE_CODE = re.compile(r"(?<![a-z0-9.\-<>])\d(?![0-9.]|-?\d)", re.IGNORECASE)
#: A single code with a label that is known: "1 yes, else no", "是1".
_LABELLED_CODE = re.compile(
    rf"(?:^|[\s,;、/]){_CODE}\s*(?=[{_CHINESE}]|[a-z]{{2}})(?:{_LABELS})(?![a-z])|"
    rf"(?:^|[\s,;、/])(?=[{_CHINESE}]|[a-z]{{2}})(?:{_LABELS})\s*{_CODE}(?:$|[\s,;、/])",
    re.IGNORECASE,
)
#: A circled digit, of which the header has made "^1".
_RAISED = re.compile(r"(?<!\d)\^(\d)")
#: What only says that a column is coded: "(0/1)", "(1 or 0)".
_ONLY_CODES = re.compile(
    r"(?<![\w.])\d(?:\s*(?:[/|\-–]|or|和|或)\s*\d)+(?![\w.]|\s*[:=→])|^\s*\d(?:[\s,;、]+\d)+\s*$",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"(?:^|\s)(?:coded|coding|codes?|legend|编码|赋值|代码|注)(?: as)?\s*$", re.IGNORECASE
)


def read_legend(text: str, *, among_words: bool = False) -> tuple[str, dict[str, str]] | None:
    """What stands before a coding, and code -> label; ``None`` where a text explains none that can be read.

    Parameters
    ----------
    text : what stands within brackets, or the whole header
    among_words : whether the name of the column may stand before the coding

    Examples
    --------
    >>> read_legend("0=F, 1=M"), read_legend("存活=1,死亡=0"), read_legend("0/1: yes/no")
    (('', {'0': 'F', '1': 'M'}), ('', {'1': '存活', '0': '死亡'}), ('', {'0': 'yes', '1': 'no'}))
    >>> read_legend("DIC 0-yes,1-no", among_words=True), read_legend("PD-1, CTLA-4"), read_legend("day=0")
    (('DIC', {'0': 'yes', '1': 'no'}), None, None)
    """
    text = _RAISED.sub(r" \1", text)
    for lead, pairs in chain(_listed(text, among_words), _paired(text, among_words)):
        if _are_a_coding(pairs):
            return _INTRODUCED.sub("", lead.rstrip(" ,;:、-–—([{【")).rstrip(
                " ,;:、([{【"
            ), _without_conflict(pairs)
    return None


def like_legend(text: str, *, among_words: bool = False) -> bool:
    """Whether a text that cannot be read as a coding may be one all the same.

    >>> like_legend("1 if yes, else 0"), like_legend("1=mild"), like_legend("0/1"), like_legend("day 3")
    (True, True, False, False)
    """
    text = _ONLY_CODES.sub(" ", text)
    joined = _JOINED_CODE.search(text.replace(":", " ") if among_words else text)
    codes = set(_LONE_CODE.findall(text))
    labelled = not among_words and _LABELLED_CODE.search(text)
    return bool(joined or labelled) or {"0", "1"} <= codes or {"1", "2"} <= codes


def _without_conflict(pairs: Pairs) -> dict[str, str]:
    """Code -> label; a code that has two different labels has none."""
    labels: dict[str, set[str]] = {}
    for code, label in pairs:
        labels.setdefault(code, set()).add(label)
    return {code: next(iter(found)) for code, found in labels.items() if len(found) == 1}


def _are_a_coding(pairs: Pairs) -> bool:
    """Whether pairs of code and label are more than one, or one with a label that is known."""
    if len({label.casefold() for _, label in pairs}) < len({code for code, _ in pairs}) or not pairs:
        return False
    known = [bool(_LABEL.fullmatch(label)) for _, label in pairs]
    if any(
        not (sure or label) or label.isdigit() or (unit_key(label) and not sure)
        for sure, (_, label) in zip(known, pairs, strict=True)
    ):
        return False
    # One pair may be anything else: "n=9", "day=0".
    return len(pairs) > 1 or (
        all(known) and all(code.isdigit() and _TWO.match(label) for code, label in pairs)
    )


def _listed(text: str, among_words: bool) -> Iterable[tuple[str, Pairs]]:
    for pattern, codes_at in ((_CODES_LISTED, 1), (_LABELS_LISTED, 2)):
        found = pattern.search(text) if among_words and codes_at == 1 else pattern.fullmatch(text.strip())
        if not found:
            continue
        codes = re.findall(_CODE, found[codes_at])
        labels = [label.strip() for label in re.split(r"[/,、|]", found[3 - codes_at])]
        if len(codes) == len(labels):
            yield text[: found.start()], list(zip(codes, labels, strict=True))


def _paired(text: str, among_words: bool) -> Iterable[tuple[str, Pairs]]:
    begin, end = rf"(?:^|{_BETWEEN}+|(?<=[{_CHINESE}]))", rf"(?={_BETWEEN}|$|[{_CHINESE}])"
    for code in (_CODE, "[A-Za-z]"):
        yield _codes_first(text, rf"{begin}({code}){_JOINED}")
        yield _labels_first(text, rf"{_JOINED}({code}){end}", among_words)
    yield _codes_first(text, rf"{begin}(\w+){_JOINED}", least=2)
    yield _known_first(
        _codes_first(text, rf"(?:^|{_BETWEEN}+)(\d){_DASHED}(?=[^\W\d])", least=2), among_words
    )
    for sign in (_DASHED, r"\s*"):
        yield _all_known(_labels_first(text, rf"(?<=[^\W\d]){sign}(\d)(?!\d)", among_words), least=2)
    apart = _labels_first(text, r"\s+(\d)(?=\s*(?:[,;、/]|$))", among_words)
    yield apart if len(apart[1]) > 1 and not among_words else ("", [])
    tight = _codes_first(text, rf"{_BETWEEN}*(?<!\d)(\d)[\s、.]*(?=[{_CHINESE}])", least=2)
    yield ("", []) if any(re.search(r"[\d]", label) for _, label in tight[1]) else tight
    yield _known_first(_codes_first(text, rf"(?:^|{_BETWEEN}+)(\d)\s+(?=[^\W\d])", least=2), among_words)


def _known_first(found: tuple[str, Pairs], among_words: bool) -> tuple[str, Pairs]:
    """Within brackets what was found, else only where each label is a known one."""
    return _all_known(found, least=2) if among_words else found


def _all_known(found: tuple[str, Pairs], least: int) -> tuple[str, Pairs]:
    lead, pairs = found
    known = len(pairs) >= least and all(_LABEL.fullmatch(label) for _, label in pairs)
    return (lead, pairs) if known else ("", [])


def _codes_first(text: str, code: str, least: int = 1) -> tuple[str, Pairs]:
    lead, *parts = re.split(code, text)
    pairs = [(code, _label(label)) for code, label in zip(parts[::2], parts[1::2], strict=True)]
    return (lead, pairs) if len(pairs) >= least else ("", [])


def _labels_first(text: str, code: str, among_words: bool) -> tuple[str, Pairs]:
    *parts, rest = re.split(code, text)
    if not parts or re.search(r"\w", rest):
        return "", []
    pairs = [(code, _label(label)) for label, code in zip(parts[::2], parts[1::2], strict=True)]
    lead, first = "", parts[0]
    if among_words:  # the first label is the last word before its code
        at = max((found.end() for found in re.finditer(r"[\s:,;、]+", first.rstrip())), default=0)
        lead, pairs[0] = first[:at], (pairs[0][0], _label(first[at:]))
    return lead, pairs


def _label(text: str) -> str:
    """A label without what separates it from the next code, and without its own remark: "F (female)"."""
    return re.sub(r"\s*\([^()]*\)?\s*$", "", text.strip(" ,;、/|。.")).strip(" ([{【】}])")
