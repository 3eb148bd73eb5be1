"""The page as Python: the same numbers from torch alone."""

from models.training.lookup import Table

_LOSS = {
    "mean": "looked_up.mean()",
    "sum": "looked_up.sum()",
    "squares": "looked_up.square().mean() / 2",
}


def code(table: Table) -> str:
    """Return a script that prints what the page shows for SGD; one word makes it Adam."""
    sentences = [[int(row) for row in table.ids(sentence)] for sentence in table.sentences]
    options = [f"{len(table.vocabulary)}, {table.dimension}"]
    if table.padding is not None:
        options.append(f"padding_idx={table.vocabulary.index(table.padding)}")
    if table.max_norm is not None:
        options.append(f"max_norm={table.max_norm:g}")
    if table.sparse:
        options.append("sparse=True")
    adam = "SparseAdam" if table.sparse else "Adam"
    return (
        "import torch\n\n"
        f"vocabulary = {list(table.vocabulary)!r}\n"
        f"torch.manual_seed({table.seed})\n"
        f"table = torch.nn.Embedding({', '.join(options)})\n"
        f"optimiser = torch.optim.SGD(table.parameters(), lr={table.rate:g})  # or {adam}\n"
        f"for sentence in {sentences!r}:\n"
        "    optimiser.zero_grad()\n"
        "    looked_up = table(torch.tensor(sentence))  # (T, d)\n"
        f"    loss = {_LOSS[table.loss]}\n"
        "    loss.backward()\n"
        "    print(table.weight.grad)  # (n, d)\n"
        "    optimiser.step()\n"
        "    print(table.weight)"
    )
