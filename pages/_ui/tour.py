"""The tour: what the study asked, its picture for these patients, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from iren_core import CohortError
from pages._ui import cache, session
from pages._ui.card import answer
from pages._ui.deck import deck_button
from pages._ui.text import plain


@dataclass(frozen=True)
class Step:
    """One stop: the question, what the study says, what is added here, the card, and the page that has it whole."""

    question: str
    study: str
    added: str
    card: str
    settings: Any
    page: str
    page_title: str


def introduce() -> None:
    """What this is, for a reader who has never seen it, and whose patients answer below."""
    whose = (
        "your own patients"
        if session.has_own_data()
        else "a synthetic sample that prints the study's numbers"
    )
    st.markdown(
        "Immune-related epidermal necrolysis is Stevens-Johnson syndrome (SJS) or toxic epidermal necrolysis (TEN) "
        "set off by cancer immunotherapy. A study of 32 patients compared corticosteroids alone with corticosteroids "
        "plus a TNF inhibitor (Front Immunol 2024, doi 10.3389/fimmu.2024.1421684). Here are its four questions, "
        f"answered from **{whose}**. The filters on the left narrow every answer; every answer leaves as a slide."
    )


def show(steps: tuple[Step, ...]) -> None:
    """Every step, one below the other; the first picture is on its way before the next is made."""
    for number, step in enumerate(steps, start=1):
        st.subheader(f"{number}. {step.question}")
        st.markdown(f"**The study.** {plain(step.study)} **Here.** {plain(step.added)}")
        try:
            card = cache.card(step.card, step.settings)
            answer(card)
            deck_button(card)
        except CohortError as error:
            st.markdown(plain(str(error)))
        st.page_link(step.page, label=f"Open {step.page_title}", icon=":material/arrow_forward:")
