"""Small counts in words: what is masked, and how it is written instead.

A count from 1 to 4 is "<5". Of "k of n" the other part counts too: where n minus k is from 1 to 4, k itself would
give it away. Zero and everything are shown: they point at no one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType

#: Numbers of patients that lack few of all, or of their group, and how each is written instead.
Sizes = Mapping[int, str]
AS_IT_IS: Sizes = MappingProxyType({})
#: Counts under this are not shown.
LEAST = 5
SMALL = f"<{LEAST}"
#: In place of a count that would give a small one away.
LARGE = f"≥{LEAST}"
#: In place of a number that rests on a masked count.
HIDDEN = "not shown"

#: "k of n" that counts no patients.
_THINGS = (
    r"(?! (?:samples|characteristics|items|comparisons|markers|columns|rows|printed|numbers|arrangements|"
    r"factors?|fields|variables)\b)"
)
#: "3 of 14", "3 of 32 patients", "29 patients of 32", "2/14": a part of a whole.
_PART = rf"(?<![\d.,])(\d+)( (?:patients? )?of (?:the )?|/)(\d+)(?![\d.,]*\d){_THINGS}"
_SHARE = r" ?\(\d+(?:\.\d+)?%\)"
_PART_WITH_SHARE = re.compile(rf"{_PART}({_SHARE})?((?:,| \(95% CI) ?\d+ to \d+%\)?)?")
_LEVEL = re.compile(rf"^(\d+){_SHARE}")
_SIZE = re.compile(r"\bn = (\d+)((?:, \d+)*(?: and \d+)?)")
#: Degrees of freedom of a t or an F, by which the patients could be counted: they are one, two or a group each less.
_DEGREES = re.compile(r"(\b[tF] = [−\d.]+), df (?:(\d+) and )?(\d+)(?![\d.]*\d)")
#: "all 56 arrangements counted": there are as many as the sizes of the groups allow, and no others.
_ARRANGED = re.compile(r"\ball \d+ (?=arrangements)")
#: "4 rise and 10 fall"
_TURNED = re.compile(r"\b(\d+) rise and (\d+) fall\b")
#: "31 to 32, depending on the marker, of 32 patients"
_FROM = re.compile(r"(?<![\d.,])(\d+)(?= to \d+, depending)")
#: "4 v 5 patients"
_AGAINST = re.compile(r"(?<![\d.,])(\d+) v (\d+)(?= patients)")
_AGAINST_ALONE = re.compile(r"\d+(?: v \d+)+")
#: What follows a count of people, or of what befell them, in a sentence: "3 left out", "1 more patient died".
_BEFALLS = "patients?|deaths?|died|left|lacks?|pairs?|events?|infections?|infected|healed|survivors?|excluded|censored"
#: What may follow one, and may follow a day or a score as well: "2 with corticosteroids", but "by day 2 with".
_MAY_FOLLOW = "were|was|had|have|has|without|before|with|in|whose|where|missing"
_NO_COUNT = "".join(
    f"(?<!{word} )" for word in ("day", "days", "of", "to", "by", "median", "score", "SCORTEN", "v")
)
_OTHERS = r"(?:(?:more|further|other|complete|healed|dead|of them|of whom) )?"
_PEOPLE = re.compile(
    rf"(?<![\d.,–−<≥])(?<![<≥] )\b(\d+)(?= {_OTHERS}(?:{_BEFALLS})\b)|"
    rf"(?<![\d.,–−<≥])(?<![<≥] )\b{_NO_COUNT}(\d+)(?= {_OTHERS}(?:{_MAY_FOLLOW})\b)"
)

#: A count of people after its words: "serum ferritin lacks 3", "of 2 it is not known", "for want of a group: 4".
_AFTER_WORDS = re.compile(
    r"(?:(?<=\black )|(?<=\blacks )|(?<=\b[Oo]f )(?=\d+ it is not known)|(?<=\bnor are )|(?<=\bnor is )|"
    r"(?<=for want of a group: )|(?<=complete pairs \()|(?<=\bThere are )(?=\d+\.)|(?<=\bThere is )(?=\d+\.))"
    r"\b(\d+)\b(?![.,]\d|%)"
)
_VERB_OF_ONE = re.compile(rf"(?<=\bnor )is(?= {SMALL})|(?<=\bThere )is(?= {SMALL})")
_OF_PATIENTS = re.compile(r"(?<![\d.])(\d+) (?:patients )?of (\d+)(?= patients| in the)")
#: Parts of a whole that is named elsewhere, side by side: "22 died, 36 healed".
_SIDE_BY_SIDE = re.compile(r"(?<![\d.])(\d+)(?: of \d+ patients)? died, (\d+) healed\b")

#: Of so many counts that are shown, and of so many that are masked, one sentence may make up a whole.
_MOST_LARGE, _MOST_FEW = 3, 2

#: A sentence on patients of whom something is not known: several of them together count those left out.
_LEFT_OUT = re.compile(r"\b(?:left out|lacks?|without|missing)\b", re.IGNORECASE)

#: Words that would tell that a masked count is 1: its noun and its verb, within the same clause.
_ONE_THING = re.compile(
    rf"({SMALL} (?:more |further |other |complete )?(?:patient|pair|death|event|infection|value))(?!s)\b"
)
_OF_SEVERAL = {"is": "are", "was": "were", "has": "have", "lacks": "lack", "counts": "count"}
_OF_ONE = re.compile(rf"({SMALL} (?:[^\d.,;:()<≥]*? )?)({'|'.join(_OF_SEVERAL)})\b")


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


def lacking_few(total: int) -> dict[int, str]:
    """The numbers that lack few of a total, and how each is written.

    >>> lacking_few(32), lacking_few(6)
    ({28: '≥28', 29: '≥28', 30: '≥28', 31: '≥28'}, {5: '<6'})
    """
    said = f"≥{total - LEAST + 1}" if total >= 2 * LEAST else f"<{total}"
    return dict.fromkeys(range(max(total - LEAST + 1, LEAST), total), said)


def size(n: int, sizes: Sizes = AS_IT_IS) -> str:
    """How a number of patients is written: masked where it is small, or where it lacks few of a total.

    >>> size(3), size(29, lacking_few(32)), size(32, lacking_few(32)), size(12, lacking_few(32))
    ('<5', '≥28', '32', '12')
    """
    return SMALL if is_small(n) else sizes.get(n, str(n))


def still_at_risk(row: Sequence[str]) -> list[str]:
    """A row of patients at risk, where what it lacks of its start counts who had the event or left.

    >>> still_at_risk(["18", "17", "14", "9", "3", "0"])
    ['18', '≥14', '≥14', '9', '<5', '0']
    """
    start = int(row[0]) if row[0].isdigit() else 0
    few = lacking_few(start) if start >= LEAST else {}
    return [size(int(text), few) if text.isdigit() else text for text in row]


def tells_degrees(degrees: float, sizes: Sizes, between: float = 1) -> bool:
    """Whether degrees of freedom of a t-test, or of an F with ``between`` others, give a masked number away.

    >>> tells_degrees(12, {13: "≥10"}), tells_degrees(13, {13: "≥10"}), tells_degrees(19.8, {21: "≥18"})
    (True, False, False)
    >>> tells_degrees(26, {29: "≥28"}, between=2)
    True
    """
    less = {1, 2, int(between) + 1}
    return degrees % 1 == 0 and degrees > 1 and any(int(degrees) + one in sizes for one in less)


def tight_sizes(texts: Iterable[str]) -> dict[int, str]:
    """Of all "k of n", the k that lack few of n: each alone, elsewhere, would give the few away.

    >>> tight_sizes(["13 of 14", "5 of 18", "32 of 32 patients", "8/9 (89%)"])
    {13: '≥10', 8: '<9'}
    """
    parts = ((int(one[1]), int(one[3])) for text in texts for one in _PART_WITH_SHARE.finditer(text))
    return {k: lacking_few(n)[k] for k, n in parts if k >= LEAST and is_small(n - k)}


def tight_parts(texts: Iterable[str], total: int) -> dict[int, str]:
    """Parts beside which few are left of a whole: one of them masked, the few do not follow from the others.

    >>> tight_parts(["22 died, 36 healed."], 60), tight_parts(["3 died, 29 healed"], 32)
    ({36: '≥34'}, {29: '≥28'})
    >>> tight_parts(["26 of 44 patients have both; 4 lack one, nor are 14 whose second sample is the last"], 44)
    {14: '≥14'}
    >>> tight_parts(["17 left out", "Left out: 16 died before healing and 1 whose day is not known."], 44)
    {16: '≥13'}
    >>> tight_parts(["20 of 50 patients died, 30 healed; left out: 4 patients not healed, 4 patients without"], 58)
    {8: '≥5', 50: '≥50', 30: '≥30'}
    >>> tight_parts(["12 of 52 patients died, 40 healed; left out: 20 patients not healed, 3 patients without"], 75)
    {52: '≥51', 40: '≥39'}
    """
    told = list(texts)
    wholes = {total, *(n for text in told for n in (*_people(text), *(whole for _, whole in _wholes(text))))}
    found = _of_few_alone(told, total, wholes)
    together = " ".join(text for text in told if _LEFT_OUT.search(text))
    for text in (*told, together):
        parts = [k for k, _ in _wholes(text)]
        people = _people(text)
        few = [n for n in people if is_small(n)]
        large = sorted({n for n in (*parts, *people) if n >= LEAST})
        for some in _some(large, _MOST_LARGE) if few else ():
            free = [n for n in some if n not in parts]
            for left in _some(few, _MOST_FEW) if free else ():
                if sum(some) + sum(left) in wholes:
                    found |= _lacking(max(free), sum(some) - max(free), sum(some) + sum(left), len(left))
        for smaller, larger in (sorted(map(int, one.groups())) for one in _SIDE_BY_SIDE.finditer(text)):
            if is_small(total - smaller - larger):
                found |= _lacking(larger, smaller, total)
    return found


def _of_few_alone(texts: Sequence[str], total: int, wholes: set[int]) -> dict[int, str]:
    """Numbers made up of two masked ones, and what is left beside them: were they 8, each of the two would be 4.

    >>> _of_few_alone(["56 of 64 patients counted, 8 lack one; left out: 4 patients without a score, 4 pairs"], 64, {8})
    {8: '≥5', 56: '≥56'}
    """
    found: dict[int, str] = {}
    few = sorted(n for text in texts if _LEFT_OUT.search(text) for n in _people(text) if is_small(n))
    turned = [sorted(map(int, one.groups())) for text in texts for one in _TURNED.finditer(text)]
    for one, other in (*combinations(few, 2), *turned):
        both = one + other
        if is_small(one) and is_small(other) and both >= LEAST and wholes & {both, total - both}:
            found |= {both: LARGE, total - both: f"≥{max(total - 2 * (LEAST - 1), LEAST)}"}
    return {n: said for n, said in found.items() if n >= LEAST}


def _some(numbers: Sequence[int], most: int) -> list[tuple[int, ...]]:
    """Every choice of up to so many of the numbers."""
    return [one for length in range(1, most + 1) for one in combinations(numbers, length)]


def _lacking(n: int, others: int, whole: int, masked_parts: int = 1) -> dict[int, str]:
    """How a part is written that few lack of a whole, the others of which are known.

    Two masked parts are 2 to 8 patients: that they are 8 would tell that each is 4.
    """
    least = whole - others - masked_parts * (LEAST - 1)
    if masked_parts > 1 and least >= LEAST:
        return {n: f"≥{least}"}
    said = lacking_few(whole - others).get(n)
    return {n: said} if said else {}


def _people(text: str) -> list[int]:
    counted = (*_PEOPLE.finditer(text), *_AFTER_WORDS.finditer(text))
    return [int(next(filter(None, one.groups()))) for one in counted]


def _wholes(text: str) -> list[tuple[int, int]]:
    """The parts of patients that a sentence names, each with its whole: of groups' shares there are more."""
    found = [(int(one[1]), int(one[2])) for one in _OF_PATIENTS.finditer(text)]
    return found if len(found) == 1 else []


def masked(text: str, sizes: Sizes = AS_IT_IS) -> str:
    """The text with its small counts masked, and the percentages that stand beside them taken out.

    sizes : numbers of patients that lack few of all or of their group: "n = 29" of 32 tells that 3 are left out

    >>> masked("3 of 32 patients died; 5 of 14 (36%) and 4 of 18 (22%)")
    '<5 of 32 patients died; 5 of 14 (36%) and <5 of 18'
    >>> masked("TEN (n = 3)"), masked("n = 14 and 3"), masked("2 (6%)"), masked("1 of 6 (17%), 0 to 64%")
    ('TEN (n < 5)', 'n = 14 and <5', '<5', '1 to 5 of 6')
    >>> masked("29 patients of 32 in the curves, 3 left out"), masked("n = 29", lacking_few(32))
    ('≥28 patients of 32 in the curves, <5 left out', 'n ≥ 28')
    >>> masked("n = 13 pairs", {13: "≥10"}), masked("t = 2.84, df 12, p = 0.015", {13: "≥10"})
    ('n ≥ 10 pairs', 't = 2.84, p = 0.015')
    >>> masked("TEN (4 v 5 patients)"), masked("3 of 31", lacking_few(32))
    ('TEN (<5 v ≥5 patients)', '<5 of ≥28')
    >>> masked("SJS (9 v 12 patients); TEN (3 v 5 patients)"), masked("4 rise and 10 fall")
    ('SJS (≥5 v ≥5 patients); TEN (<5 v ≥5 patients)', '<5 rise and ≥5 fall')
    >>> masked("by permutation (all 56 arrangements counted)")
    'by permutation (all arrangements counted)'
    >>> masked("(2 with corticosteroids alone)"), masked("healed by day 2 with corticosteroids, SCORTEN 3 was usual")
    ('(<5 with corticosteroids alone)', 'healed by day 2 with corticosteroids, SCORTEN 3 was usual')
    >>> masked("of 2 it is not known; BMI lacks 3; nor are 3 whose sample"), masked("12 of 26 factors", {26: "≥23"})
    ('of <5 it is not known; BMI lacks <5; nor are <5 whose sample', '12 of 26 factors')
    >>> masked("1 patient without treatment arm is left out"), masked("1 pair of patients who died was left out")
    ('<5 patients without treatment arm are left out', '<5 pairs of patients who died were left out')
    """
    text = _PART_WITH_SHARE.sub(lambda found: _part(found, sizes), text)
    text = _FROM.sub(lambda found: size(int(found[1]), sizes), text)
    text = _all_or_none(text, sizes)
    text = _TURNED.sub(lambda found: _turned(found, sizes), text)
    text = _ARRANGED.sub("all ", text)
    text = _SIZE.sub(lambda found: _sizes(found, sizes), text)
    text = _DEGREES.sub(lambda found: _degrees(found, sizes), text)
    text = _LEVEL.sub(lambda found: SMALL if is_small(int(found[1])) else found[0], text)
    text = _PEOPLE.sub(lambda found: size(int(found[1] or found[2]), sizes), text)
    text = _ONE_THING.sub(r"\1s", text)
    text = _OF_ONE.sub(lambda found: f"{found[1]}{_OF_SEVERAL[found[2]]}", text)
    text = _AFTER_WORDS.sub(lambda found: size(int(found[1]), sizes), text)
    return _VERB_OF_ONE.sub("are", text)


def _all_or_none(text: str, sizes: Sizes) -> str:
    """Sizes set against each other: one masked, all are, since the groups of all less those of a part are the rest."""
    pairs = [(int(one[1]), int(one[2])) for one in _AGAINST.finditer(text)]
    if not any(is_small(n) or n in sizes for pair in pairs for n in pair):
        return text
    return _AGAINST.sub(
        lambda found: " v ".join(
            SMALL if is_small(int(n)) else LARGE if int(n) else n for n in found.groups()
        ),
        text,
    )


def against(text: str, sizes: Sizes) -> str:
    """A cell of sizes set against each other; all masked where one is, or where their sum is.

    >>> against("3 v 5", {}), against("12 v 17", {29: "≥28"}), against("14 v 18", {29: "≥28"})
    ('<5 v ≥5', '≥5 v ≥5', '14 v 18')
    """
    if not _AGAINST_ALONE.fullmatch(text):
        return text
    each = [int(n) for n in text.split(" v ")]
    if not any(is_small(n) or n in sizes for n in (*each, sum(each))):
        return text
    return " v ".join(SMALL if is_small(n) else LARGE if n else "0" for n in each)


def _turned(found: re.Match[str], sizes: Sizes) -> str:
    up, down = parts_of_pairs([int(found[1]), int(found[2])], sizes)
    return f"{up} rise and {down} fall"


def parts_of_pairs(parts: Sequence[int], sizes: Sizes = AS_IT_IS) -> list[str]:
    """How many rise and fall: where one is few the others would give it away, and so would a sum that lacks few.

    >>> parts_of_pairs([4, 10]), parts_of_pairs([8, 9], {17: "≥14"}), parts_of_pairs([8, 9])
    (['<5', '≥5'], ['≥5', '≥5'], ['8', '9'])
    """
    if not any(map(is_small, parts)) and sum(parts) not in sizes:
        return [str(n) for n in parts]
    return [SMALL if is_small(n) else LARGE if n else "0" for n in parts]


def _degrees(found: re.Match[str], sizes: Sizes) -> str:
    return found[1] if tells_degrees(int(found[3]), sizes, int(found[2] or 1)) else found[0]


def _part(found: re.Match[str], sizes: Sizes) -> str:
    k, n = int(found[1]), int(found[3])
    said = part(k, n)
    if n in sizes:
        said = f"{SMALL if is_small(k) else LARGE if k else 0} of {size(n, sizes)}"
    if said is None:
        return found[0]
    return said.replace(" of ", found[2]) if found[2] != "/" else said


def _sizes(found: re.Match[str], sizes: Sizes) -> str:
    first = size(int(found[1]), sizes)
    rest = re.sub(r"\d+", lambda one: size(int(one[0]), sizes), found[2])
    if rest:
        return f"n = {first}{rest}"
    return f"n {first[0]} {first[1:]}" if first[0] in "<≥" else f"n = {first}"
