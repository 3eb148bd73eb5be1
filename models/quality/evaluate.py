"""The evaluation of a space on a benchmark suite."""

from models.quality.metrics.accuracy import accuracy
from models.quality.metrics.analogy_batches import Progress
from models.quality.metrics.score import Score
from models.quality.metrics.similarity import agreement
from models.quality.suites.builtin import AnalogySuite, Suite
from models.quality.suites.builtin import suite as suite_named
from models.search.neighbours import Filter
from models.search.objectives import Convention
from models.space import EmbeddingSpace


def evaluate(
    space: EmbeddingSpace,
    suite: str | Suite = "google-analogies",
    *,
    method: str = "3cosadd",
    exclude_query_words: bool = True,
    normalise: bool = True,
    most_frequent: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Score:
    """Measure `space` on `suite`: "google-analogies", "wordsim-353", "simlex-999" or one of yours.

    Analogies: the share of questions whose expected word comes first among all words of the space
    (or the `most_frequent`), with a micro total and every section; `method` is "3cosadd",
    "3cosmul" or "pairdirection". Similarity: Spearman's correlation between cosines and people's
    judgements. Questions with an unknown word are dropped and counted in `coverage`. The words of
    the suites are in lower case, and are looked up so. `seed` is that of the bootstrap.
    `progress` is called with the share done, 0 to 1; an exception it raises ends the work.
    Raises InvalidRequest for an unknown suite or method, EmbeddingError where nothing can be
    measured.
    """
    among = Filter(most_frequent)
    chosen = suite_named(suite) if isinstance(suite, str) else suite
    if isinstance(chosen, AnalogySuite):
        convention = Convention(method, exclude_query_words, among, normalise)
        score = accuracy(space, chosen, convention=convention, seed=seed, progress=progress)
    else:
        score = agreement(space, chosen, normalise=normalise, among=among, seed=seed)
    if progress:
        progress(1.0)
    return score
