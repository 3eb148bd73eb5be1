"""What visitors have brought or made themselves, in the one account of memory.

The budget knows a space from the first thing that is derived from it on; one that was only brought
takes its memory all the same.
"""

from collections.abc import Iterable

from models.errors import OverBudget
from models.runtime.budget import Shelf, budget
from models.runtime.weight import Weight, weigh
from models.space import EmbeddingSpace


def take_in(space: EmbeddingSpace, others: Iterable[EmbeddingSpace]) -> None:
    """Count `space` from now on. Raises OverBudget, with the number of its words that would fit,
    where it does not fit beside `others`: these are not the server's to drop. What it shares with
    one of them, such as pages of the same file, counts once."""
    _refuse_excess(space, others)
    space.remember("held by a visitor", lambda: True)


def _refuse_excess(space: EmbeddingSpace, others: Iterable[EmbeddingSpace]) -> None:
    limits, held, new = budget().limits, Weight(), weigh(space, apart=Shelf)[0]
    for other in others:
        weight = weigh(other, apart=Shelf)[0]
        held.own.update(weight.own)
        held.mapped.update(weight.mapped)
    own = sum(size for buffer, size in new.own.items() if buffer not in held.own)
    total = own + sum(size for buffer, size in new.mapped.items() if buffer not in held.mapped)
    own_room = limits.own - held.own_bytes
    room = limits.total - held.own_bytes - held.mapped_bytes
    if own <= own_room and total <= room:
        return
    share = min(own_room / max(1, own), room / max(1, total))
    raise OverBudget(
        f"{space.title} does not fit: its {len(space):,} words of {space.dimension:,} dimensions "
        f"take {total / 1e6:,.0f} MB, and {max(0, int(share * len(space))):,} words would fit "
        "beside what visitors hold already. Remove a space in the Library, bring fewer words, or "
        "have whoever runs the server allow more memory."
    )
