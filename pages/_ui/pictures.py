"""Pictures straight from the browser: PNG at three times the size and SVG, with no browser on the server."""

from __future__ import annotations

import streamlit as st

_HTML = """
<div role="group" aria-label="Save the picture">
  <button type="button" data-format="png">Picture (PNG)</button>
  <button type="button" data-format="svg">Picture (SVG)</button>
</div>
"""

_CSS = """
div { display: flex; gap: 1rem; flex-wrap: wrap; }
button {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 6px);
  padding: 0.25rem 0.75rem; min-height: 2.5rem; cursor: pointer; white-space: nowrap;
}
button:hover, button:focus-visible { color: var(--st-primary-color); border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""

# Plotly draws the file itself, at the picture's own size, by the button of its tool bar; only the format is changed.
_JS = """
export default function ({ data, parentElement }) {
  for (const button of parentElement.querySelectorAll("button")) {
    button.onclick = () => {
      const chart = document.querySelector(`.st-key-picture_${data.card} .js-plotly-plot`);
      const save = chart?.querySelector('.modebar-btn[data-title^="Download plot"]');
      if (!save) return;
      chart._context.toImageButtonOptions.format = button.dataset.format;
      save.click();
    };
  }
}
"""

_buttons = st.components.v2.component("picture_buttons", html=_HTML, css=_CSS, js=_JS)


def picture_buttons(card_key: str) -> None:
    """Two buttons that save the picture of the card drawn under this key."""
    _buttons(data={"card": card_key}, key=f"save_picture_{card_key}", width="content", height="content")
