"""The plan of a sweep: the sizes, suites and methods to measure."""

from dataclasses import asdict, dataclass

from models.errors import InvalidRequest
from models.quality.suites.builtin import NAMES, Suite
from models.quality.suites.builtin import suite as suite_named
from models.quality.sweep.point import NEIGHBOURHOOD
from models.reduction.reduce import METHODS
from models.search.objectives import Convention
from models.space import EmbeddingSpace

MOST_FREQUENT = 40_000
SIZES = (
    *(2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 40, 50, 64, 80, 100),
    *(128, 160, 192, 256, 320, 384, 512, 640, 768, 1024),
)
SUITES = (*NAMES, "knn-overlap")
SAMPLED_WORDS = 800  # whose neighbourhoods are compared


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to measure and how; see sweep() for the meaning of each part."""

    suites: tuple[str | Suite, ...] = SUITES
    dimensions: tuple[int, ...] = SIZES
    methods: tuple[str, ...] = ("pca",)
    most_frequent: int | None = MOST_FREQUENT
    objective: str = "3cosadd"
    precision: str = "float32"
    components_removed: int | None = None
    seed: int = 0
    draws: int = 1
    sample: int | None = None
    neighbours: int = 10
    words_sampled: int = SAMPLED_WORDS

    def arguments(self) -> list[str]:
        """Return the arguments of models.sweep() for this plan, as written in Python: the first
        four, and those that are not as usual."""
        values = asdict(self)
        usual = dict(list(asdict(Plan()).items())[4:])
        return [
            f"{name}={list(value) if isinstance(value, tuple) else value!r}"
            for name, value in values.items()
            if name not in usual or value != usual[name]
        ]

    def check(self, space: EmbeddingSpace) -> None:
        """Raise InvalidRequest where this cannot be measured on `space`."""
        Convention(self.objective)  # refuses an unknown one
        for method in self.methods:
            if method not in METHODS:
                raise InvalidRequest(f"“{method}” is no reduction. Choose {', '.join(METHODS)}.")
        for size in self.dimensions:
            if isinstance(size, bool) or not 1 <= size <= space.dimension:
                raise InvalidRequest(
                    f"{space.title} has {space.dimension} dimensions: measure sizes between 1 and "
                    f"{space.dimension}, not {size}."
                )
        removed = self.components_removed
        if removed is not None and not 0 <= removed < space.dimension:
            raise InvalidRequest(
                f"{space.title} has {space.dimension} dimensions: remove between 0 and "
                f"{space.dimension - 1} components, not {removed}."
            )
        for number, least in (
            (self.neighbours, "Compare at least one neighbour"),
            (self.draws, "Draw at least one random projection"),
            (self.sample, "Ask at least one question"),
        ):
            if number is not None and number < 1:
                raise InvalidRequest(f"{least}, not {number}.")
        for suite in self.suites:
            if isinstance(suite, str) and suite not in NEIGHBOURHOOD:
                suite_named(suite)


def standard_sizes(full: int) -> tuple[int, ...]:
    """Return some twenty sizes, evenly spread on a logarithmic axis, up to `full`."""
    return (*(size for size in SIZES if size < full), full)
