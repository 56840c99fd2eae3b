"""Labels of widgets: a screen reader says them as they are given, with every backslash."""

import pytest

from pages._ui.text import label, plain


@pytest.mark.parametrize(
    "text",
    [
        "demo_sex: 2 means",
        "CRP [adm] (mg/L): unit",
        "Ferritin acute (µg/l): thousands or decimals",
        "“tx_mp_mg” is Methylprednisolone dose (mg/day)",
        "性别: 1 means",
        "IL-6 <5 pg/mL",
        "no. 3; 50 %",
    ],
)
def test_what_markdown_leaves_alone_is_left_alone(text):
    assert label(text) == text


@pytest.mark.parametrize(
    "text",
    ["*x*", "_x_", "x_", "`x`", "[a](b)", "![a](b)", ":red[x]", ":smile:", "$x$ y", "<b>x</b>", "1. x", "- x", "# x",
     "> x", "a -> b", "a >= b", "a -- b", "www.x.org", "~x~", "&amp;", "a\\b"],
)  # fmt: skip
def test_what_markdown_would_read_is_escaped(text):
    assert label(text) == plain(text) != text
