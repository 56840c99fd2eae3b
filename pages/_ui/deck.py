"""The deck: a button on every card that puts it there, and the tray that shows what is in it."""

from __future__ import annotations

import streamlit as st

from iren_core.card import Card
from pages._ui import session
from pages._ui.text import plain


def deck_button(card: Card) -> None:
    """Put this card into the deck, or take it out again."""
    if session.in_deck(card):
        act, label, icon = session.remove_from_deck, "In the deck · remove", ":material/check:"
    else:
        act, label, icon = session.add_to_deck, "Add to deck", ":material/add_to_queue:"
    st.button(label, key=f"deck_{card.key}", icon=icon, on_click=act, args=(card,))


def tray() -> None:
    """Every card of the deck with its patients and the buttons that move it or take it out."""
    cards = session.deck()
    for place, card in enumerate(cards):
        with st.container(border=True, key=f"tray_{card.identity}"):
            st.markdown(f"**{place + 1}. {plain(card.title)}**  \n{plain(card.finding)}")
            st.caption(plain(card.provenance))
            with st.container(horizontal=True):
                _buttons(card, place, len(cards))
    if cards:
        st.button("Take all cards out", icon=":material/delete:", on_click=session.clear_deck)


def _buttons(card: Card, place: int, number: int) -> None:
    called = f"{place + 1}. {card.title}"
    for label, icon, help_text, act, arguments, is_off in (
        ("Up", ":material/arrow_upward:", f"Move “{called}” up", session.move_in_deck, (card, -1), place == 0),
        (
            "Down", ":material/arrow_downward:", f"Move “{called}” down", session.move_in_deck, (card, 1),
            place == number - 1,
        ),
        ("Remove", ":material/close:", f"Take “{called}” out", session.remove_from_deck, (card,), False),
    ):  # fmt: skip
        st.button(
            label, key=f"tray_{label}_{card.identity}", icon=icon, help=help_text, on_click=act, args=arguments,
            disabled=is_off,
        )  # fmt: skip
