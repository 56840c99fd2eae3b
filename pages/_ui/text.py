"""Text from a file, made harmless before it meets Markdown."""

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


#: What Markdown, or Streamlit beside it, would read as more than the character that it is.
_READ_AS_MORE = re.compile(
    r"[\\`*~$&{}|]|<(?![\s\d=])|[<>~]=|<-|->|--|!\[|\](?=[(\[:])|:(?![\s]|$)|(?<![^\W_])_|_(?![^\W_])|"
    r"^\s*(?:[-+>#]|\d+[.)])|www\.|@"
)


def label(text: str) -> str:
    """The text for the label of a widget: as it stands wherever Markdown leaves it alone, else ``plain``.

    What a screen reader says of a widget is its label as it was given, with every backslash.

    >>> print(label("demo_sex: 2 means"), label("*x*"), label("CRP [adm] (mg/L): unit"))
    demo_sex: 2 means \\*x\\* CRP [adm] (mg/L): unit
    """
    return plain(text) if _READ_AS_MORE.search(text) else text


def plain(text: str) -> str:
    """The text exactly as it stands: no emphasis, links, formulas, badges or HTML.

    >>> print(plain("*x* <b> $1$ :red[y]"))
    \\*x\\* \\<b\\> \\$1\\$ \\:red\\[y\\]
    """
    return _MARKDOWN.sub(r"\\\1", text)
