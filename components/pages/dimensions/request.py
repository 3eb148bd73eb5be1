"""SweepRequest: the space and the settings chosen on the Dimensions page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from components import session
from components.charts.method_curves import METHOD_NAMES
from components.widgets.jobs import job_for
from models.jobs.job import Job
from models.quality.rules import rules_of_thumb
from models.quality.suites.builtin import NAMES, Suite
from models.quality.sweep.plan import Plan, standard_sizes
from models.quality.sweep.point import NEIGHBOURHOOD
from models.sources.space_handles import handle_of

ANSWERED = "answer-by"  # the key of the control that chooses the method of the answer
DRAWS = 3  # of the random projection: one alone may be a lucky one
SHIPPED = (*NAMES, *NEIGHBOURHOOD)


@dataclass(frozen=True)
class SweepRequest:
    """The space, the visitor's own suites, and how the space is measured: see models.sweep()."""

    in_use: session.InUse
    methods: tuple[str, ...]
    most_frequent: int | None
    objective: str = "3cosadd"
    components_removed: int | None = None
    precision: str = "float32"
    seed: int = 0
    own: tuple[Suite, ...] = ()

    @property
    def name(self) -> str:
        return self.in_use.published.name

    @property
    def full(self) -> int:
        return self.in_use.published.dimension

    @property
    def kept(self) -> int:
        return self.in_use.kept.dimension

    @property
    def cut(self) -> int | None:
        """The dimensions kept, None where all are."""
        return self.kept if self.in_use.is_cut else None

    @property
    def words(self) -> int:
        """How many words occur in questions and as answers."""
        count = len(self.in_use.published)
        return min(self.most_frequent or count, count)

    @property
    def method(self) -> str:
        """The method that the answer is for: the one chosen, or the first of those drawn."""
        chosen = session.get(ANSWERED)
        named = [method for method in self.methods if METHOD_NAMES[method] == chosen]
        return named[0] if named else self.methods[0]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the curves: the standard ones, and those that a rule of thumb names."""
        rules = {rule.dimension for rule in rules_of_thumb(self.words)}
        named = {size for size in rules if 2 <= size <= self.full}
        return tuple(sorted({*standard_sizes(self.full), *named}))

    @property
    def plan(self) -> Plan:
        """The sweep that measures everything except the visitor's own suites."""
        return Plan(
            suites=SHIPPED,
            dimensions=self.sizes,
            methods=self.methods,
            most_frequent=self.most_frequent,
            objective=self.objective,
            precision=self.precision,
            components_removed=self.components_removed,
            seed=self.seed,
            draws=DRAWS,
        )

    def job(
        self,
        place: str,
        key: str,
        function: Callable[..., Any],
        *arguments: Any,
        private: bool = False,
    ) -> Job[Any]:
        """Return the job that runs `function` on this space: see job_for. `key` names the
        `arguments`; every job on a visitor's own space is private."""
        space = handle_of(self.in_use.published)
        named, private = f"{key} of {space.content}", private or space.private
        return job_for(place, named, function, space, *arguments, private=private)
