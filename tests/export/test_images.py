"""Pictures as files: their size in print, their format, and what happens without a browser."""

from __future__ import annotations

import os
import re
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from iren_core.card import Card
from iren_core.export import images
from iren_core.export.images import WIDTHS, NoBrowser, draw, files


@pytest.fixture
def browser() -> str:
    found = images.find_browser()
    if found is None:
        reason = "No Chrome, Chromium or Edge was found on this machine, so no picture was drawn."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize(("width", "dpi"), [("85 mm", 300), ("114 mm", 600), ("slide", 300)])
def test_a_png_has_its_printed_width(curve_card: Card, width: str, dpi: int):
    with Image.open(BytesIO(draw(curve_card.figure, "png", WIDTHS[width], dpi=dpi))) as picture:
        assert picture.width == pytest.approx(WIDTHS[width].mm / 25.4 * dpi, abs=1)
        assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
        assert picture.convert("L").getextrema() != (255, 255)


@pytest.mark.usefixtures("browser")
def test_vector_files_are_vectors_with_the_words_in_them(curve_card: Card):
    svg = draw(curve_card.figure, "svg", WIDTHS["85 mm"]).decode()
    assert re.match(r'<svg [^>]*width="85mm" height="[\d.]+mm"', svg)
    assert "<image" not in svg
    assert "SHA-256" in svg


@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize("width", ["85 mm", "114 mm", "174 mm"])
def test_the_page_of_a_pdf_is_as_wide_as_printed_with_words_and_lines_on_it(curve_card: Card, width: str):
    (page,) = PdfReader(BytesIO(draw(curve_card.figure, "pdf", WIDTHS[width]))).pages
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(WIDTHS[width].mm, abs=0.01)
    places: list[float] = []
    text = page.extract_text(visitor_text=lambda _, matrix, *__: places.append(matrix[4]))
    assert "SHA-256" in text
    assert 0.5 * float(page.mediabox.width) < max(places) < float(page.mediabox.width)


@pytest.mark.usefixtures("browser")
def test_the_files_of_a_figure(curve_card: Card):
    made = files(curve_card.figure, "healing")
    assert set(made) == {
        "healing_174mm_300dpi.png", "healing_174mm_600dpi.png", "healing_174mm.svg", "healing_174mm.pdf",
    }  # fmt: skip


def test_the_page_that_draws_asks_no_server():
    # kaleido builds the page from these very arguments
    from kaleido import PageGenerator  # noqa: PLC0415

    page = PageGenerator(mathjax=False).generate_index()
    sources = re.findall(r'src="([^"]+)"', page)
    assert len(sources) == 2
    assert all(source.startswith("file:") for source in sources)


def test_without_a_browser_a_sentence_says_so(curve_card: Card, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(images, "find_browser", lambda: None)
    with pytest.raises(NoBrowser, match="There is no Chrome, Chromium or Edge on the machine"):
        draw(curve_card.figure, "png")


def test_a_browser_that_does_not_start_is_a_sentence_at_once_from_then_on(
    curve_card: Card, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    broken = tmp_path / "chrome"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(images, "find_browser", lambda: str(broken))
    for _ in range(2):
        with pytest.raises(NoBrowser, match="did not draw them"):
            draw(curve_card.figure, "png")
    assert images._browsers[str(broken)] is None


@pytest.mark.usefixtures("browser")
def test_a_browser_that_died_is_started_anew(curve_card: Card):
    path = images.find_browser()
    draw(curve_card.figure, "svg")
    images._browsers[path].close()
    with pytest.raises(NoBrowser, match="did not draw them"):
        draw(curve_card.figure, "svg")
    assert draw(curve_card.figure, "svg").startswith(b"<svg")


def test_a_browser_named_by_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path):
    mine = tmp_path / "chrome"
    mine.touch()
    monkeypatch.setenv("BROWSER_PATH", str(mine))
    assert images.find_browser() == str(mine)
