"""Every card of the sample in every view: each analysis as it comes, then with each option of each of its settings."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Literal, get_args, get_origin, get_type_hints

from iren_core import Cohort, CohortError, analyses, schema
from iren_core.card import Card


def questions() -> list[str]:
    """The analyses that make cards, by name; one that is added later is among them by itself."""
    found = (module.name for module in pkgutil.iter_modules(analyses.__path__) if module.ispkg)
    return [name for name in found if hasattr(import_module(f"iren_core.analyses.{name}"), "card")]


def every_setting(question: str) -> Iterator[Any]:
    """The settings of an analysis: the defaults, then each with one of them changed."""
    settings = import_module(f"iren_core.analyses.{question}").Settings
    yield settings()
    for name, kind in get_type_hints(settings).items():
        for option in _options(name, kind):
            if option != getattr(settings(), name):
                yield settings(**{name: option})


def every_card(cohort: Cohort) -> dict[str, Card]:
    """The cards by what they were made with, as ``"healing Settings(...)"``."""
    cards = {}
    for question in questions():
        for settings in every_setting(question):
            try:
                made = import_module(f"iren_core.analyses.{question}").card(cohort, settings)
            except CohortError:  # a setting that this cohort cannot answer has no card
                continue
            cards[f"{question} {settings}"] = made
    return cards


def _options(name: str, kind: Any) -> tuple[Any, ...]:
    if name == "marker":
        return (schema.MARKERS[0].key, "cd4_cells_ul")  # one that falls, one of which some stay as they are
    if name == "panels":
        return (None,)
    if kind is bool:
        return (False, True)
    return get_args(kind) if get_origin(kind) is Literal else ()
