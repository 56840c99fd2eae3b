"""What is found out about a text is kept while its file is read, and no longer: the text may be a patient's."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")

#: A file has at most 16,384 headers; of texts in cells no more are worth keeping.
_MOST_KNOWN = 65_536
_known: ContextVar[dict[tuple[Hashable, ...], Any] | None] = ContextVar("_known", default=None)


def reading(read: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
    """A function that reads a file or a part of it; what such a function calls belongs to the same reading."""

    @wraps(read)
    def whole(*args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
        if _known.get() is not None:
            return read(*args, **kwargs)
        begun = _known.set({})
        try:
            return read(*args, **kwargs)
        finally:
            _known.reset(begun)

    return whole


def once_a_reading(find: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
    """A function of texts that is asked the same many times while a file is read."""

    @wraps(find)
    def once(*args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
        known = _known.get()
        if known is None:
            return find(*args, **kwargs)
        question = (find, *args, *kwargs.items())
        if question in known:
            return cast(_Found, known[question])
        found = find(*args, **kwargs)
        if len(known) < _MOST_KNOWN:
            known[question] = found
        return found

    return once
