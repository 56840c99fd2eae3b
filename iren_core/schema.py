"""The data dictionary: every field's name, label, unit, kind, limits, codings and synonyms.

The dictionary itself is the table ``fields.csv`` beside this module: one row a field, names in English, in
Chinese and as SPSS sheets shorten them. Limits are judgement, not law: beyond the hard ones a value cannot
be right, beyond the soft ones it deserves a second look.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal

from iren_core.errors import FieldMissing

Kind = Literal["text", "category", "flag", "number", "integer", "date"]

#: Categories in their clinical order. A field whose categories depend on the file (tumour type) is not here.
CATEGORIES: dict[str, tuple[str, ...]] = {
    "sex": ("female", "male"),
    "diagnosis": ("SJS", "overlap", "TEN"),
    "arm": ("combination", "corticosteroid"),
    "tnfi_drug": ("etanercept", "infliximab", "adalimumab"),
    "outcome": ("healed", "not healed", "died"),
}

#: How a category is written for a reader, where its short name alone would not do.
CATEGORY_LABELS: dict[tuple[str, str], str] = {
    ("diagnosis", "overlap"): "SJS/TEN overlap",
    ("arm", "combination"): "Corticosteroids + TNF inhibitor",
    ("arm", "corticosteroid"): "Corticosteroids alone",
}

#: What stands between field and value in the name of a cut.
_CUT = ">="

#: Fields whose further categories are kept as the file spells them (a third treatment arm, say).
OPEN_CATEGORIES = frozenset({"arm", "tnfi_drug"})


@dataclass(frozen=True)
class Field:
    """One column of a cohort.

    ``label`` is the name a reader sees, without the unit; ``unit`` may be empty. ``hard_min`` and
    ``hard_max`` bound what can be right at all, ``warn_min`` and ``warn_max`` what is usual, in ``unit``.
    """

    name: str
    label: str
    unit: str
    kind: Kind
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    spss: tuple[str, ...]
    hard_min: float | None
    hard_max: float | None
    warn_min: float | None
    warn_max: float | None
    note: str

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories in clinical order; empty where the file decides."""
        parts = cut(self.name)
        return parts.categories if parts else CATEGORIES.get(self.name, ())

    @property
    def is_number(self) -> bool:
        """Whether it is measured or counted."""
        return self.kind in ("number", "integer")

    @property
    def label_with_unit(self) -> str:
        """``"Albumin (g/L)"``: the label as an axis or a table row shows it."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Cut:
    """A field of numbers cut in two at a value, which itself belongs to the upper part.

    Wherever a field of categories can be named, so can a cut: ``"age_years>=60"``.
    """

    field: str
    at: float

    @property
    def name(self) -> str:
        """``"age_years>=60"``: how the cut is named as a field."""
        return f"{self.field}{_CUT}{self.at:.15g}"

    @property
    def categories(self) -> tuple[str, str]:
        """The two parts as a reader sees them, the lower first."""
        known = fields()[self.field]
        unit = f" {known.unit}".rstrip()
        return f"{known.label} under {self.at:.15g}{unit}", f"{known.label} {self.at:.15g}{unit} or more"


@dataclass(frozen=True)
class Marker:
    """A laboratory marker measured in the acute and in the recovery phase."""

    key: str
    label: str
    short: str
    unit: str

    @property
    def acute(self) -> str:
        """Name of the field that holds the acute-phase value."""
        return f"{self.key}_acute"

    @property
    def recovery(self) -> str:
        """Name of the field that holds the recovery-phase value."""
        return f"{self.key}_recovery"


#: The eight markers of the study, in the order in which it shows them.
MARKERS: tuple[Marker, ...] = (
    Marker("crp_mg_l", "C-reactive protein", "CRP", "mg/L"),
    Marker("ferritin_ng_ml", "Serum ferritin", "Ferritin", "ng/mL"),
    Marker("il6_pg_ml", "Interleukin-6", "IL-6", "pg/mL"),
    Marker("tnfa_pg_ml", "Tumour necrosis factor alpha", "TNF-α", "pg/mL"),
    Marker("cd3_cells_ul", "CD3+ T cells", "CD3+", "cells/µL"),
    Marker("cd4_cells_ul", "CD4+ T cells", "CD4+", "cells/µL"),
    Marker("cd8_cells_ul", "CD8+ T cells", "CD8+", "cells/µL"),
    Marker("nk_cells_ul", "Natural killer cells", "NK", "cells/µL"),
)


@cache
def fields() -> dict[str, Field]:
    """Every field by its canonical name, in the order of the dictionary."""
    text = files("iren_core").joinpath("fields.csv").read_text(encoding="utf-8")
    return {row["name"]: _field(row) for row in csv.DictReader(text.splitlines())}


def cut(name: str) -> Cut | None:
    """The cut that ``name`` names; ``None`` where it is the name of a field, or of none.

    >>> cut("age_years>=60")
    Cut(field='age_years', at=60.0)
    >>> cut("age_years>=60").categories
    ('Age under 60 years', 'Age 60 years or more')
    >>> cut("age_years"), cut("sex>=1"), cut("age_years>=old")
    (None, None, None)
    """
    number_field, mark, value = name.partition(_CUT)
    known = fields().get(number_field)
    if not mark or known is None or not known.is_number:
        return None
    try:
        at = float(value)
    except ValueError:
        return None
    return Cut(number_field, at) if math.isfinite(at) else None


def field(name: str) -> Field:
    """The field called ``name``; a cut (``"age_years>=60"``) counts as a field of two categories.

    Raises
    ------
    FieldMissing
        when the dictionary has no such field.

    Examples
    --------
    >>> field("age_years>=60").label, field("age_years>=60").kind
    ('Age cut at 60 years', 'category')
    """
    if (parts := cut(name)) is not None:
        known = fields()[parts.field]
        label = f"{known.label} cut at {parts.at:.15g} {known.unit}".rstrip()
        return replace(known, name=name, label=label, unit="", kind="category")
    try:
        return fields()[name]
    except KeyError:
        raise FieldMissing(
            f"The field “{name}” was asked for.",
            "The data dictionary has no field of that name.",
            "Take one of the names in the blank template.",
        ) from None


def base_field(name: str) -> str:
    """The field behind a name: of a cut the numbers that it cuts, else the name itself.

    >>> base_field("age_years>=60"), base_field("arm")
    ('age_years', 'arm')
    """
    parts = cut(name)
    return parts.field if parts else name


def category_label(field_name: str, category: str) -> str:
    """How a reader sees a category.

    >>> category_label("arm", "corticosteroid")
    'Corticosteroids alone'
    >>> category_label("diagnosis", "TEN")
    'TEN'
    """
    return CATEGORY_LABELS.get((field_name, category), category)


def _field(row: dict[str, str]) -> Field:
    return Field(
        name=row["name"],
        label=row["label"],
        unit=row["unit"],
        kind=row["kind"],  # type: ignore[arg-type]
        english=_names(row["english"]),
        chinese=_names(row["chinese"]),
        spss=_names(row["spss"]),
        hard_min=_number(row["hard_min"]),
        hard_max=_number(row["hard_max"]),
        warn_min=_number(row["warn_min"]),
        warn_max=_number(row["warn_max"]),
        note=row["note"],
    )


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name for part in cell.split(";") if (name := part.strip()))


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
