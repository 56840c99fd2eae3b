"""Numbers into words. The only place that rounds: screens, slides and files all read these.

Ties are rounded away from zero, as SPSS and Prism print them: 2.5 becomes 3, not 2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Protocol

from iren_core import schema
from iren_core.counted import counted
from iren_core.errors import CohortError

if TYPE_CHECKING:
    from iren_core.stats import RestrictedMean

MINUS = "\N{MINUS SIGN}"
NOT_REACHED = "not reached"
UNKNOWN = "\N{EN DASH}"
#: Why a mean, or a difference of means, has no interval.
NO_SPREAD = "no interval: a group has one patient, or no spread"


def number(value: float, digits: int = 0) -> str:
    """A number to so many decimals, with a true minus sign; a dash when it is missing.

    >>> number(8.5), number(-0.04, 1), number(float("nan")), number(1234.5678, 2)
    ('9', '0.0', '–', '1234.57')
    >>> number(-2.25, 1)
    '−2.3'
    """
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return f"{MINUS if value < 0 else ''}∞"
    # 15 significant digits first: 2.675 is stored as 2.67499..., yet a reader who sees 2.675 rounds it up.
    rounded = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):.{digits}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def significant(value: float, figures: int = 3) -> str:
    """A number to so many significant figures, never in exponent form.

    >>> significant(0.012345), significant(1234.5), significant(14.0)
    ('0.0123', '1235', '14')
    """
    if value is None or not math.isfinite(value) or value == 0:
        return number(value)
    digits = max(0, figures - 1 - math.floor(math.log10(abs(value))))
    text = number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def alike(*values: float, figures: int = 3) -> list[str]:
    """Numbers that are read together, an estimate and its limits, with the same number of decimals.

    The largest has ``figures`` significant figures, and as many more as keep a number other than 0 from reading as 0.

    >>> alike(-2.1, -4.2, 0.0763), alike(1, 0, 2), alike(20.23, 0, 50.1)
    (['−2.10', '−4.20', '0.08'], ['1', '0', '2'], ['20.2', '0.0', '50.1'])
    >>> alike(1234.5, 3, float("nan")), alike(0.0004, 12.0)
    (['1235', '3', '–'], ['0.0004', '12.0000'])
    """
    known = [abs(value) for value in values if math.isfinite(value) and value]
    if not known:
        return [number(value) for value in values]
    least = max(0, figures - 1 - math.floor(math.log10(max(known))))
    digits = min(max(least, -math.floor(math.log10(2 * min(known)))), least + _MOST_MORE)
    texts = [number(value, digits) for value in values]
    while digits and all(text.endswith("0") or not text[-1].isdigit() for text in texts):
        digits -= 1
        texts = [number(value, digits) for value in values]
    return texts


#: Decimals that ``alike`` adds at most for the sake of its smallest number.
_MOST_MORE = 3


def ratios(*values: float) -> list[str]:
    """Ratios that are read together, such as an odds ratio and its limits: two decimals, more for very small ones.

    >>> ratios(0.321, 0.05, 2.104), ratios(2.74, 0.123, 176.8), ratios(0.004, 0, float("inf"))
    (['0.32', '0.05', '2.10'], ['2.74', '0.12', '176.80'], ['0.004', '0.000', '∞'])
    """
    known = [value for value in values if math.isfinite(value) and value]
    digits = min(max([2, *(-math.floor(math.log10(value)) for value in known)]), 4)
    return [number(value, digits) for value in values]


def points(unit: str) -> str:
    """The unit of a difference: that of two percentages is a percentage point.

    >>> points("%"), points("% BSA"), points("days")
    ('percentage points', 'percentage points of BSA', 'days')
    """
    if unit == "%":
        return "percentage points"
    return f"percentage points of {unit[1:].strip()}" if unit.startswith("%") else unit


#: What an effect of ranks is, in plain words; the tables and the methods name it.
_PLAIN_EFFECTS = {
    "difference in location (Hodges-Lehmann)": "typical difference",
    "median change (Hodges-Lehmann)": "typical change",
    "median percent change (Hodges-Lehmann)": "typical percent change",
}


def plain_effect(effect: str) -> str:
    """An effect in plain words, for a headline.

    >>> plain_effect("difference in location (Hodges-Lehmann)"), plain_effect("difference in means")
    ('typical difference', 'difference in means')
    """
    return _PLAIN_EFFECTS.get(effect, effect)


def p_value(p: float) -> str:
    """A p-value, the way journals print it.

    >>> p_value(0.0004), p_value(0.0042), p_value(0.0496), p_value(0.9999), p_value(float("nan"))
    ('p < 0.001', 'p = 0.004', 'p = 0.050', 'p > 0.999', 'p not estimable')
    """
    if p is None or math.isnan(p):
        return "p not estimable"
    if p < 0.001:
        return "p < 0.001"
    if p > 0.999:
        return "p > 0.999"
    return f"p = {number(p, 3)}"


def printed_p(text: str) -> str:
    """A p-value as another text prints it: a bare number, a bound, or words.

    >>> printed_p("0.888"), printed_p("<0.001"), printed_p("not significant"), printed_p("")
    ('p = 0.888', 'p < 0.001', 'not significant', '')
    """
    if text.startswith("<"):
        return f"p < {text[1:]}"
    return f"p = {text}" if text[:1].isdigit() else text


def percent(proportion: float, digits: int = 0) -> str:
    """A proportion as a percentage.

    >>> percent(0.28125), percent(0.045, 1)
    ('28%', '4.5%')
    """
    text = number(100 * proportion, digits)
    return text if text == UNKNOWN else f"{text}%"


def count(k: int, n: int) -> str:
    """``k`` of ``n`` with its percentage.

    >>> count(9, 14), count(0, 0)
    ('9 of 14 (64%)', '0 of 0')
    """
    return f"{k} of {n} ({percent(k / n)})" if n else f"{k} of {n}"


def interval(low: float, high: float, digits: int = 0, unit: str = "") -> str:
    """The bounds of an interval; a bound that the data do not reach says so.

    >>> interval(12, 17), interval(12, float("nan")), interval(-4.25, 1, 1, " days")
    ('12 to 17', '12 to not reached', '−4.3 to 1.0 days')
    >>> interval(float("nan"), float("nan"))
    'not estimable'
    """
    if math.isnan(low) and math.isnan(high):
        return "not estimable"
    bounds = [NOT_REACHED if math.isnan(bound) else number(bound, digits) for bound in (low, high)]
    return f"{bounds[0]} to {bounds[1]}{unit}"


def digits_off_zero(low: float, high: float, digits: int = 0) -> int:
    """Decimals with which no limit that is not 0 is printed as 0, as if the interval touched it.

    >>> digits_off_zero(-53.2, -0.3), digits_off_zero(-53.2, 4), digits_off_zero(0, 4), digits_off_zero(-9, -0.04)
    (1, 0, 0, 2)
    """
    most = digits + 3
    while digits < most and any(bound and round(bound, digits) == 0 for bound in (low, high)):
        digits += 1
    return digits


def estimate(value: float, low: float, high: float, digits: int = 0, level: str = "95% CI ") -> str:
    """An estimate with its interval.

    >>> estimate(14, 12, 17)
    '14 (95% CI 12 to 17)'
    >>> estimate(0.28, 0.06, 0.83, 2, level="")
    '0.28 (0.06 to 0.83)'
    """
    shown = NOT_REACHED if math.isnan(value) else number(value, digits)
    return f"{shown} ({level}{interval(low, high, digits)})"


def median_quartiles(median: float, q1: float, q3: float, digits: int = 0) -> str:
    """A median with its quartiles, as the study prints it.

    >>> median_quartiles(32.4, 22.3, 32.4)
    '32 (22, 32)'
    """
    return f"{number(median, digits)} ({number(q1, digits)}, {number(q3, digits)})"


def mean_sd(mean: float, sd: float, digits: int = 0) -> str:
    """A mean with its standard deviation.

    >>> mean_sd(22.4, 5.2)
    '22 ± 5'
    """
    return f"{number(mean, digits)} ± {number(sd, digits)}"


def days(value: float, digits: int = 0) -> str:
    """A number of days with its unit in the right number.

    >>> days(1), days(14), days(float("nan"))
    ('1 day', '14 days', 'not reached')
    """
    if math.isnan(value):
        return NOT_REACHED
    text = number(value, digits)
    return f"{text} day" if text == "1" else f"{text} days"


def day_number(value: float) -> str:
    """A day, with one decimal only where it lies between two.

    >>> day_number(14.0), day_number(18.5), day_number(float("nan"))
    ('14', '18.5', '–')
    """
    return number(value, 1).removesuffix(".0")


def patients(n: int) -> str:
    """A number of patients.

    >>> patients(1), patients(32)
    ('1 patient', '32 patients')
    """
    return counted(n, "patient")


def listed(items: Iterable[str], conjunction: str = "and") -> str:
    """Items in a row as a sentence has them.

    >>> listed(["SJS"]), listed(["a", "b", "c"])
    ('SJS', 'a, b and c')
    """
    *head, last = [*items] or [""]
    return f"{', '.join(head)} {conjunction} {last}" if head else last


def sentence(text: str) -> str:
    """The text with a capital at its start and one full stop at its end.

    >>> sentence("no patient died")
    'No patient died.'
    """
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def in_sentence(label: str) -> str:
    """A label inside a sentence: small first letter, unless it is an abbreviation.

    >>> in_sentence("Corticosteroids alone"), in_sentence("SJS")
    ('corticosteroids alone', 'SJS')
    """
    return f"{label[:1].lower()}{label[1:]}" if label[1:2].islower() else label


def with_group(field: str, label: str) -> str:
    """A group as the end of a sentence.

    >>> with_group("arm", "Corticosteroids alone"), with_group("sex", "female")
    ('with corticosteroids alone', 'in the group “female” (sex)')
    >>> with_group("fever", "yes"), with_group("tnfi_drug", "etanercept")
    ('where fever is “yes”', 'in the group “etanercept” (TNF inhibitor)')
    >>> with_group("age_years>=60", "Age under 60 years")
    'with age under 60 years'
    """
    if field == "arm" or schema.cut(field):
        return f"with {in_sentence(label)}"
    known = schema.field(field)
    if known.kind == "flag":
        return f"where {in_sentence(known.label)} is “{label}”"
    return f"in the group “{label}” ({in_sentence(known.label)})"


#: Statistics that count pairs or ranks: whole numbers, or halves where values are tied.
_COUNTING = ("U", "V")

#: What the statistic of each test is called.
_SYMBOLS = {
    "Wilcoxon": "V",
    "Mann-Whitney": "U",
    "t-test": "t",
    "t test": "t",
    "ANOVA": "F",
    "analysis of variance": "F",
    "Kruskal-Wallis": "H",
    "log-rank": "χ²",
    "Log-rank": "χ²",
    "Gray": "χ²",
    "chi-squared": "χ²",
}


class Comparison(Protocol):
    """Any result of a test: what ``statistic`` needs of it."""

    @property
    def method(self) -> str:
        """Name of the test."""

    @property
    def statistic(self) -> float | None:
        """Its statistic; none for an exact test of counts."""

    @property
    def p_value(self) -> float:
        """Its two-sided p, unrounded."""


def statistic(test: Comparison | CohortError) -> str:
    """A test with its statistic, degrees of freedom and p; or why there is none.

    >>> statistic(CohortError("", "Only one group is left.", ""))
    'not compared: only one group is left'
    """
    if isinstance(test, CohortError):
        return f"not compared: {test.found[:1].lower()}{test.found[1:].rstrip('.')}"
    return f"{name_and_statistic(test)}, {p_value(test.p_value)}"


def name_and_statistic(test: Comparison) -> str:
    """A test with its statistic and degrees of freedom; an exact test of counts has no statistic.

    >>> from iren_core.stats import compare_groups
    >>> name_and_statistic(compare_groups([1, 2, 3, 4, 5, 6], list("aaabbb"), test="student"))
    'Student t-test: t = −3.67, df 4'
    >>> name_and_statistic(compare_groups([1, 2, 2, 2, 5, 6], list("aaabbb"), test="mann-whitney"))
    'Mann-Whitney test, exact: U = 1'
    """
    if test.statistic is None:
        return test.method
    return f"{test.method}: {_statistic(_symbol(test.method), test.statistic)}{_freedom(test)}"


def _statistic(symbol: str, value: float) -> str:
    """A statistic that counts as a count (40, 12.5), any other with two decimals."""
    shown = number(value, 1).removesuffix(".0") if symbol in _COUNTING else number(value, 2)
    return f"{symbol} = {shown}"


def _symbol(method: str) -> str:
    return next((symbol for name, symbol in _SYMBOLS.items() if name in method), "statistic")


def _freedom(test: Comparison) -> str:
    df = getattr(test, "df", None)
    numbers = df if isinstance(df, tuple) else () if df is None else (df,)
    return f", df {listed(number(one, 0 if one == int(one) else 1) for one in numbers)}" if numbers else ""


def mean_difference(contrast: RestrictedMean | CohortError) -> str:
    """A difference of mean days with its interval; a dash where there is none."""
    if (
        isinstance(contrast, CohortError)
        or contrast.estimate is None
        or contrast.low is None
        or contrast.high is None
    ):
        return UNKNOWN
    if not all(contrast.std_errors):
        return f"{number(contrast.estimate, 1)} days ({NO_SPREAD})"
    return f"{number(contrast.estimate, 1)} days (95% CI {interval(contrast.low, contrast.high, 1)})"
