"""What was found out about a text is kept while one file is read and forgotten with it."""

import pytest

from iren_core.intake import one_reading
from iren_core.intake.one_reading import once_a_reading, reading


@pytest.fixture
def asked():
    return []


@pytest.fixture
def find(asked):
    @once_a_reading
    def length(text, *, twice=False):
        asked.append(text)
        return len(text) * (1 + twice)

    return length


def test_a_text_is_asked_once_while_a_file_is_read_and_anew_in_the_next(find, asked):
    @reading
    def read():
        return [find("CRP"), find("CRP"), inner(), find("CRP", twice=True)]

    @reading
    def inner():
        return find("CRP")

    assert read() == [3, 3, 3, 6]
    assert asked == ["CRP", "CRP"]
    assert read() == [3, 3, 3, 6]
    assert asked == ["CRP"] * 4


def test_nothing_is_kept_outside_of_a_reading_or_after_one_that_failed(find, asked):
    @reading
    def read():
        find("CRP")
        raise ValueError

    with pytest.raises(ValueError):
        read()
    assert [find("CRP"), find("CRP")] == [3, 3]
    assert asked == ["CRP"] * 3


def test_no_more_texts_are_kept_than_a_file_has_headers(find, asked, monkeypatch):
    monkeypatch.setattr(one_reading, "_MOST_KNOWN", 2)

    @reading
    def read():
        return [find(text) for text in ("a", "b", "c", "a", "b", "c")]

    assert read() == [1] * 6
    assert asked == ["a", "b", "c", "c"]
