"""What every page shares: whose data, the filters, how many patients are left, and how a page fails in words."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from iren_core import Between, Cohort, CohortError, Selection, schema
from iren_core.errors import EmptySelection, WrongSetting
from iren_core.share_safe.counts import masked
from pages._ui import session
from pages._ui.text import plain

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

#: A picture of our own: for an icon by name the browser would ask a server outside.
ICON = str(Path(__file__).with_name("icon.png"))
LOAD_PAGE = "pages/data/upload.py"
#: Pages that have something to show when the filters leave nobody.
WITHOUT_PATIENTS = ("Load data", "Slides and report")

#: What the theme cannot say: how tables look, the buttons of a picture below it (at its top they would lie on the
#: legend), and less margin where the screen is narrow.
STYLE = """
[data-testid=stSidebarNavLink]:focus-visible { outline: 2px solid currentColor; outline-offset: -2px; }
.rows { overflow-x: auto; }
.rows h3 { font-size: 1.1rem; padding: 0.75rem 0 0.25rem; }
.rows p { font-size: 0.875rem; opacity: 0.7; margin: 0.5rem 0 0; }
.rows table { width: 100%; border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.rows th, .rows td { text-align: left; padding: 0.4rem 0.75rem 0.4rem 0; vertical-align: top; border: 0; }
.rows td.short { white-space: nowrap; }
.rows thead th { font-weight: 600; border-bottom: 1px solid currentColor; }
.rows tbody tr { border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
.stElementContainer:has(.stPlotlyChart) { overflow: visible; margin-bottom: 0.75rem; }
.stPlotlyChart .js-plotly-plot { overflow: visible !important; }
.stPlotlyChart .modebar-container { top: auto !important; bottom: -1.5rem; height: 1.5rem; }
.stMainBlockContainer { padding-left: clamp(1rem, 3vw, 5rem); padding-right: clamp(1rem, 3vw, 5rem); }
"""
ALWAYS_OFFERED = ("diagnosis", "arm")


def run(page: StreamlitPage) -> None:
    """Draw the frame, then the page inside it; an error that a reader can act on takes the page's place."""
    st.html(f"<style>{STYLE}</style>")
    _say_when_data_is_gone()
    whole = session.cohort()
    session.bring_filters(page.title)
    with st.sidebar:
        selection = _filters(whole)
    session.hold_filters()
    selected = session.select(selection)
    session.mark_link()
    _whose_data(whole, selected, page.title)
    try:
        if page.title not in WITHOUT_PATIENTS:
            selected.require_patients()
        page.run()
    except EmptySelection as error:
        _nobody_left(error)
    except CohortError as error:
        _cannot_answer(error)


def _filters(whole: Cohort) -> Selection:
    st.subheader("Filters")
    categories = {name: _category_filter(whole, name) for name in ALWAYS_OFFERED if whole.has(name)}
    offered = [name for name in session.fields_to_filter() if name not in ALWAYS_OFFERED]
    label_of = {schema.field(name).label: name for name in offered}
    further = st.multiselect(
        "Further filters", list(label_of), key=session.filter_key("fields"), bind="query-params",
        placeholder="Choose a field", help="Any category, yes/no field or number of this cohort.",
    )  # fmt: skip
    where = {label_of[label]: _filter(whole, label_of[label]) for label in further}
    st.button(
        "Clear all filters", on_click=session.clear_filters, icon=":material/filter_alt_off:", width="stretch",
        disabled=not (any(categories.values()) or further),
    )  # fmt: skip
    _sharing()
    return Selection(categories.get("diagnosis", ()), categories.get("arm", ()), where)


def _sharing() -> None:
    st.toggle(
        "Share-safe", key=session.SHARE_SAFE, persist_state="session",
        help="For slides and files that leave the clinic: counts from 1 to 4 are shown as <5, what they could be "
        "worked back from is masked too, and no patient is named. It holds for every page and every export. Not "
        "masked: steps of curves of five patients or more, points of pictures, means and medians, and what two cards "
        "with different filters tell together. Look at these before you share.",
    )  # fmt: skip


def _filter(whole: Cohort, name: str) -> tuple[str, ...] | Between:
    if schema.field(name).is_number:
        return _range_filter(name)
    return _category_filter(whole, name)


def _category_filter(whole: Cohort, name: str) -> tuple[str, ...]:
    present = whole.frame[name].dropna()
    if schema.field(name).kind == "flag":
        values = ["no", "yes"]
    else:
        values = [value for value in present.cat.categories if (present == value).any()]
    by_label = {schema.category_label(name, value): value for value in values}
    chosen = st.multiselect(
        schema.field(name).label,
        list(by_label),
        key=session.filter_key(name),
        bind="query-params",
        placeholder="All",
    )
    return tuple(by_label[label] for label in chosen)


def _range_filter(name: str) -> Between:
    span = session.span(name)
    decimals = max(0, -math.floor(math.log10(span.step)))
    low, high = st.slider(
        schema.field(name).label_with_unit, span.low, span.high, (span.low, span.high), span.step,
        format=f"%.{decimals}f", key=session.filter_key(name), bind="query-params",
        help="A patient without this value is left out once the range is narrowed.",
    )  # fmt: skip
    # A slider adds up its steps, so its values miss round numbers by a rounding error.
    return Between(
        round(low, decimals) if low > span.low else None, round(high, decimals) if high < span.high else None
    )


def _whose_data(whole: Cohort, selected: Cohort, page_title: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="whose_data"):
        said = [
            ":blue-badge[Synthetic sample, not real patients]" if whole.source.synthetic else "",
            f"**{plain(whole.source.filename)}**",
            _how_many(selected),
            plain(str(selected.selection)) if selected.selection else "",
            ":orange-badge[Share-safe: counts under 5 masked]" if session.share_safe() else "",
        ]
        st.markdown(" &ensp; ".join(part for part in said if part), width="content")
        if not session.has_own_data() and page_title != "Load data":
            st.page_link(
                LOAD_PAGE, label="Load your own data", icon=":material/upload_file:", width="content"
            )


def _how_many(selected: Cohort) -> str:
    count = f"{len(selected)} of {selected.n_total} patients"
    return plain(masked(count)) if session.share_safe() else count


def _nobody_left(error: EmptySelection) -> None:
    with st.container(border=True):
        st.subheader("No patient is left")
        st.markdown(plain(str(error)))
        st.button("Show all patients", on_click=session.clear_filters, type="primary")


def _cannot_answer(error: CohortError) -> None:
    with st.container(border=True):
        if isinstance(error, WrongSetting):
            st.subheader("A setting above cannot be used")
            st.markdown(plain(str(error)))
            return
        st.subheader("This cohort does not hold the answer")
        st.markdown(plain(str(error)))
        st.page_link(LOAD_PAGE, label="See how the columns were matched", icon=":material/table_view:")


def _say_when_data_is_gone() -> None:
    if session.own_data_is_gone():
        with st.container(border=True):
            st.markdown(
                "**Your file is no longer held.** This link belongs to a visit with its own file. Patient data is kept "
                "only while a page stays open, so load the file again; the filters of the link are still set. "
                "Until then you see the synthetic sample."
            )
            with st.container(horizontal=True):
                st.page_link(
                    LOAD_PAGE, label="Load the file again", icon=":material/upload_file:", width="content"
                )
                st.button("Go on with the sample", on_click=session.forget_lost_data)
