"""train(): a corpus in, a space out, with the history of how it was learned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import InvalidRequest
from models.space import EmbeddingSpace, Floats, SpaceCard
from models.training.corpora import Corpus, CorpusFacts, as_corpus
from models.training.epochs import Snapshot, TrainingProgress, train_epochs
from models.training.settings import Settings
from models.training.texts import Text
from models.training.tokens import Tokens
from models.vocabulary import Vocabulary

if TYPE_CHECKING:
    import pandas as pd

HistoryRow = dict[str, float | None]

COLUMNS = ("epoch", "loss", "auc", "seconds", "words_per_second")


@dataclass(frozen=True, eq=False)
class TrainedSpace(EmbeddingSpace):
    """A space that was learned here. `history` has a row an epoch, 0 the beginning: epoch, loss
    (of the trainer's own objective), auc (of held-out contexts, comparable between trainers),
    seconds and words_per_second; what was not measured is NaN."""

    history: "pd.DataFrame | None" = field(default=None, repr=False)


def train(
    corpus: "Corpus | Text | str | Path",
    method: str = "word2vec",
    *,
    tokens: Tokens | None = None,
    name: str | None = None,
    on_snapshot: Callable[[Snapshot], None] | None = None,
    progress: Callable[[TrainingProgress], None] | None = None,
    **options: Any,
) -> TrainedSpace:
    """Learn vectors of the words of `corpus`: a Corpus, a Text, the path of a .txt, .gz or .zip
    file, or a text itself, cut into words as `tokens` says.

    `method` and `options` (dimension=100, epochs=20, window=5, negatives=5, seed=0, ...) are those
    of Settings. `on_snapshot` sees the vectors after every epoch; what it or `progress` raises ends
    the run. Raises EmbeddingError for what cannot be learned from, InvalidRequest for settings that
    are not allowed.
    """
    known = [column.name for column in fields(Settings) if column.name != "method"]
    for option in options:
        if option not in known:
            raise InvalidRequest(f"“{option}” is no setting. Choose among {', '.join(known)}.")
    settings = Settings(method=method, **options)
    source = as_corpus(corpus, tokens)
    history = []
    for snapshot in train_epochs(source, settings, progress=progress):
        if on_snapshot is not None:
            on_snapshot(snapshot)
        history.append(history_row(snapshot))
        vectors = snapshot.vectors
    return trained_space(source.facts, settings, source.vocabulary, vectors, history, name=name)


def trained_space(
    facts: CorpusFacts,
    settings: Settings,
    words: Vocabulary,
    vectors: Floats,
    history: list[HistoryRow],
    *,
    name: str | None = None,
    title: str | None = None,
    remarks: Sequence[str] = (),
) -> TrainedSpace:
    """Return `vectors`, float32 (words, dimension), learned from the corpus of these `facts`, as a
    space; `remarks` are added to its provenance."""
    import pandas as pd

    name = name or f"{settings.method}-{vectors.shape[1]}-{facts.content[:6]}"
    card = trained_card(facts, name, title or f"{facts.title}, {settings.title}", vectors)
    notes = (f"trained on {facts.describe()}", settings.describe(), *remarks)
    table = pd.DataFrame(history, columns=list(COLUMNS)).astype({"epoch": int})
    table[list(COLUMNS[1:])] = table[list(COLUMNS[1:])].astype(float)
    return TrainedSpace(card.name, words, vectors, notes, card, history=table)


def trained_card(facts: CorpusFacts, name: str, title: str, vectors: Floats) -> SpaceCard:
    """Return the card of a space of `vectors`, learned from the corpus of these `facts`."""
    words, dimension = vectors.shape
    source, size = (facts.source, facts.licence), vectors.nbytes
    return SpaceCard(name, title, words, dimension, *source, bytes=size, ready=True)


def history_row(epoch: Any) -> HistoryRow:
    """Return the row of a history for a Snapshot, or another record of an epoch."""
    return {column: getattr(epoch, column) for column in COLUMNS}
