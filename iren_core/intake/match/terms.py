"""What a header means by its words: "Day anti-TNF started" is a TNF inhibitor, a start and a time.

A list of names is never complete, but the words of which names are made nearly are. A header is cut into terms, each
with its spellings in English and Chinese, and names a field when its terms are just those that the field asks for. One
word that is not known, and the header means nothing here: what is left over may be what makes it something else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product
from typing import NamedTuple

from iren_core import schema
from iren_core.intake.headers import read_header
from iren_core.intake.one_reading import once_a_reading

#: A word less of fewer leaves too little.
_FEWEST_TERMS = 3
#: A word that turns a name into its opposite.
_DENIED = re.compile(r"\b(?:non?|not|without|contraindication)\b|[非不未无除]")
#: A spelling that can begin with one letter only.
_BEGINS_WITH_LETTER = re.compile(r"[^\W_](?!\?)")
#: Letters without a blank, and how many may be more words than one.
_RUN = re.compile(r"(?<![a-z0-9])[a-z]{4,}(?![a-z0-9])")
_LONGEST_RUN = 16
#: A shorter name of a variable is known only where it stands alone.
_SHORTEST_CODE = 3
#: More than so many letters that are not known may say anything.
_LONGEST_UNKNOWN = 16
#: A name with a comparison is one item of a score.
_SIGNS = re.compile(r"[<>=]")
#: What a spelling may lack: it is counted without, so that "日数" is tried before "日期?".
_LEAST = re.compile(r"\(\?[<!=][^)]*\)|\(\?:[^()]*\)\?|.\?|\[[^\]]*\]\??")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

#: Term -> its spellings, lower case, as patterns; a plural is understood. Those of the first say nothing by themselves.
_SPELLINGS = {
    "": "the|an?|of|at|in|on|for|from|to|with|by|per|and|was|were|is|are|did|does|do|has|have|had|been|be|this|that|"
    "which|what|when|during|within|patients?|pts?|body|until|till|between|yes no|y n|yn|0 1|value|level|result|"
    "measured|serum|plasma|blood|venous|systemic|labs?|laboratory|demo|demog|demographics|vitals?|vs|ae|onc|out|clin|"
    "clinical|present|presence|recorded|if any|if applicable|if yes|absolute|calculated|percent|percentage|pct|"
    "biological|birth|over|completed|phase|concentration|assigned at birth|intravenous|iv|i v|"
    "(?:for|with) (?:the )?(?:sjs ?)?ten|direct|main|cells?|if|mg|abs|positive|achieved|reached|pseudonymi[sz]ed|"
    "anonymi[sz]ed|s(?= [a-z]{3})|t(?<=cd[348] t)|transaminase|isolated|identified|dermatology|的|了|是否|有无|患者|"
    "病人|本次|所需|数值|水平|结果|检测|检查|测定|测|查|血清|血浆|至|到|占|血|距|自|从|时|当日|当天|当时|接受|曾|过|"
    "绝对(?:计?数|值)?|计数|百分比|百分率|占比|情况|出现的?|为|及|和|值|期间|做|行|吗|呢|征|浓度|具体|所|如|电话|按|"
    "计|病程中|有没有|有否|已|一共|共计?|哪一?种|何种|哪|分到|直接|主要|细胞|转氨酶|检出|培养出|皮肤科|科|宣布|临床|"
    "(?<=cd[348])t",
    "acute": "acute phase|baseline|presentation|arrival|acute|initial|before treatment|pre treatment|first visit|"
    "急性期?|基线期?|初始|治疗前|用药前|就诊|初诊|首诊|来院",
    "after": "after|since|以?后|之后",
    "admission": "admission|admitted|admit|admittance|adm|转入|入院|收住|收治|入科",
    "age": "age|how old|多大岁?数?|年龄|岁数",
    "any": "any|all|总体",
    "appear": "began|develop(?:ed|ment)?|appear(?:ed|ance)?|occur(?:red|rence)?|出现|发生",
    "area": "bsa|tbsa|kof|body surface(?: area)?|surface(?: area)?|area|extent|体表面积|面积|体表|范围",
    "before": "before|prior|previous|前",
    "cause": "cause|reason|原因",
    "complication": "complication|并发症",
    "complete": "complete(?:ly)?|完成|full(?:y)?|完全|全部|彻底",
    "course": "course|疗程",
    "cycle": "cycle|infusion|周期|疗程",
    "date": "date|dt|(?:dd mm|mm dd) yy(?:yy)?|yyyy mm dd|年 ?月 ?日|哪一?天|何日|日期|日(?![剂均])",
    "daily": "daily|each day|per day|a day|日剂量|日用量|日量|每日|每天",
    "death": "病死率|death|died?|dead|deceased|mortality|demise|expired|亡故|身故|死|死亡|去世|病故",
    "detachment": "blister(?:ed|ing)?|detach(?:ment|ed|able)?|exfoliat(?:ion|ed)|脱失|脱皮|denud(?:ed|ation)|"
    "skin loss|epidermolysis|slough(?:ing|ed)?|剥脱|剥离|松解|脱落|坏死",
    "diagnosis": "diagnosis|diagnosed|dx|诊断",
    "discharge": "discharge|discharged|disch|dc|d c|出科|出院|离院",
    "disease": "disease|illness|病情|疾病",
    "dose": "dose|dosage|剂量|用量|量",
    "drug": "drug|agent|medication|compound|药物?名称?|药物|药品|药",
    "entity": "sjs ten|sjs sjs ten ten|sjs overlap ten|sjs ?(?:还是|或) ?ten|iren|epidermal necrolysis|en|重症药疹|"
    "表皮坏死松解症?",
    "equivalent": "equivalents?|换算成?|折算|equiv|eq|等效|当量|折合",
    "event": "event|indicator|事件",
    "erythema": "erythema|erythematous|红斑",
    "fever": "(?:fever|pyrexia|febrile)(?: >=? ?3[78](?: ?[05])?(?: ?°?c)?)?|"
    "(?:发热|发烧)(?: ?>=? ?3[78](?: ?[05])?(?: ?°?c)?)?",
    "first": "first|1st|c1d1|c1|首次|第一次|初次|首剂|首",
    "followup": "last (?:clinic|outpatient|opd) visit|observation|联系|follow ?up(?: visit)?|f ?up?|"
    "(?:last )?known (?:to be )?alive|last contact|contact|seen|随访|追踪",
    "genital": "genitalia|genital|urogenital|anogenital|外阴|外?生殖器|会阴",
    "given": "given|used?|usage|receive[ds]?|administered|administration|treated|使用|应用|给予|加用|静滴|静注|打|"
    "输注|注射|服用?|用",
    "group": "group|arm|cohort|strategy|modality|allocation|allocated|assigned|组别?|分组",
    "heal": "heal|healed|healing|closure|closed|修复|再生|re ?epithelializ\\w*|epithelializ\\w*|re ?epi|resolved|愈合|"
    "痊愈|长好|再?上皮化",
    "hospital": "hospital|hosp|hospitali[sz](?:ation|ed)|inpatient|住院|在院",
    "ici": "ici|io|cpi|ctla 4|免疫用药|免疫(?!球)|immunotherapy|immune checkpoint (?:inhibitor|blockade)|"
    "checkpoint inh(?:ibitor)?|checkpoint|(?:anti )?pd ?l?1(?: inhibitor)?|免疫治疗药物|免疫治疗|免疫药物?|"
    "免疫检查点抑制剂|pd ?l?1 ?(?:单抗|抑制剂|治疗)?",
    "id": "id|登记号|病人号|患者号|(?:patient|pat|pt|subject|case) n[or]|identifier|identification|code|编号|序号|"
    "编码|识别码|代码|代号|号码",
    "infection": "infections?|infxn|infected|infectious|感染",
    "involved": "involved|inv|involvement|affected|lesion|erosion|erosive|ulcer|ulceration|受累|累及|损害|糜烂|溃疡",
    "ivig": "ivig|(?:i ?v )?immunoglobulin|immune globulin|丙球|丙种球蛋白|免疫球蛋白",
    "last": "last|latest|most recent|final|最终|末次|末|最后一[次剂针]|最近一次|最近|最后",
    "latency": "latency|latent period|lag|潜伏期",
    "length": "length|duration|dur",
    "max": "max|maximum|maximal|peak|highest|worst|greatest|最大|最高|峰值",
    "medication": "用药",
    "methylprednisolone": "methylprednisolone|methylpred|mpred|solu medrol|mp|甲泼尼龙|甲强龙|甲强|甲基强的松龙",
    "mucosa": "mucosa|mucosae|mucosal|mucous|mucous membrane|黏膜",
    "nosocomial": "nosocomial|secondary|hospital acquired|院内|继发|并发|合并",
    "number": "number|no|num|n|count|ct|total number|how many|次数|数目|数量|个数|总数|几[处个次]|数",
    "ocular": "ocular|eye|conjunctival?|眼[部睛]?|结膜",
    "onset": "onset|首发|发病|起病",
    "oral": "oral|mouth|lip|口腔|口唇",
    "outcome": "治疗结局|最终结果|outcome|生死|存亡|vital status|survival status|disposition|dispo|结局|转归|预后",
    "pathogen": "(?:causative )?(?:pathogen|organism|microorganism|germ)|病原体|病原菌?|致病菌",
    "per_kg": "per kg(?: bw| body ?weight)?|kg|mg kg(?: d(?:ay)?)?|每公斤体重|每公斤|每kg",
    "predicted": "推算|predicted|expected|estimated|预测|预期|预计",
    "primary": "primary|underlying|原发|基础",
    "rash": "rash|exanthem|eruption|skin lesion|symptom|皮疹|皮损|药疹|发疹|出疹|起疹|症状",
    "record": "record|study|case|subject|subj|participant|研究|病例|病历|受试者|入组",
    "recovery": "recovery|recovered|recov|(?:recovery|recovered) (?:phase|visit|sample)|复查|convalescen(?:t|ce)|rec|"
    "after treatment|post treatment|恢复期?|缓解期?|治疗后|用药后|好转后?",
    "sample": "bloods?(?: taken| drawn)|samples?|sampled|sampling|blood draw|drawn|collected|specimen|采样|采血|抽血|"
    "采集|标本|样本|化验|检验",
    "score": "sum|score|points?|评分|打分|分值|总分|得分|分",
    "scorten": "scorten(?!s)",
    "severity": "severity|严重程?度",
    "risk": "risk|风险",
    "site": "site|location|部位",
    "skin": "skin|derm|epidermal|epidermis|cutaneous|wound|表皮|皮肤|创面|糜烂面",
    "soon": "within 24 h(?:ours?)?|first 24 h(?:ours?)?|24 h(?:ours?)?|24 ?h内|24小时内",
    "start_day": "day [01]|d ?[01]|t ?0|第[01一]天",
    "stay": "stay",
    "since_steroid": "(?:from|after|since|post) (?:the )?(?:first )?(?:cortico|gluco)?steroids?(?: start| dose)?|"
    "(?:from|after|since) (?:the )?(?:start|first dose) of (?:cortico|gluco)?steroids?|激素(?:治疗|使用|应用|开始)?后",
    "stable": "stable|no new lesion|趋稳|无新发(?:水疱|皮疹|皮损)|stabili[sz]ation|stabili[sz]ed|arrest(?:ed)?|"
    "controlled|control|稳定期?|控制",
    "stage": "stage|staging|uicc|tnm|ajcc|分期",
    "status": "status|状态",
    "start": "起用|start|started|starting|begin|beginning|begun|began|commenced|commencement|initiated|initiation|"
    "开始|起始|启用|首日|起",
    "steroid": "steroid|ster|类固醇|皮质激素|corticosteroid|cs|gcs|glucocorticoid|prednisone|prednisolone|pred|gc|"
    "激素|糖皮质激素|泼尼松|强的松",
    "stop": "撤停|stop|stopped|end|ended|ending|discontinued|discontinuation|停用|停药|结束|停止|停",
    "temperature": "temperature|temp|t max|体温",
    "time": "days?|time|tt|第[几多]天|interval|天数|日数|时间|时长|[几多]少?天|天|间隔|用时",
    "tnfi": "anti ?tnf|tnf ?block(?:er|ade)|tnf ?a?(?: alpha)? ?(?:inhibitor|antagonist|blocker|抑制剂|拮抗剂)|"
    "anti tnf ?a?(?: alpha)?|tnfi|biologics?|etanercept|infliximab|adalimumab|tnf ?a? (?:agent|drug)|抗 ?tnf ?a?|"
    "益赛普|阿达木单抗|生物制剂|依那西普|英夫利昔单抗|肿瘤坏死因子a?(?:抑制剂|拮抗剂)",
    "total": "total|cumulative|cumul|cum|累[积计]|总量|合计量?|总计?|累[积计]量",
    "treatment": "treatment|therapy|策略|tx|rx|regimen|治疗|方案",
    "tumor": "tumor|cancer|瘤种|病种|ca|oncolog(?:y|ic|ical)|malignancy|malignant|neoplasm|(?:恶性)?肿瘤|癌症|癌",
    "type": "type|通用名|商品名|kind|name|entity|classification|subtype|phenotype|category|类型|种类|品种|名称|分型|"
    "分类|亚型",
}  # fmt: skip

#: Field -> the terms it asks for; "?" after one that may be absent, "|" between those of which one will do.
_MEANINGS = {
    "patient_id": "id record? entity?; record number",
    "age_years": "age entity? complete?; age onset? acute|admission|disease|rash? diagnosis?",
    "malignancy_type": "tumor type|primary|site primary?; tumor diagnosis primary?",
    "tumor_stage": "tumor? stage; tumor stage diagnosis; tumor? stage ici start?",
    "ici_drug": "ici treatment; ici drug treatment? type?; ici type|given drug?",
    "ici_cycles": "ici? number cycle given? before? onset|rash?; ici cycle given? before? onset|rash?; "
    "ici treatment number; ici number dose given? before? onset|rash?; medication cycle number?; ici number given",
    "ici_class": "ici @ici_class",
    "predicted_mortality_pct": "predicted death scorten? risk?; scorten death risk; death risk",
    "latency_days": "latency time? ici? last|first? cycle|dose?; "
    "ici medication|given? last|first? dose|cycle? after? onset|rash entity? time; medication after? onset|rash time; "
    "ici start after? onset|rash entity? time",
    "diagnosis": "skin? last? diagnosis entity?; rash type; entity diagnosis|type; disease type; diagnosis type; "
    "discharge diagnosis entity",
    "arm": "treatment? group; treatment given; treatment given group; medication group; treatment type",
    "tnfi_drug": "tnfi drug? given? treatment?; tnfi type drug?",
    "tnfi_start_day": "steroid tnfi time; tnfi given time since_steroid; "
    "tnfi start|first time dose? given? since_steroid?",
    "fever": "fever any? acute|admission?",
    "peak_temp_c": "max temperature; max temperature hospital|acute|admission",
    "mucositis": "mucosa involved any? skin?; skin mucosa",
    "mucosal_sites_n": "mucosa involved? number; mucosa involved? site number",
    "mucosa_oral": "oral mucosa involved? site?; oral involved",
    "mucosa_ocular": "ocular mucosa involved? site?; ocular involved",
    "mucosa_genital": "genital mucosa involved? site?; genital involved",
    "erythema_bsa_pct": "erythema area? max|acute|admission|total? involved?; rash area max|acute|admission? involved?",
    "detachment_bsa_pct": "detachment area? skin? max|acute|admission|start_day?",
    "scorten": "scorten score? total? acute|admission|start_day? soon?; scorten severity disease? score? start_day?",
    "methylprednisolone_mg_day": "steroid? methylprednisolone dose? max|acute|start|first? daily?",
    "prednisone_eq_mg_day": "steroid equivalent? dose max|start|acute|first? daily?; steroid equivalent max? daily?",
    "prednisone_eq_mg_kg_day": "steroid equivalent? dose max|start|acute|first? daily? per_kg?; "
    "steroid equivalent? max|start|acute|first? daily? per_kg",
    "ivig": "ivig given?; ivig treatment given?",
    "ivig_cumulative_g_kg": "ivig total dose?",
    "reepithelization_days": "heal time complete? skin|rash?; "
    "heal time complete? skin|rash? after? steroid start|given?; heal time given skin|rash?; "
    "heal time complete? skin|rash? since_steroid",
    "healed": "heal complete? skin|rash? outcome|status|event?; heal complete? skin|rash? stop? followup|discharge",
    "steroid_duration_days": "steroid length time? treatment? total? given?; steroid time total treatment? given?; "
    "steroid course total? time? length?; steroid given|treatment time",
    "cumulative_prednisone_mg": "steroid total dose? equivalent? course?",
    "outcome": "outcome last? followup? disease?; outcome discharge; last status; death record?; followup status",
    "death_day": "death time record? since_steroid?; death time after? first? steroid|treatment start?",
    "death_cause": "death cause primary?",
    "followup_days": "followup time length? total? since_steroid?; followup length total? since_steroid?",
    "hospital_days": "hospital time length? total?; hospital length total?; admission length time?; "
    "hospital? stay time? length? total?",
    "infection": "infection any? nosocomial|hospital|admission? complication? appear?",
    "infection_onset_day": "infection onset|start|first|appear time; infection onset; "
    "infection time diagnosis? since_steroid?; infection onset|appear time? since_steroid",
    "infection_pathogen": "infection? pathogen type?",
    "date_ici_first": "ici first|start date dose|cycle|treatment? given?",
    "date_ici_last": "ici last date dose|cycle|treatment? given?; ici last date dose|cycle? before onset|rash",
    "date_onset": "onset|rash date disease?; rash onset|appear|start date; disease onset date first?; "
    "rash first date appear? skin?",
    "date_admission": "admission date hospital?; hospital date",
    "date_steroid_start": "steroid|methylprednisolone start|first date dose? treatment? given?",
    "date_steroid_stop": "steroid stop|last date dose? treatment? given?",
    "date_tnfi_start": "tnfi start|first date dose? treatment? given?; tnfi date given?",
    "date_stabilization": "disease|rash? stable date",
    "date_healing": "heal date complete? skin|rash?",
    "date_recovery_sample": "recovery sample date?; recovery sample time",
    "date_discharge": "discharge date hospital?",
    "date_death": "death date",
    "date_last_followup": "followup last date; followup date",
}  # fmt: skip

#: The terms of an item of SCORTEN, beside its name or a limit -> the item.
_SCORTEN_ITEMS = {
    frozenset({"age"}): "scorten_age",
    frozenset({"tumor"}): "scorten_malignancy",
    frozenset({"@heart_rate"}): "scorten_hr",
    frozenset({"detachment"}): "scorten_bsa",
    frozenset({"area"}): "scorten_bsa",
    frozenset({"detachment", "area"}): "scorten_bsa",
    frozenset({"@urea_mmol_l"}): "scorten_bun",
    frozenset({"@glucose_mmol_l"}): "scorten_glucose",
    frozenset({"@bicarbonate_mmol_l"}): "scorten_hco3",
}
#: "scorten 3 heart rate >= 120 /min": the score or the limit may lack, not both.
_SCORTEN_ITEM = re.compile(
    r"(?P<scorten>scorten)? ?(?:item|point|criterion)? ?\d? ?(?P<name>[^\d<>=]+?) ?"
    r"(?P<limit>(?P<sign>[<>]=?|[lg](?:t|e|te))? ?\d+(?:[. ]\d+)?(?: .*|\D*))?"
)

#: What may stand beside the name of a field whose own name is all that its header must hold ...
_BESIDE = "acute|soon|start_day|first? admission? complication|appear|nosocomial? hospital|stay? score?"
#: ... but for what makes another thing of it in brackets, ...
_NOT_BESIDE = dict.fromkeys(
    (
        "reepithelization_days",
        "death_day",
        "followup_days",
        "infection_onset_day",
        "tnfi_start_day",
        "latency_days",
        "steroid_duration_days",
    ),
    frozenset({"admission", "acute", "hospital"}),
) | {"infection": frozenset({"admission", "acute"})}
#: ... and beside a marker's in either phase.
_BESIDE_MARKER = {
    "acute": "acute|admission|soon|first|onset|start_day admission|acute? number?",
    "recovery": "recovery|discharge|stable recovery? number?",
}


def fields_meant(name: str, *, in_days: bool = False) -> tuple[str, ...]:
    """The fields whose terms are just those of a name in lower case; two where only the unit tells them apart.

    in_days : whether the values are days, as the header says apart from the name

    >>> fields_meant("day anti tnf started"), fields_meant("皮损愈合所需天数"), fields_meant("smoking status")
    (('tnfi_start_day',), ('reepithelization_days',), ())
    >>> fields_meant("onset of infection", in_days=True)
    ('infection_onset_day',)
    """
    terms = _terms(name)
    asked = terms | {"time"} if in_days and terms else terms
    # A remark may say the name once more: "outcome (alive/dead)".
    return _meant().get(asked) or tuple(
        field
        for own in asked
        if own.startswith("@")
        for field in _meant().get(asked - {own}, ())
        if field == own[1:]
    )


def scorten_item(name: str) -> str | None:
    """The item of SCORTEN that a name with its limit, or with the score before it, tells of.

    >>> scorten_item("scorten 3 heart rate >=120 min"), scorten_item("血糖>14"), scorten_item("heart rate")
    ('scorten_hr', 'scorten_glucose', None)
    >>> scorten_item("heart rate<120"), scorten_item("bicarbonate<20")
    (None, 'scorten_hco3')
    """
    found = _SCORTEN_ITEM.fullmatch(name)
    if not found or not (found["scorten"] or found["sign"]):
        return None
    terms, unknown = _understood(found["name"])
    item = None if unknown else _SCORTEN_ITEMS.get(terms)
    # "heart rate < 120" is the item turned round: its yes is a no.
    turned = found["sign"] and (found["sign"][0] in "<l") != (item == "scorten_hco3")
    return None if turned else item


def stand_beside(field: str, remark: str) -> bool:
    """Whether every word of a remark may stand beside the name of a field without making it another.

    >>> stand_beside("reepithelization_days", "皮肤"), stand_beside("reepithelization_days", "口腔黏膜")
    (True, False)
    >>> stand_beside("wbc", "at admission"), stand_beside("wbc", "day 7")
    (True, False)
    """
    terms, unknown = _understood(" ".join(re.findall(r"[\w<>=]+", remark.casefold())))
    return not unknown and terms <= _beside().get(field, frozenset())


def dated_field(name: str) -> str | None:
    """The date of what a name tells of without a word for a date: "steroids commenced", "first ICI dose".

    >>> dated_field("steroids commenced"), dated_field("steroid colour")
    ('date_steroid_start', None)
    """
    terms = _terms(name) - {"time"}
    return next(iter(_meant().get(terms | {"date"}, ())), None) if terms else None


def fields_hinted(name: str) -> tuple[tuple[str, ...], str]:
    """The fields that a name would mean with a word less, and what of it is not known.

    >>> fields_hinted("days to skin healing per protocol"), fields_hinted("steroid stop date before death")
    ((('reepithelization_days',), 'protocol'), ((), ''))
    >>> fields_hinted("severity at rash onset date"), fields_hinted("smoking status"), fields_hinted("age")
    ((('date_onset',), ''), ((), ''), ((), ''))
    """
    terms, unknown = _understood(name)
    if len(unknown) > _LONGEST_UNKNOWN or _DENIED.search(unknown):
        return (), ""
    if unknown and (fields := _meant().get(terms)):
        return fields, unknown
    if len(terms) < _FEWEST_TERMS:
        return (), ""
    with_one_less = {field for term in terms for field in _meant().get(terms - {term}, ())}
    return (tuple(with_one_less), unknown) if len(with_one_less) == 1 else ((), "")


def _terms(name: str) -> frozenset[str]:
    """The terms of a name; none where a word is not known."""
    terms, unknown = _understood(name)
    return frozenset() if unknown else terms


@once_a_reading
def _understood(name: str) -> tuple[frozenset[str], str]:
    """The terms of a name, and what is left of it."""
    return _read(name, _vocabulary())


def _read(name: str, vocabulary: _Vocabulary) -> tuple[frozenset[str], str]:
    """The terms of a name by a vocabulary, and what is left of it; where two words may begin, the longer one does."""
    terms, unknown, place = set(), "", 0
    while place < len(name):
        word = max((words.at(name, place) for words in vocabulary), key=lambda word: word.end)
        if word.end == place and (run := _RUN.match(name, place)):
            parts = _parts(run[0], vocabulary)
            terms.update(parts)
            unknown += "" if parts else run[0]
            place = run.end()
        else:
            terms.add(word.term)
            unknown += name[place] if word.end == place else ""
            place = max(word.end, place + 1)
    return frozenset(terms - {""}), unknown.strip()


def _parts(run: str, vocabulary: _Vocabulary) -> list[str]:
    """The terms of words that are written without a blank, "hospstay"; none where one is not known, or says nothing."""
    if len(run) > _LONGEST_RUN:
        return []
    for end in range(len(run) - 2, 1, -1):
        first, rest = vocabulary[0].at(run[:end], 0), run[end:]
        last = vocabulary[0].at(rest, 0)
        if first.end == end and last.end == len(rest) and last.term:
            return [first.term, last.term]
        if first.end == end and (further := _parts(rest, vocabulary)):
            return [first.term, *further]
    return []


class _Word(NamedTuple):
    term: str
    end: int


class _Words:
    """Spellings of one script, each of which stands for a term; looked up by their first letter."""

    def __init__(self, spelled: Iterable[tuple[str, str]], around: str) -> None:
        """Take the spellings with their terms, and what must stand around each, as "(?:%s)"."""
        by_letter: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for spelling, term in sorted(spelled, key=lambda each: -len(_LEAST.sub("", each[0]))):
            by_letter[spelling[0] if _BEGINS_WITH_LETTER.match(spelling) else ""].append((spelling, term))
        self._by_letter = {
            letter: (
                re.compile(around % "|".join(f"({spelling})" for spelling, _ in words)),
                [term for _, term in words],
            )
            for letter, words in by_letter.items()
        }

    def at(self, name: str, place: int) -> _Word:
        """The word that begins there; of no length where none does."""
        word = _Word("", place)
        for pattern, terms in filter(None, map(self._by_letter.get, (name[place], ""))):
            found = pattern.match(name, place)
            if found and found.end() > word.end:
                word = _Word(terms[(found.lastindex or 1) - 1], found.end())
        return word


_Vocabulary = tuple[_Words, _Words]


def _compiled(spellings: Mapping[str, Iterable[str]]) -> _Vocabulary:
    """The Latin words, whole and perhaps in the plural, and the Chinese ones."""
    spelled = [(spelling, term) for term, several in spellings.items() for spelling in several]
    latin = [each for each in spelled if not _CHINESE.search(each[0])]
    chinese = [each for each in spelled if _CHINESE.search(each[0])]
    return _Words(latin, "(?<![a-z0-9])(?:%s)(?:e?s)?(?![a-z0-9])"), _Words(chinese, "(?:%s)")


@cache
def _vocabulary() -> _Vocabulary:
    """The words above, and the names that fields and markers have anyway where these are made of other words."""
    words = {term: re.split(r"\|(?![^()]*\))", line) for term, line in _SPELLINGS.items()}
    above = _compiled(words)
    for own, names in _own_names().items():
        words[f"@{own}"] = [_spelling(name) for name in names if _read(name, above)[1]]
    return _compiled(words)


def _spelling(name: str) -> str:
    """A name as a pattern, in which a blank may lack; the plural is understood."""
    return re.escape(re.sub(r"(?<=[a-z]{4})s$", "", name)).replace(r"\ ", " ?")


@cache
def _own_names() -> dict[str, set[str]]:
    """The names of every field that the dictionary has, of a marker's two by its key."""
    phased = {field: marker.key for marker in schema.MARKERS for field in (marker.acute, marker.recovery)}
    names: dict[str, set[str]] = {marker.key: {marker.label, marker.short} for marker in schema.MARKERS}
    for field in schema.fields().values():
        called = {field.label, *field.english, *field.chinese}
        called |= {name for name in field.spss if len(name) >= _SHORTEST_CODE}
        names.setdefault(phased.get(field.name, field.name), set()).update(called)
    return {
        own: {words for name in called if (words := read_header(name).names[-1]) and not _SIGNS.search(words)}
        for own, called in names.items()
    }


@cache
def _beside() -> dict[str, frozenset[str]]:
    """Field -> the terms that any of its names may hold."""
    beside = {}
    for field in schema.fields().values():
        marker = next(
            (each.key for each in schema.MARKERS if field.name in (each.acute, each.recovery)), None
        )
        phase = field.name.rsplit("_", 1)[-1]
        own = f"{_BESIDE_MARKER[phase]} @{marker}" if marker else f"{_BESIDE} @{field.name}"
        own += " steroid start after" if "since_steroid" in _MEANINGS.get(field.name, "") else ""
        own += " date time" if field.kind == "date" else " time" if field.unit == "days" else ""
        terms = re.split(r"[|?;\s]+", f"{own} {_MEANINGS.get(field.name, '')}")
        beside[field.name] = frozenset(terms) - _NOT_BESIDE.get(field.name, frozenset())
    return beside


@cache
def _meant() -> dict[frozenset[str], tuple[str, ...]]:
    """The terms of every name that can be made -> the fields it names."""
    fields: dict[frozenset[str], tuple[str, ...]] = {}
    markers = {marker.key for marker in schema.MARKERS}
    counted = {field.name for field in schema.fields().values() if field.is_number}
    meanings = {
        own: f"@{own} {_BESIDE}{' number?' * (own in counted)}" for own in _own_names() if own not in markers
    }
    meanings |= {field: f"{lines}; @{field}" for field, lines in _MEANINGS.items()}
    for phase, words in _BESIDE_MARKER.items():
        meanings |= {f"{key}_{phase}": f"@{key} {words}" for key in markers}
    for field, lines in meanings.items():
        for line in lines.split(";"):
            choices = [(*term.rstrip("?").split("|"), *("",) * term.endswith("?")) for term in line.split()]
            for chosen in product(*choices):
                terms = frozenset(chosen) - {""}
                fields[terms] = tuple(dict.fromkeys((*fields.get(terms, ()), field)))
    return fields
