"""Pictures as files for a journal or a slide: PNG, SVG and PDF at a printed width.

They are drawn by a Chrome, Chromium or Edge of this machine, in one process that is started with the first picture and
kept. It is given Plotly's own code from the installed package and asks no server for anything. Without a browser there
are no pictures here, only a sentence that says so; the page itself still saves PNG and SVG.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from iren_core.errors import CohortError

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Format = Literal["png", "svg", "pdf"]
_MM_PER_INCH = 25.4
_CSS_PIXELS_PER_INCH = 96
_SECONDS_TO_START, _SECONDS_TO_DRAW = 60, 60
_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
)  # fmt: skip
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


@dataclass(frozen=True)
class Width:
    """A printed width and the width in pixels at which the picture is laid out for it.

    The fewer pixels for a millimetre, the larger the letters beside the picture; it stays whole down to 570.
    """

    name: str
    mm: float
    px: int


#: One column, one and a half, two columns of a journal, and a slide of 16:9.
WIDTHS = {
    width.name: width
    for width in (
        Width("85 mm", 85, 570),
        Width("114 mm", 114, 760),
        Width("174 mm", 174, 1100),
        Width("slide", 13.333 * _MM_PER_INCH, 1280),
    )
}
TWO_COLUMNS = WIDTHS["174 mm"]
PRINT_DPI, FINE_DPI = 300, 600


class NoBrowser(CohortError):  # noqa: N818 - the name says what is the matter, as the sentence does
    """There is no browser that draws pictures here."""


def find_browser() -> str | None:
    """The path of a Chrome, Chromium or Edge on this machine; BROWSER_PATH names one that lies elsewhere."""
    named = [path for path in (os.environ.get("BROWSER_PATH"),) if path]
    found = [path for name in _NAMES if (path := shutil.which(name))]
    return next((path for path in (*named, *found, *_PLACES) if Path(path).exists()), None)


def draw(figure: Figure, form: Format, width: Width = TWO_COLUMNS, *, dpi: int = FINE_DPI) -> bytes:
    """The figure as a file of the printed width; its height follows from its own proportions.

    Parameters
    ----------
    form : "png" with so many dots an inch, "svg" or "pdf", which have no dots
    dpi : of a PNG, written into the file too, so that a text program places it at its width

    Raises
    ------
    NoBrowser
        when no Chrome, Chromium or Edge is found, or it does not draw.
    """
    inches = width.mm / _MM_PER_INCH
    height = figure.layout.height or round(width.px * 560 / 1100)
    scale = inches * dpi / width.px if form == "png" else 1
    drawn = _browser().draw(figure, {"format": form, "width": width.px, "height": height, "scale": scale})
    if form == "png":
        return _with_resolution(drawn, dpi)
    return _with_size(drawn, width.mm, width.mm * height / width.px) if form == "svg" else drawn


def files(figure: Figure, name: str, widths: Sequence[Width] = (TWO_COLUMNS,)) -> dict[str, bytes]:
    """PNG of 300 and 600 dpi, SVG and PDF of each width, by file name.

    Raises
    ------
    NoBrowser
        as ``draw`` does.
    """
    made: dict[str, bytes] = {}
    for width in widths:
        ending = width.name.replace(" ", "")
        for dpi in (PRINT_DPI, FINE_DPI):
            made[f"{name}_{ending}_{dpi}dpi.png"] = draw(figure, "png", width, dpi=dpi)
        made[f"{name}_{ending}.svg"] = draw(figure, "svg", width)
        made[f"{name}_{ending}.pdf"] = draw(figure, "pdf", width)
    return made


class _Browser:
    """The one browser of this process; it draws one picture at a time, whoever asks."""

    def __init__(self, path: str) -> None:
        import kaleido  # noqa: PLC0415 - slow to import, and needed for pictures only

        self._kaleido = kaleido
        self._lock = Lock()
        # a call waits for ever when the browser dies, so it waits in a thread that can be left behind
        self._worker = ThreadPoolExecutor(1, "pictures")
        self._works = True
        kaleido.start_sync_server(path=path, mathjax=False, timeout=_SECONDS_TO_DRAW, silence_warnings=True)
        atexit.register(kaleido.stop_sync_server, silence_warnings=True)

    def draw(self, figure: Figure, options: dict[str, Any]) -> bytes:
        with self._lock:
            if not self._works:
                raise _cannot_draw()
            call = self._worker.submit(self._kaleido.calc_fig_sync, figure, opts=options)
            try:
                drawn = call.result(_SECONDS_TO_START + _SECONDS_TO_DRAW)
            except Exception as error:
                self._works = not isinstance(error, TimeoutError)
                raise _cannot_draw() from error
        return bytes(drawn)


@cache
def _browser_at(path: str) -> _Browser:
    return _Browser(path)


def _browser() -> _Browser:
    path = find_browser()
    if path is None:
        raise NoBrowser(
            "Pictures were to be drawn as files.",
            "There is no Chrome, Chromium or Edge on the machine that runs this program.",
            "Save them on the page with the buttons under each picture, or install one of the three.",
        )
    return _browser_at(path)


def _cannot_draw() -> NoBrowser:
    return NoBrowser(
        "Pictures were to be drawn as files.",
        "The browser of the machine that runs this program did not draw them.",
        "Save them on the page with the buttons under each picture.",
    )


def _with_resolution(png: bytes, dpi: int) -> bytes:
    """Write the dots a metre after the header (PNG specification, 11.3.5.3 pHYs)."""
    header_end = 8 + 4 + 4 + 13 + 4
    content = b"pHYs" + struct.pack(">IIB", *[round(dpi * 1000 / _MM_PER_INCH)] * 2, 1)
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    return png[:header_end] + chunk + png[header_end:]


def _with_size(svg: bytes, width_mm: float, height_mm: float) -> bytes:
    """Give the outermost element its printed size; its view box keeps the drawing."""
    head, end, rest = svg.partition(b">")
    for name, mm in (("width", width_mm), ("height", height_mm)):
        head = re.sub(rf' {name}="[^"]*"'.encode(), f' {name}="{mm:.4g}mm"'.encode(), head, count=1)
    return head + end + rest
