"""Texts are cut by a job, once for all that is trained on them."""

import pytest

from models import InvalidRequest
from models.jobs.reporter import LocalReporter
from models.training.tasks import content_of, corpus_of_text
from models.training.texts import Text, pasted
from models.training.tokens import Tokens
from tests.models.training.conftest import topical

TEXT = pasted(topical(400))


def test_a_corpus_is_cut_once() -> None:
    corpus = corpus_of_text(LocalReporter(), Text("mine", topical(50)), Tokens())
    assert corpus.title == "mine"
    assert corpus.private
    assert corpus_of_text(LocalReporter(), Text("mine", topical(50)), Tokens()) is corpus
    with pytest.raises(InvalidRequest, match="wikipedia or text8"):
        corpus_of_text(LocalReporter(), "text9", Tokens())


@pytest.mark.parametrize("other", ["wikipedia", pasted("another text")])
def test_texts_have_names_of_their_own(other: object) -> None:
    assert content_of(TEXT) == content_of(pasted(TEXT.content))
    assert content_of(TEXT) != content_of(other)  # type: ignore[arg-type]
