"""How the slides of the deck look: their shape, colours and font, or a template of the reader's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from iren_core import CohortError
from iren_core.card import Card
from iren_core.export.looks import LOOKS, SHAPES
from pages._ui import session
from pages._ui.text import plain

LOOK_HELP = (
    "Colours of groups and the font of every word. They lie in the theme of the slides, so another theme chosen in "
    "PowerPoint recolours charts and words alike. Dashes and symbols tell groups apart in grey too."
)


#: Makes the slides of some cards; its keywords say how they look.
Slides = partial[bytes]


def choose_layout() -> Slides:
    """Widgets for the layout; returns what makes the slides in it."""
    template = session.slides_template()
    with st.expander("Layout of the slides", key="slides_layout", expanded=template is not None):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            shape = st.selectbox(
                "Shape",
                SHAPES,
                key="slides_shape",
                persist_state="session",
                width=120,
                disabled=template is not None,
            )
            look = st.selectbox(
                "Colours and font", list(LOOKS), key="slides_look", persist_state="session", width=214,
                help=LOOK_HELP, disabled=template is not None,
            )  # fmt: skip
        _template()
    return partial(_slides, shape=shape, look=look, template=template.data if template else None)


def _template() -> None:
    held, refused = session.slides_template(), session.refused_template()
    if held:
        st.markdown(
            f"The slides follow **{plain(held.name)}**: its size, colours, fonts and layouts. Nothing else of it "
            "is carried over: no slide, note, macro or link."
        )
        st.button("Go without the template", on_click=session.forget_template, icon=":material/close:")
        return
    st.file_uploader(
        "Your own template (.pptx or .potx, up to 25 MB)", type=["pptx", "potx"], key=session.template_key(),
        on_change=_take_template, max_upload_size=25,
    )  # fmt: skip
    if refused:
        st.markdown(plain(refused))


def _take_template() -> None:
    from iren_core.export.template import open_template  # noqa: PLC0415 - slow to import and rarely asked for

    given = session.given_template()
    if given is None:
        return
    try:
        open_template(given.data)
    except CohortError as error:
        session.refuse_template(str(error))
    else:
        session.keep_template(given)


def _slides(cards: Sequence[Card], **layout: object) -> bytes:
    from iren_core.export.powerpoint import deck  # noqa: PLC0415 - as above

    return deck(cards, **layout)
