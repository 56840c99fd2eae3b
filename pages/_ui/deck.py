"""The deck: a button on every card that puts it there, and the tray that shows what is in it."""

from __future__ import annotations

import streamlit as st

from iren_core.card import Card
from pages._ui import session
from pages._ui.text import plain


def deck_button(card: Card) -> None:
    """Put this card into the deck, or take it out again."""
    if session.in_deck(card):
        st.button(
            "In the deck · remove", key=f"deck_{card.key}", icon=":material/check:",
            on_click=session.remove_from_deck, args=(card.identity,),
        )  # fmt: skip
    else:
        st.button(
            "Add to deck", key=f"deck_{card.key}", icon=":material/add_to_queue:",
            on_click=session.add_to_deck, args=(card,),
        )  # fmt: skip


def tray() -> None:
    """Every card of the deck with its patients and the buttons that move it or take it out."""
    cards = session.deck()
    for place, (identity, card) in enumerate(cards.items()):
        with st.container(border=True, key=f"tray_{identity}"):
            st.markdown(f"**{place + 1}. {plain(card.title)}**  \n{plain(card.finding)}")
            st.caption(plain(card.provenance))
            with st.container(horizontal=True):
                _buttons(identity, card.title, place, len(cards))
    if cards:
        st.button("Take all cards out", icon=":material/delete:", on_click=session.clear_deck)


def _buttons(identity: str, title: str, place: int, number: int) -> None:
    called = f"{place + 1}. {title}"
    for label, icon, help_text, act, arguments, is_off in (
        ("Up", ":material/arrow_upward:", f"Move “{called}” up", session.move_in_deck, (identity, -1), place == 0),
        (
            "Down", ":material/arrow_downward:", f"Move “{called}” down", session.move_in_deck, (identity, 1),
            place == number - 1,
        ),
        ("Remove", ":material/close:", f"Take “{called}” out", session.remove_from_deck, (identity,), False),
    ):  # fmt: skip
        st.button(
            label, key=f"tray_{label}_{identity}", icon=icon, help=help_text, on_click=act, args=arguments,
            disabled=is_off,
        )  # fmt: skip
