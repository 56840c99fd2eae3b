"""What a header means by its words: "Day anti-TNF started" is a TNF inhibitor, a start and a time.

A list of names is never complete, but the words of which names are made nearly are. A header is cut into terms, each
with its spellings in English and Chinese, and names a field when its terms are just those that the field asks for. One
word that is not known, and the header means nothing here: what is left over may be what makes it something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import product

_CHINESE = re.compile(r"[\u4e00-\u9fff]")

#: Term -> its spellings, lower case, as patterns; a plural is understood. Those of the first say nothing by themselves.
_SPELLINGS = {
    "": "the|an?|of|at|in|on|for|from|to|with|by|per|and|was|were|is|are|patients?|pts?|body|until|till|between|"
    "yes no|y n|yn|value|serum|plasma|blood|systemic|"
    "的|了|是否|有无|患者|病人|所需|数值|水平|血清|血浆|至|到|占|血|距|自",
    "acute": "baseline|presentation|arrival|acute|initial|急性期|基线|初始",
    "admission": "admission|admitted|admit|adm|入院",
    "age": "age|年龄|岁数",
    "any": "any|all|总体",
    "appear": "appear(?:ed|ance)?|出现|发生",
    "area": "bsa|tbsa|body surface area|surface area|area|面积|体表面积",
    "before": "before|prior|前",
    "cause": "cause|reason|原因",
    "complication": "complication|并发症",
    "complete": "complete(?:ly)?|full(?:y)?|完全|全部",
    "course": "course|疗程",
    "cycle": "cycle|infusion|周期|疗程",
    "date": "date|日期?(?![剂均])",
    "daily": "daily|each day|日剂量|每日|每天",
    "death": "death|died|dead|死亡",
    "detachment": "detachment|detached|denuded|剥脱|松解|脱落",
    "diagnosis": "diagnosis|dx|诊断",
    "discharge": "discharge|discharged|出院",
    "disease": "disease|illness|病情|疾病",
    "dose": "dose|dosage|剂量|用量",
    "drug": "drug|agent|medication|compound|药物|药品",
    "equivalent": "equivalents?|eq|等效|当量",
    "erythema": "erythema|erythematous|红斑",
    "fever": "fever(?: >=? ?3[78](?: ?[05])?(?: ?°?c)?)?|pyrexia|febrile|发热|发烧",
    "first": "first|1st|首次|第一次|初次|首剂",
    "followup": "follow ?up|fu|last contact|contact|seen|随访",
    "genital": "genital|urogenital|anogenital|外阴|生殖器|会阴",
    "given": "given|used|received|administered|使用|应用",
    "group": "group|arm|cohort|strategy|modality|组别?|分组",
    "heal": "heal|healed|healing|re ?epithelializ\\w*|epithelializ\\w*|re ?epi|愈合|痊愈|再?上皮化",
    "hospital": "hospital|hospitali[sz]ation|住院",
    "ici": "ici|io|immunotherapy|immune checkpoint inhibitor|checkpoint inhibitor|(?:anti )?pd ?l?1(?: inhibitor)?|"
    "免疫治疗|免疫检查点抑制剂|pd ?1 ?(?:单抗|抑制剂|治疗)?",
    "id": "id|(?:patient|pat|pt|subject|case) no|identifier|编号|序号",
    "infection": "infections?|infxn|infected|infectious|感染",
    "involved": "involved|involvement|affected|lesion|受累|损害",
    "ivig": "ivig|丙球|丙种球蛋白",
    "last": "last|latest|most recent|final|最终|末次|最后一次|最近一次|最后",
    "latency": "latency|latent period|潜伏期",
    "length": "length|duration",
    "max": "max|maximum|maximal|peak|highest|最大|最高|峰值",
    "medication": "用药",
    "methylprednisolone": "methylprednisolone|methylpred|mpred|solu medrol|甲泼尼龙|甲强龙|甲基强的松龙",
    "mucosa": "mucosa|mucosae|mucosal|mucous membrane|黏膜",
    "nosocomial": "nosocomial|secondary|hospital acquired|院内|继发|并发|合并",
    "number": "number|no|n|count|次数|数目|数",
    "ocular": "ocular|eye|conjunctival?|眼部?|结膜",
    "onset": "onset|发病|起病",
    "oral": "oral|mouth|lip|口腔|口唇",
    "outcome": "outcome|vital status|disposition|dispo|结局|转归|预后",
    "pathogen": "(?:causative )?(?:pathogen|organism|microorganism)|病原体|病原菌|致病菌",
    "primary": "primary|underlying|原发|基础",
    "rash": "rash|eruption|skin lesion|皮疹|皮损|药疹|发疹|出疹",
    "record": "record|study|case|subject|研究|病例",
    "score": "score|points?|评分|分值|总分",
    "scorten": "scorten(?!s)",
    "site": "site|部位",
    "skin": "skin|derm|epidermal|epidermis|cutaneous|表皮|皮肤|创面",
    "soon": "within 24 h(?:ours?)?|first 24 h(?:ours?)?|day 1|d ?1|24 h",
    "stable": "stable|stabili[sz]ation|stabili[sz]ed|arrest(?:ed)?|controlled|control|稳定|控制",
    "stage": "stage|staging|uicc|tnm|ajcc|分期",
    "status": "status|状态",
    "start": "start|started|starting|begin|begun|began|commenced|commencement|initiated|initiation|开始|起始|启用",
    "steroid": "steroid|corticosteroid|glucocorticoid|prednisone|prednisolone|激素|糖皮质激素|泼尼松|强的松",
    "stop": "stop|stopped|end|ended|discontinued|discontinuation|停用|停药|结束|停止",
    "temperature": "temperature|temp|体温",
    "time": "days?|time|interval|天数|时间|时长|天|间隔",
    "tnfi": "tnf ?a?(?: alpha)? ?(?:inhibitor|antagonist|blocker|抑制剂|拮抗剂)|anti tnf ?a?(?: alpha)?|tnfi|"
    "biologics?|etanercept|infliximab|tnf (?:agent|drug)|生物制剂|依那西普|英夫利昔单抗",
    "total": "total|cumulative|累[积计]|总量|总|累[积计]量",
    "treatment": "treatment|therapy|tx|regimen|治疗|方案",
    "tumor": "tumor|cancer|malignancy|neoplasm|(?:恶性)?肿瘤|癌症",
    "type": "type|kind|name|entity|类型|种类|名称|分型",
}  # fmt: skip

#: Field -> the terms it asks for; "?" after one that may be absent, "|" between those of which one will do.
_MEANINGS = {
    "patient_id": "id record?",
    "age_years": "age onset? acute|admission? diagnosis?",
    "malignancy_type": "tumor type|primary|site primary?",
    "tumor_stage": "tumor? stage",
    "ici_drug": "ici drug treatment?; ici type|given",
    "ici_cycles": "ici? number cycle given? before? onset?; ici cycle given?; "
    "ici number dose before? onset?; medication cycle number?",
    "latency_days": "latency time? ici? last|first? cycle|dose?; ici last|first? onset|rash time; "
    "medication onset|rash time",
    "diagnosis": "skin|last diagnosis; rash type",
    "arm": "treatment group; treatment given; treatment given group; medication group",
    "tnfi_drug": "tnfi drug?; tnfi type drug?",
    "tnfi_start_day": "tnfi start|first time",
    "fever": "fever",
    "peak_temp_c": "max temperature",
    "mucositis": "mucosa involved",
    "mucosal_sites_n": "mucosa involved? number; mucosa involved? site number",
    "mucosa_oral": "oral mucosa involved?; oral involved",
    "mucosa_ocular": "ocular mucosa involved?; ocular involved",
    "mucosa_genital": "genital mucosa involved?; genital involved",
    "erythema_bsa_pct": "erythema area? max?; rash area",
    "detachment_bsa_pct": "detachment area? skin? max?",
    "scorten": "scorten score? total? acute|admission? soon?",
    "methylprednisolone_mg_day": "methylprednisolone dose? max|acute|start? daily?",
    "prednisone_eq_mg_day": "steroid equivalent? dose max|start|acute|first? daily?; steroid equivalent max? daily?",
    "prednisone_eq_mg_kg_day": "steroid equivalent? dose max|start|acute|first? daily?",
    "ivig": "ivig given; ivig treatment",
    "ivig_cumulative_g_kg": "ivig total dose?",
    "reepithelization_days": "heal time complete? skin|rash?",
    "healed": "heal complete? skin|rash?",
    "steroid_duration_days": "steroid length time? treatment? total?; steroid time total treatment?; "
    "steroid course total? time?",
    "cumulative_prednisone_mg": "steroid total dose? equivalent?",
    "outcome": "outcome last? followup?; outcome discharge; last status",
    "death_day": "death time; death time first? steroid",
    "death_cause": "death cause",
    "followup_days": "followup time length?; followup length",
    "hospital_days": "hospital time length? total?; hospital length",
    "infection": "infection any? nosocomial|hospital? complication?",
    "infection_onset_day": "infection onset|start|first time; infection onset",
    "infection_pathogen": "infection? pathogen",
    "date_ici_first": "ici first|start date dose|cycle|treatment?",
    "date_ici_last": "ici last date dose|cycle|treatment?",
    "date_onset": "onset|rash date disease?; rash onset|appear|start date",
    "date_admission": "admission date hospital?; hospital date",
    "date_steroid_start": "steroid start|first date dose? treatment? given?",
    "date_steroid_stop": "steroid stop|last date dose? treatment?",
    "date_tnfi_start": "tnfi start|first date dose?",
    "date_stabilization": "disease|rash? stable date",
    "date_healing": "heal date complete? skin|rash?",
    "date_discharge": "discharge date hospital?",
    "date_death": "death date",
    "date_last_followup": "followup last date; followup date",
}  # fmt: skip


def fields_meant(name: str, *, in_days: bool = False) -> tuple[str, ...]:
    """The fields whose terms are just those of a name in lower case; two where only the unit tells them apart.

    in_days : whether the values are days, as the header says apart from the name

    >>> fields_meant("day anti tnf started"), fields_meant("皮损愈合所需天数"), fields_meant("smoking status")
    (('tnfi_start_day',), ('reepithelization_days',), ())
    >>> fields_meant("onset of infection", in_days=True)
    ('infection_onset_day',)
    """
    terms = _terms(name)
    return _meant().get(terms | {"time"} if in_days and terms else terms, ())


def dated_field(name: str) -> str | None:
    """The date of what a name tells of without a word for a date: "steroids commenced", "first ICI dose".

    >>> dated_field("steroids commenced"), dated_field("steroid colour")
    ('date_steroid_start', None)
    """
    terms = _terms(name) - {"time"}
    return next(iter(_meant().get(terms | {"date"}, ())), None) if terms else None


def without_fillers(name: str) -> str:
    """A name without the words that say nothing: "serum bicarbonate" is "bicarbonate".

    >>> without_fillers("serum bicarbonate"), without_fillers("有无发热")
    ('bicarbonate', '发热')
    """
    left = _any_spelling().sub(lambda found: found[0] if _term_of(found[0]) else " ", name)
    return re.sub(" +", " ", left).strip()


@lru_cache(maxsize=4096)
def _terms(name: str) -> frozenset[str]:
    """The terms of a name; none where a word is not known."""
    if _any_spelling().sub(" ", name).strip():
        return frozenset()
    return frozenset(map(_term_of, _any_spelling().findall(name))) - {""}


@lru_cache(maxsize=4096)
def _term_of(word: str) -> str:
    return next(term for term, pattern in _patterns().items() if pattern.fullmatch(word))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {term: _pattern(_spellings(line)) for term, line in _SPELLINGS.items()}


@cache
def _any_spelling() -> re.Pattern[str]:
    return _pattern([spelling for line in _SPELLINGS.values() for spelling in _spellings(line)])


def _spellings(line: str) -> list[str]:
    return re.split(r"\|(?![^()]*\))", line)


def _pattern(spellings: Iterable[str]) -> re.Pattern[str]:
    """Any of these, the longest first; as a whole word, perhaps in the plural, unless it is Chinese."""
    by_length = sorted(spellings, key=len, reverse=True)
    words = "|".join(word for word in by_length if not _CHINESE.search(word))
    chinese = [word for word in by_length if _CHINESE.search(word)]
    whole = [rf"(?<![a-z0-9])(?:{words})(?:e?s)?(?![a-z0-9])"] if words else []
    return re.compile("|".join((*whole, *chinese)))


@cache
def _meant() -> dict[frozenset[str], tuple[str, ...]]:
    """The terms of every name that can be made -> the fields it names."""
    fields: dict[frozenset[str], tuple[str, ...]] = {}
    for field, lines in _MEANINGS.items():
        for line in lines.split(";"):
            choices = [(*term.rstrip("?").split("|"), *("",) * term.endswith("?")) for term in line.split()]
            for chosen in product(*choices):
                terms = frozenset(chosen) - {""}
                fields[terms] = tuple(dict.fromkeys((*fields.get(terms, ()), field)))
    return fields
