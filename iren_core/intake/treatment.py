"""Which arm of treatment a text names. A text is placed only where every word of it is understood."""

from __future__ import annotations

import re

#: Names of each TNF inhibitor; the last of each line is an abbreviation that counts only where it stands alone.
TNFI_DRUGS = {
    "etanercept": "etanercept 依那西普 益赛普 enbrel 恩利 安佰诺 强克 重组人ii型肿瘤坏死因子受体-抗体融合蛋白 "
    "重组人ii型肿瘤坏死因子受体抗体融合蛋白 etn",
    "infliximab": "infliximab 英夫利昔 英夫利西 remicade 类克 ifx",
    "adalimumab": "adalimumab 阿达木 humira 修美乐 ada",
}


def _words(latin: str, chinese: str = "") -> re.Pattern[str]:
    """Latin words where they stand alone, Chinese ones anywhere; both as regular expressions."""
    parts = [chinese, rf"(?<![a-z])(?:{latin})(?![a-z])"]  # "tnf抑制剂" before "tnf"
    return re.compile("|".join(part for part in parts if part))


_DENIAL = _words(
    r"no|not|non[a-z]*|nor|neither|without|w/o|never|minus|except\w*|exclu\w+|ruled? out|denied|declined|refused|"
    r"withheld|stopped|free|naive|contra-?indicat\w*|intoleran\w*|unavailable|unsuitable|nil|ohne|sans|sin",
    r"未|无|不|没|非|否|除外|排除|拒绝|停用|禁忌|\(\s*-\s*\)|-\s*$",
)

_ALPHA = r"(?:[- ]?(?:α|alpha|a(?![a-z])))?"
_BLOCKER = r"(?:[- ]?(?:inhibitors?|blockers?|antagonists?|is?(?![a-z])))?"
_GENERIC_TNFI = _words(
    rf"(?:anti[- ]?)?tnf{_ALPHA}{_BLOCKER}|(?:anti[- ]?)?tumou?r necrosis factor{_ALPHA}{_BLOCKER}|"
    r"biologics?|biological(?: agents?)?",
    r"tnf(?:-?[αa])?(?:抑制剂|拮抗剂|单抗)|肿瘤坏死因子(?:-?[αa])?(?:抑制剂|拮抗剂)?|生物制剂",
)
_NAMED_TNFI = _words(
    "|".join(word for line in TNFI_DRUGS.values() for word in line.split() if word.isascii()),
    "|".join(
        f"{word}(?:单抗)?" for line in TNFI_DRUGS.values() for word in line.split() if not word.isascii()
    ),
)
_BIOLOGIC = re.compile(r"(?<=[a-z]{3})(?:mab|cept|pegol)\b|单抗|受体|融合蛋白|培戈")
_STEROID = _words(
    r"(?:gluco)?(?:cortico)?steroids?|glucocorticoids?|corticoids?|methyl-?pred\w*|prednis\w*|(?:solu-?)?medrol|"
    r"dexamethasone|betamethasone|hydrocortisone|(?:solu-?)?cortef|dxm|s?gcs?|s?cs|mp|mpsl",
    r"糖皮质激素|皮质激素|激素|类固醇|甲基?(?:泼尼松龙|泼尼龙|强的松龙|强龙)|泼尼松龙?|强的松龙?|美卓乐|米乐松|地塞米松|地米(?!松)|倍他米松|氢化可的松",
)
_JOINED = _words(
    r"combin(?:ed|ation|ing)|combo|plus|and|with",
    r"联合(?:应用|使用|用药)?|合用|并用|加用?|[与和及]|[+&]",
)
_ALONE = _words(
    r"monotherapy|mono|alone|only|single(?:[- ]agent)?(?![- ](?:dose|infusion|shot))",
    r"单药|单用|单独(?:使用|应用)?|单纯|单一|仅用?",
)
#: What may stand beside the names of drugs without changing the arm: doses, how often, routes, the number of patients.
_FILLER = _words(
    r"groups?|arms?|therapy|treatments?|treated|regimen|patients?|the|of|for|systemic|oral(?:ly)?|intravenous(?:ly)?|"
    r"iv|po|s\.?c\.?|i\.?m\.?|i\.?v\.?|(?:iv)?gtt|subcutaneous(?:ly)?|infusions?|injections?|drip|high|low|medium|"
    r"doses?|pulsed?|taper(?:ed|ing)?|conventional|traditional|standard|initial|daily|weekly|once|twice|per|on|over|"
    r"sodium|succinate|acetate|tablets?|days?(?: ?\d+(?: ?[-,] ?\d+)*)?|weeks?|times?|"
    r"qd|bid|tid|qid|qod|biw|tiw|qw|q\d{0,2}[hdw]|d\d+(?: ?- ?d?\d+)?|single",
    r"治疗|方案|组|用药|使用|应用|疗法|系统|全身|[大中小]剂量|常规|传统|冲击|静脉(?:滴注|注射)?|静滴|皮下注射|口服|"
    r"患者|的|初始|减量|注射[液用]|琥珀酸钠|醋酸|片|"
    r"每[日天周]|\d*[一二两三]?次(?:/[日天周])?|第?\d+(?:-\d+)?[日天周]|n ?= ?\d+|"
    r"\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)? ?(?:mg|g|毫克|克|支)(?:[/·.]kg(?:-1)?)?"
    r"(?:[/·.](?:day|week|d|w|天|日|周|次)(?:-1)?)?(?![a-z])|"
    r"[x×*] ?\d+ ?(?:days?|doses?|times|weeks?|[dw]|[天日次周支])?(?![a-z])|\d+ ?(?:days?|weeks?|[dw])(?![a-z])",
)
#: A longer text tells a course of treatment: nothing in it is an arm or a mere dose.
LONGEST_TREATMENT = 500
#: A dose: what is given in two of them is seldom meant as two arms.
_DOSE = re.compile(r"\d ?(?:mg|g|iu|u|毫克|克|支|单位)(?![a-z])")
_MARKS = re.compile(r"[\s,;:、()\[\]/·.-]+")
#: A whole cell that names an arm as the study does, without its drugs.
_COMBINED_ARM = re.compile(r"联合|combin|combo")
_SINGLE_ARM = re.compile(r"单药|单用|单独|单纯|mono")
_VAGUE = re.compile(
    r".{1,2}|group\s*\w|arm\s*\w|\w组|组\w|(?:试验|实验|观察|对照|治疗|研究)组?|"
    r"control(?:s| group)?|treatment(?: group)?|treated|experimental(?: group)?|test(?: group)?|case"
)


def denied(text: str) -> bool:
    """Whether a text, lower case and in one width, denies something.

    >>> denied("steroid-free"), denied("非联合组"), denied("steroid + etanercept")
    (True, True, False)
    """
    return bool(_DENIAL.search(text))


def names_biologic(text: str) -> bool:
    """Whether a text, lower case and in one width, names a TNF inhibitor by its class, or any antibody or receptor.

    >>> names_biologic("golimumab 50 mg"), names_biologic("tnf inhibitor"), names_biologic("planned")
    (True, True, False)
    """
    return bool(_GENERIC_TNFI.search(text) or _BIOLOGIC.search(text))


def arm_of(text: str) -> str | None:
    """The arm that a text (lower case, in one width) names, itself where it is another treatment.

    ``None`` means that a reader must say what it is: a text that denies a drug is never placed, for it
    depends on what the word "no" reaches; nor is one that says "combined" or "alone" and not of what, nor one
    that names more than corticosteroids and a TNF inhibitor, for that may be an arm of its own or a drug beside one.

    >>> arm_of("methylprednisolone 80 mg/d + etanercept"), arm_of("激素组"), arm_of("tacrolimus alone")
    ('combination', 'corticosteroid', 'tacrolimus alone')
    >>> arm_of("steroids, no tnfi"), arm_of("mp 80mg qd + ivig"), arm_of("mp 40 mg qd + etanercept 25mg biw x4")
    (None, None, 'combination')
    """
    text = text.replace("_", " ")
    if denied(text) or len(text) > LONGEST_TREATMENT:
        return None
    rest, found = _taken_apart(text)
    if rest:
        return None if _VAGUE.fullmatch(text) or names_study_drug(text) or _DOSE.search(text) else text
    joined, alone = found[_JOINED] > 0, found[_ALONE] > 0
    tnfi = found[_GENERIC_TNFI] + found[_NAMED_TNFI] > 0
    if found[_STEROID]:
        return _with_steroid(tnfi, joined, alone)
    if tnfi:
        return text if found[_NAMED_TNFI] and not joined and not _DOSE.search(text) else None
    if joined and not alone and _COMBINED_ARM.search(text):
        return "combination"
    return "corticosteroid" if alone and not joined and _SINGLE_ARM.search(text) else None


def names_study_drug(text: str) -> bool:
    """Whether a text, lower case and in one width, names a corticosteroid or a TNF inhibitor.

    >>> names_study_drug("激素联合丙球"), names_study_drug("ivig"), names_study_drug("sm + tnfi")
    (True, False, True)
    """
    return names_tnfi(text) or bool(_STEROID.search(text))


def names_tnfi(text: str) -> bool:
    """Whether a text, lower case and in one width, names a TNF inhibitor or their class.

    >>> names_tnfi("sm + tnfi"), names_tnfi("依那西普单抗"), names_tnfi("golimumab")
    (True, True, False)
    """
    return bool(_GENERIC_TNFI.search(text) or _NAMED_TNFI.search(text))


def names_more(text: str) -> bool:
    """Whether a text, lower case and in one width, names a drug of the study and something that is not understood.

    >>> names_more("激素联合丙球"), names_more("steroid + tnfi"), names_more("ivig")
    (True, False, False)
    """
    if not names_study_drug(text):
        return False
    return len(text) > LONGEST_TREATMENT or bool(_taken_apart(text.replace("_", " "))[0])


def without_doses(text: str) -> str:
    """A text, lower case and in one width, without doses, routes and how often a drug is given.

    >>> without_doses("200mg q3w x6").strip(), without_doses("100 mg chemo").strip()
    ('', 'chemo')
    """
    return _FILLER.sub(" ", text)


def _taken_apart(text: str) -> tuple[str, dict[re.Pattern[str], int]]:
    """What of a text is not understood, and how many words of each kind it has."""
    found = {}
    for kind in (_NAMED_TNFI, _GENERIC_TNFI, _STEROID, _JOINED, _ALONE, _FILLER):
        text, found[kind] = kind.subn(" ", text)
    return _MARKS.sub("", text), found


def _with_steroid(tnfi: bool, joined: bool, alone: bool) -> str | None:
    if tnfi:
        return None if alone else "combination"
    return None if joined else "corticosteroid"
