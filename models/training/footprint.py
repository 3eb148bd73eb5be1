"""What an embedding table costs: parameters, and bytes in training and in use."""

from dataclasses import dataclass

from models.errors import InvalidRequest

# Numbers of float32 that an optimiser keeps for every parameter, beside the parameter.
STATES = {"SGD": 0, "SGD with momentum": 1, "Adagrad": 1, "Adam": 2}
PRECISIONS = ("float32", "float16", "int8")
_BYTES = {"float32": 4, "float16": 2, "int8": 1}
_MOST = 10**12  # parameters


@dataclass(frozen=True)
class Footprint:
    """Bytes of a table. With `precision` float16, training is in mixed precision: half-precision
    weights and gradients, a float32 master copy, float32 optimiser state (Micikevicius et al.
    2018). int8 is for use only: nothing is trained in it."""

    parameters: int
    precision: str
    weights: int
    gradient: int
    master: int
    state: int

    @property
    def training(self) -> int:
        """All that training keeps for the table."""
        return self.weights + self.gradient + self.master + self.state


def footprint(
    num_embeddings: int,
    embedding_dim: int,
    *,
    precision: str = "float32",
    optimiser: str = "Adam",
    rows_touched: int | None = None,
) -> Footprint:
    """Return what a table of `num_embeddings` rows of `embedding_dim` numbers costs.

    `rows_touched` is how many rows a batch looks up where gradients are sparse (None: dense). In
    int8 each column has a smallest value and a step besides, both float32. Raises InvalidRequest.
    """
    for name, value in (("num_embeddings", num_embeddings), ("embedding_dim", embedding_dim)):
        if value < 1:
            raise InvalidRequest(f"{name} is at least 1, not {value:,}.")
    parameters = num_embeddings * embedding_dim
    if parameters > _MOST:
        raise InvalidRequest(f"{parameters:,} parameters are more than this can count with.")
    if precision not in PRECISIONS or optimiser not in STATES:
        raise InvalidRequest(f"Choose {', '.join(PRECISIONS)}, and {', '.join(STATES)}.")
    if precision == "int8":
        return Footprint(parameters, precision, parameters + 8 * embedding_dim, 0, 0, 0)
    rows = num_embeddings if rows_touched is None else min(rows_touched, num_embeddings)
    each = _BYTES[precision]
    indices = 0 if rows_touched is None else 8 * rows  # int64
    return Footprint(
        parameters,
        precision,
        weights=each * parameters,
        gradient=each * rows * embedding_dim + indices,
        master=4 * parameters if precision == "float16" else 0,
        state=4 * STATES[optimiser] * parameters,
    )
