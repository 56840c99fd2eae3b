"""The names of checkpoint inhibitors, and which drugs a cell names that says nothing else of them but doses."""

from __future__ import annotations

import re
from typing import NamedTuple

from iren_core.intake.treatment import LONGEST_TREATMENT, without_doses
from iren_core.intake.values import plain

#: Generic name -> brands, abbreviations and Chinese names; 单抗 may follow a Chinese one.
_NAMES = {
    "pembrolizumab": "keytruda pembro 帕博利珠 帕姆单抗 可瑞达 k药",
    "nivolumab": "opdivo nivo 纳武利尤 纳武单抗 欧狄沃 o药",
    "ipilimumab": "yervoy ipi 伊匹木 逸沃",
    "atezolizumab": "tecentriq atezo 阿替利珠 泰圣奇 t药",
    "durvalumab": "imfinzi durva 度伐利尤 英飞凡 i药",
    "avelumab": "bavencio 阿维鲁",
    "cemiplimab": "libtayo 西米普利",
    "dostarlimab": "jemperli 多塔利",
    "camrelizumab": "卡瑞利珠 艾瑞卡",
    "sintilimab": "tyvyt 信迪利 达伯舒",
    "tislelizumab": "tevimbra 替雷利珠 百泽安",
    "toripalimab": "tuoyi loqtorzi 特瑞普利 拓益",
    "serplulimab": "斯鲁利 汉斯状",
    "penpulimab": "派安普利 安尼可",
    "zimberelimab": "赛帕利 誉妥",
    "envafolimab": "恩沃利 恩维达",
    "sugemalimab": "舒格利 择捷美",
    "adebrelimab": "阿得贝利 艾瑞利",
    "cadonilimab": "卡度尼利 开坦尼",
    "ivonescimab": "依沃西 依达方",
    "pucotenlimab": "普特利 普佑恒",
    "benmelstobart": "贝莫苏拜 安得卫",
    "retifanlimab": "zynyz",
    "tremelimumab": "imjudo 替西木",
}
#: A shorter Latin name may begin many a word.
_SHORT = 6


def _pattern(generic: str, others: str) -> re.Pattern[str]:
    names = sorted((generic, *others.split()), key=len, reverse=True)
    return re.compile("|".join(map(_spelling, names)))


def _spelling(name: str) -> str:
    if not name.isascii():
        return rf"(?<![a-z]){name}" if name[0].isascii() else rf"{name.removesuffix('单抗')}(?:单抗|(?!单))"
    return rf"(?<![a-z]){name}(?![a-z])" if len(name) < _SHORT else name


_DRUGS = {generic: _pattern(generic, others) for generic, others in _NAMES.items()}
#: What may stand beside a name without changing the drug: its class, and how many cycles were given.
_BESIDE = re.compile(
    r"(?<![a-z])(?:anti[- ]?)?pd-?l?-?1(?:/pd-?l1)?(?:[- ]?(?:inhibitors?|antibody|抑制剂|抗体|单抗))?(?![a-z\d])|"
    r"\d+ ?(?:cycles?(?![a-z])|个?周期|个?疗程|程)|注射液"
)
_JOINT = re.compile(r"联合|(?<![a-z])(?:and|plus|combined with|with)(?![a-z])|[与和及+&]")
_MARKS = re.compile(r"[\s,;、()\[\]/·.-]+")


class Named(NamedTuple):
    """The drugs that a text names by their generic names, and whether it says nothing but their names."""

    drugs: tuple[str, ...]
    bare: bool


def names_checkpoint_inhibitor(text: str) -> bool:
    """Whether a text, lower case and in one width, names a checkpoint inhibitor among other words.

    >>> names_checkpoint_inhibitor("sintilimab + chemo"), names_checkpoint_inhibitor("ipilot")
    (True, False)
    """
    return any(pattern.search(text) for pattern in _DRUGS.values())


def drugs_named(text: str) -> Named | None:
    """The checkpoint inhibitors of a text; ``None`` where it names none, or says more of them than doses and cycles.

    >>> drugs_named("Tislelizumab 200mg q3w x6"), drugs_named("替雷利珠单抗")
    (Named(drugs=('tislelizumab',), bare=False), Named(drugs=('tislelizumab',), bare=True))
    >>> drugs_named("Ipi/Nivo").drugs, drugs_named("sintilimab + chemo"), drugs_named("nivolumab then pembrolizumab")
    (('ipilimumab', 'nivolumab'), None, None)
    """
    rest, drugs = plain(text), []
    for generic, pattern in _DRUGS.items():
        rest, often = pattern.subn(" ", rest)
        drugs += [generic] if often else []
    rest = _MARKS.sub(" ", _JOINT.sub(" ", rest)).strip() if drugs else rest
    if not drugs or len(rest) > LONGEST_TREATMENT:
        return None
    if not rest:
        return Named(tuple(sorted(drugs)), True)
    without = _MARKS.sub("", without_doses(_BESIDE.sub(" ", rest)))
    return None if without else Named(tuple(sorted(drugs)), False)
