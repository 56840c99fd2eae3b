"""Text from a file, made harmless before it meets Markdown."""

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


def plain(text: str) -> str:
    """The text exactly as it stands: no emphasis, links, formulas, badges or HTML.

    >>> print(plain("*x* <b> $1$ :red[y]"))
    \\*x\\* \\<b\\> \\$1\\$ \\:red\\[y\\]
    """
    return _MARKDOWN.sub(r"\\\1", text)
