"""An error survives being copied, as the cache of a page copies what it holds."""

import pickle

import pytest

from iren_core.errors import CohortError, EmptySelection, FieldMissing, NoTable, NotEstimable, UnreadableFile


@pytest.mark.parametrize(
    "kind", [CohortError, UnreadableFile, NoTable, FieldMissing, EmptySelection, NotEstimable]
)
def test_an_error_is_the_same_after_a_copy(kind: type[CohortError]):
    error = kind("The file was to be read.", "It is empty.", "")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (copy.asked, copy.found, copy.advice) == ("The file was to be read.", "It is empty.", "")
    assert str(copy) == str(error) == "The file was to be read. It is empty."
