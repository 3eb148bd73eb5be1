"""What an embedding table costs, beside what torch really allocates."""

import pytest

from models.errors import InvalidRequest
from models.training.footprint import STATES, footprint


def test_5000_words_of_300_dimensions_are_one_and_a_half_million_parameters() -> None:
    found = footprint(5_000, 300)
    assert found.parameters == 1_500_000
    assert found.weights == 6_000_000
    assert found.training == 4 * found.weights  # weights, gradient, two moments


@pytest.mark.parametrize("optimiser", STATES)
def test_torch_allocates_what_is_counted(optimiser: str) -> None:
    import torch

    table = torch.nn.Embedding(50, 6)
    made = {
        "SGD": torch.optim.SGD(table.parameters(), lr=0.1),
        "SGD with momentum": torch.optim.SGD(table.parameters(), lr=0.1, momentum=0.9),
        "Adagrad": torch.optim.Adagrad(table.parameters(), lr=0.1),
        "Adam": torch.optim.Adam(table.parameters(), lr=0.1),
    }[optimiser]
    table(torch.arange(3)).sum().backward()
    made.step()
    kept = made.state[table.weight].values()
    state = sum(t.nbytes for t in kept if torch.is_tensor(t) and t.shape == table.weight.shape)
    found = footprint(50, 6, optimiser=optimiser)
    assert table.weight.grad is not None
    assert (found.weights, found.gradient) == (table.weight.nbytes, table.weight.grad.nbytes)
    assert found.state == state


def test_a_sparse_gradient_holds_the_rows_touched_and_their_numbers() -> None:
    import torch

    table = torch.nn.Embedding(50, 6, sparse=True)
    table(torch.tensor([4, 9, 17])).sum().backward()
    gradient = table.weight.grad
    assert gradient is not None
    held = gradient._values().nbytes + gradient._indices().nbytes
    assert footprint(50, 6, rows_touched=3).gradient == held


def test_int8_is_a_quarter_for_use_and_cannot_be_trained() -> None:
    found = footprint(10_000, 100, precision="int8")
    assert found.weights == 1_000_000 + 800
    assert found.gradient == found.state == found.master == 0


def test_mixed_precision_saves_nothing_in_training() -> None:
    assert footprint(100, 10, precision="float16").training == footprint(100, 10).training


@pytest.mark.parametrize("sizes", [(0, 8), (8, 0), (-1, 8), (10**9, 10**9)])
def test_sizes_that_cannot_be_are_refused(sizes: tuple[int, int]) -> None:
    with pytest.raises(InvalidRequest):
        footprint(*sizes)
