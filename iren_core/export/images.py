"""Pictures as files for a journal or a slide: PNG, SVG and PDF at a printed width.

They are drawn by a Chrome, Chromium or Edge of this machine, in one process that is started with the first picture and
kept. It is given Plotly's own code from the installed package and asks no server for anything. Without a browser there
are no pictures here, only a sentence that says so; the page itself still saves PNG and SVG.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import re
import shutil
import struct
import zlib
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Literal

from iren_core.errors import CohortError

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Format = Literal["png", "svg", "pdf"]
_MM_PER_INCH, _POINTS_PER_INCH = 25.4, 72
_SECONDS_TO_START, _SECONDS_TO_DRAW, _SECONDS_TO_CLOSE = 30, 60, 5
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
#: The signature of a PNG and its header, after which further chunks may stand.
HEADER_BYTES = 8 + 4 + 4 + 13 + 4


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
    form : "png" with so many dots an inch, "svg" or "pdf", which have no dots; the page of a PDF is as wide as printed
    dpi : of a PNG, written into the file too, so that a text program places it at its width

    Raises
    ------
    NoBrowser
        when no Chrome, Chromium or Edge is found, or it does not draw.
    """
    inches = width.mm / _MM_PER_INCH
    height = figure.layout.height or round(width.px * 560 / 1100)
    scale = inches * dpi / width.px if form == "png" else 1
    drawn = _draw(figure, {"format": form, "width": width.px, "height": height, "scale": scale})
    if form == "png":
        return drawn[:HEADER_BYTES] + resolution(dpi) + drawn[HEADER_BYTES:]
    if form == "pdf":
        return _with_page(drawn, width.mm)
    return _with_size(drawn, width.mm, width.mm * height / width.px)


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
    """The one browser of this process, driven from a thread of its own; it draws one picture at a time."""

    def __init__(self, path: str) -> None:
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, name="pictures", daemon=True).start()
        self._kaleido = self._run(_started(path), _SECONDS_TO_START)
        atexit.register(self.close)

    def draw(self, figure: Figure, options: dict[str, Any]) -> bytes:
        return bytes(self._run(self._kaleido.calc_fig(figure, opts=options), _SECONDS_TO_DRAW))

    def _run(self, work: Coroutine[Any, Any, Any], seconds: float) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def close(self) -> None:
        """End it; what does not end by itself ends with the program."""
        with suppress(Exception):
            self._run(self._kaleido.close(), _SECONDS_TO_CLOSE)


async def _started(path: str) -> Any:
    import kaleido  # noqa: PLC0415 - slow to import, and needed for pictures only

    browser = kaleido.Kaleido(
        path=path, mathjax=False, timeout=_SECONDS_TO_DRAW
    )  # else it would ask for MathJax
    await browser.open()
    return browser


#: The browser by its path, once it was asked for; ``None`` for one that did not start.
_browsers: dict[str, _Browser | None] = {}
_one_at_a_time = Lock()


def _draw(figure: Figure, options: dict[str, Any]) -> bytes:
    path = find_browser()
    if path is None:
        raise NoBrowser(
            "Pictures were to be drawn as files.",
            "There is no Chrome, Chromium or Edge on the machine that runs this program.",
            "Save them on the page with the buttons under each picture, or install one of the three.",
        )
    with _one_at_a_time:
        browser = _browser(path)
        try:
            return browser.draw(figure, options)
        except Exception as error:  # it may have died: the next picture gets a new one
            del _browsers[path]
            browser.close()
            raise _cannot_draw() from error


def _browser(path: str) -> _Browser:
    if path not in _browsers:
        try:
            _browsers[path] = _Browser(path)
        except Exception:
            _browsers[path] = None
    browser = _browsers[path]
    if browser is None:
        raise _cannot_draw()
    return browser


def _cannot_draw() -> NoBrowser:
    return NoBrowser(
        "Pictures were to be drawn as files.",
        "The browser of the machine that runs this program did not draw them.",
        "Save them on the page with the buttons under each picture.",
    )


def resolution(dpi: int) -> bytes:
    """The chunk that tells the dots a metre; it follows the header of a PNG (PNG specification, 11.3.5.3 pHYs)."""
    content = b"pHYs" + struct.pack(">IIB", *[round(dpi * 1000 / _MM_PER_INCH)] * 2, 1)
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


def _with_page(pdf: bytes, width_mm: float) -> bytes:
    """Give the page its printed width, and with it all that is drawn on it."""
    from pypdf import PdfWriter  # noqa: PLC0415 - needed for pictures only

    document = PdfWriter(clone_from=BytesIO(pdf))
    document.pdf_header = pdf[:8].decode("ascii")
    (page,) = document.pages
    page.scale_by(width_mm / _MM_PER_INCH * _POINTS_PER_INCH / float(page.mediabox.width))
    page.compress_content_streams()
    written = BytesIO()
    document.write(written)
    return written.getvalue()


def _with_size(svg: bytes, width_mm: float, height_mm: float) -> bytes:
    """Give the outermost element its printed size; its view box keeps the drawing."""
    head, end, rest = svg.partition(b">")
    for name, mm in (("width", width_mm), ("height", height_mm)):
        head = re.sub(rf' {name}="[^"]*"'.encode(), f' {name}="{mm:.4g}mm"'.encode(), head, count=1)
    return head + end + rest
