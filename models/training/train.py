"""train(): a corpus in, a space out, with the history of how it was learned."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import InvalidRequest
from models.space import EmbeddingSpace, Floats, SpaceCard
from models.training.corpora import Corpus, as_corpus
from models.training.epochs import Progress, Snapshot, snapshots
from models.training.settings import Settings
from models.training.texts import Text
from models.training.tokens import Tokens

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("epoch", "loss", "auc", "seconds", "words_per_second")


@dataclass(frozen=True, eq=False)
class TrainedSpace(EmbeddingSpace):
    """A space that was learned here. `history` has a row an epoch, 0 the beginning: epoch, loss
    (of the trainer's own objective), auc (of held-out contexts, comparable between trainers),
    seconds and words_per_second; values that there are none of are NaN."""

    history: "pd.DataFrame | None" = field(default=None, repr=False)


def train(
    corpus: "Corpus | Text | str | Path",
    method: str = "word2vec",
    *,
    tokens: Tokens | None = None,
    name: str | None = None,
    on_snapshot: Callable[[Snapshot], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
    **options: Any,
) -> TrainedSpace:
    """Learn vectors of the words of `corpus`: a Corpus, a Text, the path of a .txt, .gz or .zip
    file, or a text itself, cut into words as `tokens` says.

    `method` and `options` (dimension=100, epochs=20, window=5, negatives=5, seed=0, ...) are those
    of Settings. `on_snapshot` sees the vectors after every epoch; what it or `progress` raises ends
    the run. Raises EmbeddingError for what cannot be learned from, InvalidRequest for settings that
    are not allowed.
    """
    _refuse_unknown(options)
    settings = Settings(method=method, **options)
    source = as_corpus(corpus, tokens)
    seen: list[Snapshot] = []
    for snapshot in snapshots(source, settings, progress=progress):
        if on_snapshot is not None:
            on_snapshot(snapshot)
        vectors = snapshot.vectors
        seen.append(replace(snapshot, vectors=vectors[:0].copy()))
    return trained_space(source, settings, vectors, rows_of(seen), name=name)


def trained_space(
    corpus: Corpus,
    settings: Settings,
    vectors: Floats,
    rows: list[dict[str, float | None]],
    *,
    name: str | None = None,
) -> TrainedSpace:
    """Return the space of `vectors`, float32 (words, dimension), learned from `corpus`; `rows` are
    those of its history (rows_of)."""
    import pandas as pd

    vectors.setflags(write=False)
    words, dimension = vectors.shape
    card = SpaceCard(
        name=name or f"{settings.method}-{dimension}-{corpus.content_id[:6]}",
        title=f"{corpus.title}, {settings.title}",
        words=words,
        dimension=dimension,
        source=corpus.source,
        licence=corpus.licence,
        bytes=vectors.nbytes,
        ready=True,
    )
    notes = (f"trained on {corpus.describe()}", settings.describe())
    history = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"epoch": int})
    history[list(COLUMNS[1:])] = history[list(COLUMNS[1:])].astype(float)
    return TrainedSpace(card.name, corpus.vocabulary, vectors, notes, card, history=history)


def rows_of(seen: list[Snapshot]) -> list[dict[str, float | None]]:
    """Return the rows of a history."""
    return [{column: getattr(snapshot, column) for column in COLUMNS} for snapshot in seen]


def _refuse_unknown(options: dict[str, Any]) -> None:
    known = [column.name for column in fields(Settings) if column.name != "method"]
    for option in options:
        if option not in known:
            raise InvalidRequest(f"“{option}” is no setting. Choose among {', '.join(known)}.")
