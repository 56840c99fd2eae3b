"""The words of the report in each of its languages; ``iren_core.export.word`` puts them on paper."""

from iren_core.export.report.checklist import Item, checklist
from iren_core.export.report.findings import finding_of
from iren_core.export.report.language import LANGUAGES, WORDS, Language
from iren_core.export.report.methods import Said, general_methods, methods_in_common, methods_of, title_of

__all__ = [
    "LANGUAGES",
    "WORDS",
    "Item",
    "Language",
    "Said",
    "checklist",
    "finding_of",
    "general_methods",
    "methods_in_common",
    "methods_of",
    "title_of",
]
