"""What a text of a size usually reaches, as measured: so that nobody waits for queen in vain.

Measured by ``scripts/build_training.py --expected`` with word2vec (skip-gram, 100 dimensions, 20
epochs, seed 0) on parts of the Wikipedia sample and of twenty English novels (2.9 million words).
Sentences were drawn at random. Small parts know few words of the suites, so their figures have
intervals some 0.2 wide to either side.
"""

from dataclasses import dataclass

# tokens read, WordSim-353, SimLex-999, share of the Google analogies answered, and of all of their
# 19,544 questions those whose words are known
ENCYCLOPEDIA = (
    (46_684, 0.09, -0.09, 0.027, 0.01),
    (116_867, 0.33, 0.14, 0.024, 0.04),
    (474_343, 0.46, 0.24, 0.023, 0.18),
)
NOVELS = (
    (97_779, 0.21, 0.11, 0.020, 0.03),
    (281_565, 0.13, 0.15, 0.028, 0.10),
    (484_469, 0.22, 0.13, 0.032, 0.15),
    (1_022_893, 0.28, 0.20, 0.071, 0.21),
    (2_926_071, 0.31, 0.24, 0.175, 0.32),
)


@dataclass(frozen=True)
class Expected:
    """The lowest and highest figure measured on texts about as large: `tokens` of each."""

    tokens: tuple[int, ...]
    wordsim: tuple[float, float]
    analogies: tuple[float, float]


def expected(tokens: int) -> Expected | None:
    """Return what was measured on texts of a third to three times as many tokens; None where none
    was measured."""
    near = [m for m in (*ENCYCLOPEDIA, *NOVELS) if tokens / 3 <= m[0] <= 3 * tokens]
    if not near:
        return None
    wordsim, analogies = [m[1] for m in near], [m[3] for m in near]
    return Expected(
        tuple(sorted(m[0] for m in near)),
        (min(wordsim), max(wordsim)),
        (min(analogies), max(analogies)),
    )
