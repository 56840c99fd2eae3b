"""Pictures straight from the reader's own browser: PNG and SVG at a printed width, and a preview in grey.

The widths are those of ``iren_core.export.images``, so that a picture saved here is laid out as one in a bundle.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from iren_core.export.images import FINE_DPI, HEADER_BYTES, PRINT_DPI, WIDTHS, Width, resolution

_MM_PER_INCH = 25.4
#: As wide as figures are drawn, and three dots for each of their pixels.
_AS_DRAWN = {"label": "1100 px", "width": 1100, "scale": 3.0, "resolution": []}


def _size(width: Width, dpi: int) -> dict[str, object]:
    label = f"{width.name}, {dpi} dpi"
    scale = width.mm / _MM_PER_INCH * dpi / width.px
    return {"label": label, "width": width.px, "scale": scale, "resolution": list(resolution(dpi))}


SIZES = [_AS_DRAWN, *(_size(width, dpi) for width in WIDTHS.values() for dpi in (PRINT_DPI, FINE_DPI))]

_OPTIONS = "".join(f"<option>{escape(str(size['label']))}</option>" for size in SIZES)
_HTML = f"""
<div role="group" aria-label="Save the picture">
  <label>Size <select>{_OPTIONS}</select></label>
  <button type="button" data-format="png">Picture (PNG)</button>
  <button type="button" data-format="svg">Picture (SVG)</button>
  <button type="button" data-grey aria-pressed="false">Preview in grey</button>
</div>
"""

_CSS = """
div { display: flex; gap: 1rem; flex-wrap: wrap; align-items: center; }
button, select {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 6px);
  padding: 0.25rem 0.75rem; min-height: 2.5rem; cursor: pointer; white-space: nowrap;
}
label { font-size: 0.875rem; white-space: nowrap; }
button:hover, button:focus-visible, button[aria-pressed=true] {
  color: var(--st-primary-color); border-color: var(--st-primary-color);
}
button:focus-visible, select:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""

# Plotly draws the file itself, by the button of its tool bar; only format and size are changed. A PNG is told its dots
# an inch on the way to the disk, so that Word places it at its printed width.
_JS = """
function tellResolution(chunk, headerBytes) {
  const pass = URL.createObjectURL;
  URL.createObjectURL = (file) => {
    if (file.type !== "image/png") return pass.call(URL, file);
    URL.createObjectURL = pass;
    const parts = [file.slice(0, headerBytes), new Uint8Array(chunk), file.slice(headerBytes)];
    return pass.call(URL, new Blob(parts, { type: file.type }));
  };
}

export default function ({ data, parentElement }) {
  const frame = () => document.querySelector(`.st-key-picture_${data.card}`);
  const sizes = parentElement.querySelector("select");
  for (const button of parentElement.querySelectorAll("[data-format]")) {
    button.onclick = () => {
      const chart = frame()?.querySelector(".js-plotly-plot");
      const save = chart?.querySelector('.modebar-btn[data-title^="Download plot"]');
      if (!save) return;
      const { width, scale, resolution } = data.sizes[sizes.selectedIndex];
      const format = button.dataset.format;
      Object.assign(chart._context.toImageButtonOptions, { format, width, scale: format === "svg" ? 1 : scale });
      if (format === "png" && resolution.length) tellResolution(resolution, data.header_bytes);
      save.click();
    };
  }
  const grey = parentElement.querySelector("[data-grey]");
  grey.onclick = () => {
    const on = grey.getAttribute("aria-pressed") !== "true";
    grey.setAttribute("aria-pressed", String(on));
    if (frame()) frame().style.filter = on ? "grayscale(1)" : "";
  };
}
"""

_buttons = st.components.v2.component("picture_buttons", html=_HTML, css=_CSS, js=_JS)


def picture_buttons(card_key: str) -> None:
    """Buttons that save the picture of the card drawn under this key, and show it without its colours."""
    _buttons(
        data={"card": card_key, "sizes": SIZES, "header_bytes": HEADER_BYTES},
        key=f"save_picture_{card_key}",
        width="content",
        height="content",
    )
