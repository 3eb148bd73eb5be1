"""Numbers and words as the product writes them."""

import pytest

from components.wording import (
    bold,
    cosine,
    count,
    hover,
    listed,
    ordinal,
    percent,
    plain,
    seconds,
    size,
)


def test_numbers_read_like_the_rest_of_the_product() -> None:
    assert cosine(0.85236) == "0.852"
    assert cosine(-0.1) == "−0.100"
    assert percent(0.4622) == "46.2 %"
    assert count(400_000) == "400,000"
    assert size(80_000_000) == "80 MB"
    assert size(30_720_000) == "31 MB"
    assert size(400) == "400 bytes"
    assert seconds(1.44) == "1.4 s"
    assert seconds(180) == "3 min"


@pytest.mark.parametrize(
    ("rank", "text"),
    [(1, "first"), (2, "second"), (4, "4th"), (11, "11th"), (21, "21st"), (1112, "1,112th")],
)
def test_ranks_are_ordinals(rank: int, text: str) -> None:
    assert ordinal(rank) == text


def test_markdown_and_html_in_words_are_shown_literally() -> None:
    assert plain("**b** <i> [x](y) :red[z] $a$") == (r"\*\*b\*\* \<i\> \[x\]\(y\) \:red\[z\] \$a\$")
    assert hover("<b>&") == "&lt;b&gt;&amp;"
    assert len(plain("a" * 500)) == 60


def test_control_characters_are_replaced() -> None:
    assert plain("a\x00b\nc") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def test_a_word_from_right_to_left_does_not_turn_what_is_around_it() -> None:
    assert plain("שלום") == bold("שלום").strip("*") == hover("שלום") == "\u2068שלום\u2069"
    assert plain("عرب") == "\u2068عرب\u2069"
    assert plain("東京") == "東京"
    assert plain("שלום\u2067") == "\u2068שלום\N{REPLACEMENT CHARACTER}\u2069"  # none of their own


def test_lists_end_with_and() -> None:
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
