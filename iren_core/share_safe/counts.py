"""Small counts in words: what is masked, and how it is written instead.

A count from 1 to 4 is "<5". Of "k of n" the other part counts too: where n minus k is from 1 to 4, k itself would
give it away. Zero and everything are shown: they point at no one.
"""

from __future__ import annotations

import re

#: Counts under this are not shown.
LEAST = 5
SMALL = f"<{LEAST}"
#: In place of a count that would give a small one away.
LARGE = f"≥{LEAST}"
#: In place of a number that rests on a masked count.
HIDDEN = "not shown"

#: "k of n" that counts no patients.
_THINGS = (
    r"(?! (?:samples|characteristics|items|comparisons|markers|columns|rows|printed|numbers|arrangements))"
)
#: "3 of 14", "3 of 32 patients", "29 patients of 32", "2/14": a part of a whole.
_PART = rf"(?<![\d.,])(\d+)( (?:patients? )?of (?:the )?|/)(\d+)(?![\d.,]*\d){_THINGS}"
_SHARE = r" ?\(\d+(?:\.\d+)?%\)"
_PART_WITH_SHARE = re.compile(rf"{_PART}({_SHARE})?((?:,| \(95% CI) ?\d+ to \d+%\)?)?")
_LEVEL = re.compile(rf"^(\d+){_SHARE}")
_SIZE = re.compile(r"\bn = (\d+)((?:, \d+)*(?: and \d+)?)")
#: "4 v 5 patients"
_AGAINST = re.compile(r"(?<![\d.,])(\d+) v (\d+)(?= patients)")
#: What follows a count of people, or of what befell them, in a sentence: "3 left out", "1 more patient died".
_BEFALLS = "patients?|deaths?|died|left|lacks?|pairs?|events?|infections?|infected|healed|survivors?|excluded|censored"
#: What may follow one, and may follow a day or a score as well: "2 with corticosteroids", but "by day 2 with".
_MAY_FOLLOW = "were|was|had|have|has|without|before|with|in"
_NO_COUNT = "".join(
    f"(?<!{word} )" for word in ("day", "days", "of", "to", "by", "median", "score", "SCORTEN", "v")
)
_OTHERS = r"(?:(?:more|further|other|complete|healed|dead|of them|of whom) )?"
_PEOPLE = re.compile(
    rf"(?<![\d.,–−<≥])\b(\d+)(?= {_OTHERS}(?:{_BEFALLS})\b)|"
    rf"(?<![\d.,–−<≥])\b{_NO_COUNT}(\d+)(?= {_OTHERS}(?:{_MAY_FOLLOW})\b)"
)


def is_small(count: float) -> bool:
    """Whether a count is one that is not shown.

    >>> [is_small(count) for count in (0, 1, 4, 5)]
    [False, True, True, False]
    """
    return 0 < count < LEAST


def part(k: int, n: int) -> str | None:
    """How ``k`` of ``n`` is written where it must be masked, ``None`` where it need not.

    >>> part(3, 32), part(29, 32), part(0, 18), part(18, 18), part(9, 21), part(2, 6), part(2, 4)
    ('<5 of 32', '≥28 of 32', None, None, None, '1 to 5 of 6', '<5 of <5')
    """
    if is_small(n):
        return f"{SMALL} of {SMALL}"
    if not (is_small(k) or is_small(n - k)):
        return None
    if n < 2 * LEAST:  # so few that either label would leave one possibility
        return f"1 to {n - 1} of {n}"
    return f"{SMALL} of {n}" if is_small(k) else f"≥{n - LEAST + 1} of {n}"


def size(n: int, total: int | None) -> str:
    """How a number of patients is written: masked where it is small, or where it lacks few of the ``total``.

    >>> size(3, None), size(29, 32), size(32, 32), size(12, 32)
    ('<5', '≥28', '32', '12')
    """
    if is_small(n):
        return SMALL
    if total is not None and is_small(total - n):
        return f"≥{total - LEAST + 1}" if total >= 2 * LEAST else f"<{total}"
    return str(n)


def masked(text: str, total: int | None = None) -> str:
    """The text with its small counts masked, and the percentages that stand beside them taken out.

    total : how many patients there are, where it is known: "n = 29" of 32 tells that 3 are left out

    >>> masked("3 of 32 patients died; 5 of 14 (36%) and 4 of 18 (22%)")
    '<5 of 32 patients died; 5 of 14 (36%) and <5 of 18'
    >>> masked("TEN (n = 3)"), masked("n = 14 and 3"), masked("2 (6%)"), masked("1 of 6 (17%), 0 to 64%")
    ('TEN (n < 5)', 'n = 14 and <5', '<5', '1 to 5 of 6')
    >>> masked("29 patients of 32 in the curves, 3 left out"), masked("n = 29", 32)
    ('≥28 patients of 32 in the curves, <5 left out', 'n ≥ 28')
    >>> masked("TEN (4 v 5 patients)"), masked("3 of 31", 32)
    ('TEN (<5 v ≥5 patients)', '<5 of ≥28')
    >>> masked("(2 with corticosteroids alone)"), masked("healed by day 2 with corticosteroids, SCORTEN 3 was usual")
    ('(<5 with corticosteroids alone)', 'healed by day 2 with corticosteroids, SCORTEN 3 was usual')
    """
    text = _PART_WITH_SHARE.sub(lambda found: _part(found, total), text)
    text = _AGAINST.sub(_against, text)
    text = _SIZE.sub(lambda found: _sizes(found, total), text)
    text = _LEVEL.sub(lambda found: SMALL if is_small(int(found[1])) else found[0], text)
    return _PEOPLE.sub(lambda found: size(int(found[1] or found[2]), total), text)


def _against(found: re.Match[str]) -> str:
    few = any(is_small(int(count)) for count in found.groups())
    return " v ".join(SMALL if is_small(int(n)) else LARGE if few else n for n in found.groups())


def _part(found: re.Match[str], total: int | None) -> str:
    k, n = int(found[1]), int(found[3])
    said = part(k, n)
    if total is not None and is_small(total - n):
        said = f"{SMALL if is_small(k) else LARGE if k else 0} of {size(n, total)}"
    if said is None:
        return found[0]
    return said.replace(" of ", found[2]) if found[2] != "/" else said


def _sizes(found: re.Match[str], total: int | None) -> str:
    first = size(int(found[1]), total)
    rest = re.sub(r"\d+", lambda one: size(int(one[0]), total), found[2])
    if rest:
        return f"n = {first}{rest}"
    return f"n {first[0]} {first[1:]}" if first[0] in "<≥" else f"n = {first}"
