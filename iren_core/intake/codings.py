"""What the values of a category or a flag mean: words, legends, and what is unclear."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from iren_core import schema
from iren_core.intake.checkpoint_inhibitors import names_checkpoint_inhibitor
from iren_core.intake.headers import Header
from iren_core.intake.outcomes import ALIVE, IN_DOUBT, OUTCOME_WORDS, in_one, outcome_of, remarked_outcome
from iren_core.intake.treatment import TNFI_DRUGS, arm_of, denied, names_biologic, names_study_drug
from iren_core.intake.values import plain

#: No TNF inhibitor was given: the cell is rightly empty.
NONE = ""
#: What a reader may answer beside the drugs when asked for codes of TNF inhibitors.
UNNAMED_TNFI, NO_TNFI = "unnamed TNF inhibitor", "no TNF inhibitor"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


YES = _set(
    "yes y true t 1 + ++ +++ (+) (++) (+++) +ve 是 有 阳性 positive pos present √ ✓ ✔ 发生 使用 已用 已愈 "
    "checked ticked 已勾选 勾选 已选"
)
NO = _set(
    "no n false f 0 - (-) -ve 否 无 阴性 negative neg absent none nil × ✗ 未 没有 未发生 未使用 未用 − 未愈 "
    "unchecked unticked 未勾选 未选"
)

_SEX = {
    "male": "male m man männlich maennlich men boy 男 男性 masculine 男人",
    "female": "female f woman women girl w weiblich 女 女性 feminine 女人",
}
#: How a legend names the two ends of a time in statistics.
_EVENT = _set("event 事件 发生事件")
_CENSORED = re.compile(r"(?:right[- ])?censor(?:ed|ing)?(?: data)?|no event|删失|截尾|未发生事件")
#: A clear yes or no with a remark: "Yes (candida)"; what a remark may hold that takes the word back.
_REMARKED = re.compile(
    r"(?P<word>yes|y|no|n|positive|negative|present|absent|[有无是否]|阳性|阴性)\s*(?:[(:;,、]|- )\s*(?P<remark>\S.*)"
)
_TAKES_BACK = re.compile(r"\b(?:but|later|then|yes|no|until)\b|但|后来|之后|[有无是否]")
#: So many words of a column that are not understood are asked about; more are no answers to one question.
_MOST_ASKED = 8
#: Words by which two diagnoses are no overlap, but one after the other, or one of them.
_ONE_THEN_THE_OTHER = re.compile(
    r"→|⇒|➔|[-=]?>|progress|evolv|evolution|convert|becam|becom|develop|worsen|transition|advanc|\b(?:to|into|then|later|"
    r"initial(?:ly)?|first|from|previously|or|vs\.?|versus)\b|进展|发展|演变|演进|转[为化变成]?|加重|起初|最初|初[诊期始为]?|"
    r"先|后|或|变[为成]"
)
#: Treatments of a cancer, which are no arms of treatment for the reaction to one.
_CANCER_TREATMENT = re.compile(
    r"chemo|radiotherapy|immunotherapy|immune checkpoint|(?<![a-z])(?:anti[- ]?)?pd[- ]?l?[- ]?1(?!\d)|ctla-?4|"
    r"(?<![a-z])icis?(?![a-z])|化疗|放疗|免疫治疗|免疫检查点|靶向"
)
#: So many of the words must be a field's.
_LEAST_TOLD = 0.8
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
    "tnfi_drug": {word: (drug, NONE) for drug, words in TNFI_DRUGS.items() for word in words.split()},
}


#: What the other of two codes means where a header explains but one of them.
_OPPOSITE = {"yes": "no", "no": "yes", "male": "female", "female": "male", "died": ALIVE, ALIVE: "died"}
_DENIAL = re.compile(r"^(?:(?:no|not|non|without)\b[\s-]*|[无未没]有?)")
_DENYING = frozenset({"no", "not", "non", "without", "free", "or"})
_FURTHER_CHOICES = {"outcome": (ALIVE,), "tnfi_drug": (UNNAMED_TNFI, NO_TNFI)}
#: The fields that tell when a patient had healed, in which a word may tell that the patient had not.
HEALING_FIELDS = ("reepithelization_days", "date_healing")
_UNHEALED = frozenset(OUTCOME_WORDS["not healed"].split()) - {"无效", "恶化", "delayed"} | {
    "notyet",
    "未上皮化",
    "没愈合",
}


def says_unhealed(cell: object) -> bool:
    """Whether a cell says that the patient had not healed.

    >>> says_unhealed("未愈"), says_unhealed("Not healed"), says_unhealed("20")
    (True, True, False)
    """
    return isinstance(cell, str) and in_one(plain(cell)) in _UNHEALED


#: Fields whose values the file spells as it likes: a bare number there is a code, not a word. (A stage of a tumour is
#: rightly a number.)
_SPELLED_FREELY = frozenset(
    {
        "malignancy_type",
        "ici_drug",
        "ici_class",
        "concurrent_treatment",
        "culprit_other",
        "death_cause",
        "infection_pathogen",
    }
)
#: Codes of a list, and several of them in one cell.
_BARE_CODES = re.compile(r"\d{1,2}(?:\s*[|/;,+&]\s*\d{1,2})*")


def bare_codes(field: schema.Field, values: Iterable[str], explained: Collection[str]) -> list[str]:
    """The values of an open field that are bare codes and explained by nothing, in numerical order.

    >>> bare_codes(schema.field("malignancy_type"), ["10", "2", "lung", "1"], explained=["1"])
    ['2', '10']
    """
    if field.name not in _SPELLED_FREELY:
        return []
    codes = {value for value in values if value not in explained and _BARE_CODES.fullmatch(value)}
    return sorted(codes, key=numerically)


def numerically(text: str) -> list[int]:
    """Sorts by the numbers in a text: "code 2" before "code 10".

    >>> numerically("code 10"), numerically("lung")
    ([10], [])
    """
    return [int(number) for number in re.findall(r"[0-9]+", text)]


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
    return (*field.categories, *_FURTHER_CHOICES.get(field.name, ()))


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
    meaning = _MEANINGS.get(field.name, _flag if field.kind == "flag" else _as_spelled)
    words = {value: plain(legend.get(value, value)) for value in values}
    head = _head(field, header, words.values())
    doubtful = _doubtful_codes(values, legend, answers) if field.kind == "flag" or head else False
    by_word = {value: meaning(word) for value, word in words.items()}
    if field.name == "outcome":
        by_word = _with_censored(by_word, words)
    if field.kind == "flag":
        by_word |= {value: _by_own_name(words[value], header) for value, word in by_word.items() if not word}
    by_head = {value: _by_head(word, head) if head else None for value, word in words.items()}
    readings = {
        value: None if doubtful and value in ("1", "2") and value not in legend else reading
        for value, reading in _reconciled(by_word, by_head).items()
    }
    coded = bool(header.legend or header.unread)
    if coded:  # what it means by default is not what it means here
        readings |= {
            value: _the_other(value, legend, readings)
            for value in values
            if value.isdigit() and value not in legend
        }
    readings |= {value: answers[value] for value in values if value in answers}
    open_questions = [value for value, reading in readings.items() if reading is None]
    unclear = [
        value
        for value in open_questions
        if value in legend or (coded and value.isdigit()) or _is_code(field, value, doubtful)
    ]
    if field.kind == "flag" or field.name == "outcome":
        spoken = [value for value in open_questions if not value.isdigit()]
        unclear += [value for value in spoken if value not in unclear and len(spoken) <= _MOST_ASKED]
    return Coding(
        {value: reading for value, reading in readings.items() if reading is not None},
        tuple(unclear),
        tuple(value for value in open_questions if value not in unclear),
    )


def _with_censored(readings: Mapping[str, str | None], words: Mapping[str, str]) -> dict[str, str | None]:
    """What censored means beside deaths: alive when last seen, and not healed where the column tells of healing too."""
    told = {reading for reading in readings.values() if reading}
    if "died" not in told:
        return dict(readings)
    censored = "not healed" if "healed" in told else ALIVE
    return {
        value: censored if reading is None and _CENSORED.fullmatch(words[value]) else reading
        for value, reading in readings.items()
    }


def _head(field: schema.Field, header: Header, words: Collection[str]) -> tuple[str, str] | None:
    """What yes and no mean in a column that is named after one category, or only tells whether a drug was given."""
    heads = _HEADS.get(field.name, {})
    for key in header.keys:
        if key in heads:
            return heads[key]
    names = [name.split() for name in header.names]
    named = {heads[word] for name in names for word in name if word in heads}  # "sex_male", "out_death"
    if len(named) == 1 and not any(_DENYING.intersection(name) for name in names):
        return named.pop()
    return (UNNAMED_TNFI, NONE) if field.name == "tnfi_drug" and yes_or_no(words) else None


def _the_other(value: str, legend: Mapping[str, str], readings: Mapping[str, str | None]) -> str | None:
    """What 0 means where a header only explains 1, and 1 where it only explains 0."""
    if len(legend) != 1 or {value, *legend} != {"0", "1"}:
        return None
    return _OPPOSITE.get(readings.get(next(iter(legend))) or "")


def _by_own_name(label: str, header: Header) -> str | None:
    """Whether a label says what its column is called, or denies it: "DIC (1=DIC, 0=no DIC)"."""
    own = set(header.keys)
    if label.replace(" ", "") in own:
        return "yes"
    denied_name = _DENIAL.sub("", label)
    return "no" if denied_name != label and denied_name.replace(" ", "") in own else None


def yes_or_no(words: Collection[str]) -> bool:
    """Whether words, in one width and case, are nothing but yes and no, and both of them.

    >>> yes_or_no(["0", "1"]), yes_or_no(["是"]), yes_or_no(["0", "1", "2"]), yes_or_no(["no", "etanercept"])
    (True, False, False, False)
    """
    return not YES.isdisjoint(words) and not NO.isdisjoint(words) and set(words) <= YES | NO


def means(field: str, word: str) -> bool:
    """Whether a word, in one width and case, is by itself a known value of the outcome or the treatment arm.

    >>> means("outcome", "死亡"), means("arm", "etanercept + steroid"), means("arm", "1"), means("bmi", "22")
    (True, True, False, False)
    """
    return field in ("outcome", "arm") and _MEANINGS[field](word) in (*schema.CATEGORIES[field], ALIVE)


def is_value(field: schema.Field, word: str) -> bool:
    """Whether a word is by itself a value of a yes or no, or of a field whose categories are known.

    >>> is_value(schema.field("sex"), "M"), is_value(schema.field("fever"), "有"), is_value(schema.field("sex"), "ICU")
    (True, True, False)
    """
    if field.kind == "flag":
        return plain(word) in YES | NO
    return field.name in _MEANINGS and _MEANINGS[field.name](plain(word)) is not None


def field_told(words: Iterable[str]) -> str | None:
    """The field whose categories most of the words are, where they can be those of no other.

    >>> field_told(["m", "w", "m"]), field_told(["SJS", "TEN"]), field_told(["yes", "no"]), field_told(["m", "m"])
    ('sex', 'diagnosis', None, None)
    >>> field_told(["信迪利单抗", "Pembrolizumab"]), field_told(["依那西普", "无"]), field_told(["alive", "died"])
    ('ici_drug', 'tnfi_drug', 'outcome')
    """
    spoken = [text for text in map(plain, words) if text not in NO]
    for field, tell in _TELLING.items():
        told = [found for text in spoken if (found := tell(text)) is not None]
        enough = len(told) >= _LEAST_TOLD * len(spoken)
        if told and enough and (field in _ONE_IS_ENOUGH or len(set(told)) > 1):
            return field
    return None


def told_instead_of_arm(words: Iterable[str]) -> str | None:
    """The field that a column of groups holds, where its words are no treatments but those of another field.

    >>> told_instead_of_arm(["SJS", "TEN"]), told_instead_of_arm(["死亡组", "存活组"])
    ('diagnosis', 'outcome')
    >>> told_instead_of_arm(["SJS + MP", "TEN"]) is None
    True
    """
    texts = [plain(word) for word in words]
    field = None if any(map(names_study_drug, texts)) else field_told(texts)
    return field if field in _NO_ARMS else None


def treats_cancer(words: Iterable[str]) -> bool:
    """Whether most of the words are treatments of a cancer.

    >>> treats_cancer(["化疗", "PD-1", "Sintilimab"]), treats_cancer(["MP", "chemotherapy"])
    (True, False)
    """
    texts = [plain(word) for word in words]
    told = [text for text in texts if _CANCER_TREATMENT.search(text) or names_checkpoint_inhibitor(text)]
    return bool(told) and len(told) >= _LEAST_TOLD * len(texts) and not any(map(names_study_drug, texts))


def named_category(field: str, words: str) -> str | None:
    """The category of a field that words name, as a cell with them would be read; ``None`` where they name none.

    >>> named_category("arm", "steroid"), named_category("tnfi_drug", "Enbrel"), named_category("arm", "IVIG")
    ('corticosteroid', 'etanercept', None)
    """
    named = _MEANINGS.get(field, _as_spelled)(plain(words))
    return named if named in schema.CATEGORIES.get(field, ()) else None


def _reconciled(
    by_word: Mapping[str, str | None], by_head: Mapping[str, str | None]
) -> dict[str, str | None]:
    """One reading of each value. Where its word and the column's name disagree, its neighbours settle it.

    In a column called Female, F beside T is "false", and F beside M is "female"; F alone stays unclear.
    """
    words = any(by_word[value] is not None and by_head[value] is None for value in by_word)
    heads = any(by_head[value] is not None and by_word[value] is None for value in by_word)
    settled: dict[str, str | None] = {}
    for value, word in by_word.items():
        name = by_head[value]
        if None in (word, name) or word == name:
            settled[value] = name if word is None else word
        else:
            settled[value] = None if words == heads else word if words else name
    return settled


def _is_code(field: schema.Field, value: str, doubtful: bool) -> bool:
    if field.kind == "flag":
        return (doubtful and value in ("1", "2")) or plain(
            value
        ) == "x"  # a tick in a form, a cross for no in a list
    if field.name in ("arm", "tnfi_drug"):
        return True
    if field.name == "diagnosis" and any(_named_diagnoses(plain(value))):
        return not denied(plain(value))
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
    return lambda value: table.get(in_one(value))


def _flag(value: str) -> str | None:
    if value in YES:
        return "yes"
    if value in NO:
        return "no"
    return _remarked_flag(value)


def _remarked_flag(value: str) -> str | None:
    """A clear yes or no before a remark that does not take it back."""
    found = _REMARKED.fullmatch(value)
    if not found or IN_DOUBT.search(found["remark"]) or _TAKES_BACK.search(found["remark"]):
        return None
    if found["word"] in NO:
        return "no"
    return None if denied(found["remark"].rstrip(")")) else "yes"


def read_in_part(field: schema.Field, value: str) -> bool:
    """Whether only the first words of a cell, in one width and case, were read: a remark, a day or a cause follows.

    >>> read_in_part(schema.field("infection"), "yes (candida)"), read_in_part(schema.field("outcome"), "died d22")
    (True, True)
    """
    if field.name == "outcome":
        return remarked_outcome(value)
    return field.kind == "flag" and value not in YES | NO and _remarked_flag(value) is not None


def _healed(value: str) -> str | None:
    """Whether a word of the column that tells who healed says so; a time that was censored is no healing."""
    if (flag := _flag(value)) is not None:
        return flag
    outcome = outcome_of(value)
    if outcome == "healed" or value in _EVENT:
        return "yes"
    return (
        "no"
        if outcome in ("not healed", "died") or _CENSORED.fullmatch(value) or says_unhealed(value)
        else None
    )


def _diagnosis(value: str) -> str | None:
    """A diagnosis; ``None`` where it is denied, doubted, or one became the other: what counts then, a reader says."""
    if denied(value) or IN_DOUBT.search(value):
        return None
    sjs, ten = _named_diagnoses(value)
    if re.search(r"overlap|重叠", value):
        return "overlap"
    if sjs and ten:
        return None if _ONE_THEN_THE_OTHER.search(value) else "overlap"
    if sjs:
        return "SJS"
    return "TEN" if ten else None


def _named_diagnoses(value: str) -> tuple[bool, bool]:
    """Whether a text names SJS, and whether TEN."""
    return (
        bool(re.search(r"sjs|stevens|史蒂文斯|斯蒂文斯", value)),
        bool(
            re.search(
                r"(?<![a-z])ten(?![a-z])|toxic epidermal|中毒性表皮|毒性表皮|大疱性表皮|lyell|sjsten", value
            )
        ),
    )


def _arm(value: str) -> str | None:
    """An arm; a word for a diagnosis, an outcome or a checkpoint inhibitor names none by itself."""
    return None if value in YES | NO or _names_no_arm(value) else arm_of(value)


def _names_no_arm(value: str) -> bool:
    return not names_study_drug(value) and (
        bool(_CANCER_TREATMENT.search(value)) or any(_TELLING[field](value) for field in _NO_ARMS)
    )


def _tnfi_drug(value: str) -> str | None:
    if value in NO or value in ("不用", "/", plain(NO_TNFI)):
        return NONE
    if value in YES or value.isdigit() or denied(value):
        return None
    drugs = [
        drug
        for drug, words in TNFI_DRUGS.items()
        if any(word in value for word in words.split()[:-1]) or value == words.split()[-1]
    ]
    if len(drugs) == 1:
        return drugs[0]
    return value if drugs or names_biologic(value) else None


def _as_spelled(value: str) -> str | None:
    return value


def _named_drug(value: str) -> str | None:
    return value if names_checkpoint_inhibitor(value) else None


def _named_tnfi(value: str) -> str | None:
    return next((drug for drug, words in TNFI_DRUGS.items() if value in words.split()), None)


_MEANINGS: dict[str, Callable[[str], str | None]] = {
    "sex": _word_table(_SEX),
    "healed": _healed,
    "outcome": outcome_of,
    "diagnosis": _diagnosis,
    "arm": _arm,
    "tnfi_drug": _tnfi_drug,
}
#: Field -> what a word of it means; where one meaning could be chance, two are needed.
_TELLING: dict[str, Callable[[str], str | None]] = {
    **{field: _MEANINGS[field] for field in ("sex", "diagnosis", "outcome")},
    "ici_drug": _named_drug,
    "tnfi_drug": _named_tnfi,
    "arm": lambda value: named_category("arm", value),
}
#: Fields whose words divide patients too, and not into arms.
_NO_ARMS = ("sex", "diagnosis", "outcome", "ici_drug")
_ONE_IS_ENOUGH = frozenset({"diagnosis", "ici_drug", "tnfi_drug"})
