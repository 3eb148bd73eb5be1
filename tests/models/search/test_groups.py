"""Words of one's own: lists and named groups."""

from models import EmbeddingSpace
from models.search.groups import LONGEST, read_groups


def test_a_list_is_one_group(glove_50: EmbeddingSpace) -> None:
    found = read_groups("cat, dog; Paris\nhorse", glove_50)
    assert found.groups == (("my words", ("cat", "dog", "paris", "horse")),)
    assert found.missing == ()


def test_lines_with_a_name_are_groups(glove_50: EmbeddingSpace) -> None:
    found = read_groups("pets: cat dog\nfood: bread, qqzzyyx", glove_50)
    assert found.groups == (("pets", ("cat", "dog")), ("food", ("bread",)))
    assert found.missing == ("qqzzyyx",)
    assert found.words == ("cat", "dog", "bread")


def test_nothing_and_too_much(glove_50: EmbeddingSpace) -> None:
    assert read_groups("", glove_50).groups == ()
    assert read_groups("cat " * LONGEST, glove_50).cut
    assert read_groups("\n".join(f"g{i}: cat" for i in range(20)), glove_50).cut
    assert len(read_groups("\n".join(f"g{i}: cat" for i in range(20)), glove_50).groups) == 8
