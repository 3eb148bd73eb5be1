"""gensim's .kv, read without unpickling: only the instructions of the pickle that build numbers,
text, lists and dictionaries are followed. Nothing that it names is imported or called: a call
becomes a _Call, which holds the name and the arguments.
"""

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from models.sources.formats import npy
from models.sources.formats.row_collector import RowCollector, WordList
from models.sources.formats.stream import DAMAGED, Stream

_CLASS = ("KeyedVectors", "Word2VecKeyedVectors", "EuclideanKeyedVectors", "FastTextKeyedVectors")
_HINT = "Write it anew with gensim: KeyedVectors.load(file).save_word2vec_format(new, binary=True)."
_PUSH_ARG = {
    *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "SHORT_BINUNICODE", "BINUNICODE"),
    *("BINUNICODE8", "SHORT_BINBYTES", "BINBYTES", "BINBYTES8"),
}


@dataclass
class _Call:
    """A call that the pickle describes, which is not made."""

    name: str
    args: Any = ()
    state: Any = None


@dataclass
class _Machine:
    stack: list[Any] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: list[Any] = field(default_factory=list)

    def taken(self, count: int) -> list[Any]:
        if count > len(self.stack):
            raise ValueError("too little on the stack")
        return self.above(len(self.stack) - count)

    def above(self, start: int) -> list[Any]:
        found = self.stack[start:]
        del self.stack[start:]
        return found

    def call(self) -> None:
        function, args = self.taken(2)
        self.stack.append(_Call(function.name, args))

    def build(self) -> None:
        (state,) = self.taken(1)
        self.stack[-1].state = state

    def append(self, items: list[Any]) -> None:
        self.stack[-1].extend(items)

    def set_items(self, items: list[Any]) -> None:
        if isinstance(target := self.stack[-1], dict):
            target.update(zip(items[::2], items[1::2], strict=True))


_STEPS: dict[str, Callable[[_Machine, Any], Any]] = {
    **dict.fromkeys(("PROTO", "FRAME", "STOP"), lambda m, _: None),
    **dict.fromkeys(_PUSH_ARG, lambda m, arg: m.stack.append(arg)),
    "NONE": lambda m, _: m.stack.append(None),
    "NEWTRUE": lambda m, _: m.stack.append(True),
    "NEWFALSE": lambda m, _: m.stack.append(False),
    "EMPTY_TUPLE": lambda m, _: m.stack.append(()),
    "EMPTY_DICT": lambda m, _: m.stack.append({}),
    "EMPTY_LIST": lambda m, _: m.stack.append([]),
    "TUPLE1": lambda m, _: m.stack.append(tuple(m.taken(1))),
    "TUPLE2": lambda m, _: m.stack.append(tuple(m.taken(2))),
    "TUPLE3": lambda m, _: m.stack.append(tuple(m.taken(3))),
    "MARK": lambda m, _: m.marks.append(len(m.stack)),
    "MEMOIZE": lambda m, _: m.memo.append(m.stack[-1]),
    **dict.fromkeys(("BINGET", "LONG_BINGET"), lambda m, place: m.stack.append(m.memo[place])),
    **dict.fromkeys(
        ("TUPLE", "FROZENSET"), lambda m, _: m.stack.append(tuple(m.above(m.marks.pop())))
    ),
    "APPENDS": lambda m, _: m.append(m.above(m.marks.pop())),
    "APPEND": lambda m, _: m.append(m.taken(1)),
    "SETITEMS": lambda m, _: m.set_items(m.above(m.marks.pop())),
    "SETITEM": lambda m, _: m.set_items(m.taken(2)),
    "STACK_GLOBAL": lambda m, _: m.stack.append(_Call(".".join(m.taken(2)))),
    **dict.fromkeys(("REDUCE", "NEWOBJ"), lambda m, _: m.call()),
    "BUILD": lambda m, _: m.build(),
}


def read_keyed_vectors(rows: RowCollector, file: IO[bytes]) -> None:
    """Read the KeyedVectors that gensim 4 has saved in `file`, with the arrays beside it."""
    stream = rows.stream
    try:
        state = _state(file)
        words = [word.encode(errors="surrogatepass") for word in state["index_to_key"]]
        vectors = state.get("vectors")
        inner = _inner(vectors) if isinstance(vectors, _Call) else None
    except (TypeError, AttributeError, *DAMAGED) as error:
        raise stream.refuse(
            f"it is no KeyedVectors of gensim 4 that can be read. {_HINT}"
        ) from error
    word_list = WordList(words)
    if inner is not None:
        rows.expect(*inner.shape)
        word_list.refuse_other(len(inner), rows)
        return rows.add(word_list.words, inner)
    return _read_beside(rows, word_list)


def _read_beside(rows: RowCollector, word_list: WordList) -> None:
    """Read the array that gensim stores beside a large file."""
    stream = rows.stream
    path = stream.path and Path(f"{stream.path}.vectors.npy")
    if path is None or not path.is_file():
        raise stream.refuse(f"its vectors lie in {stream.name}.vectors.npy, which is missing.")
    with path.open("rb") as array:
        rows.stream = Stream(path.name, array, stream.limits, size=path.stat().st_size)
        header = npy.read_header(rows.stream)
        if not header.is_matrix:
            raise rows.stream.refuse(f"it holds no vectors. {_HINT}")
        npy.read_matrix(rows, header, word_list)
    rows.stream = stream


def _state(file: IO[bytes]) -> dict[str, Any]:
    machine = _Machine()
    for instruction, arg, _ in pickletools.genops(file):
        _STEPS[instruction.name](machine, arg)  # KeyError for one that gensim's files lack
    (call,) = machine.stack
    if call.name.rpartition(".")[2] not in _CLASS or not isinstance(call.state, dict):
        raise ValueError(call.name)
    state: dict[str, Any] = call.state
    return state


def _inner(array: _Call) -> "np.ndarray[Any, Any]":
    """Return an array that lies in the pickle itself, of plain floats."""
    if not array.name.endswith("._reconstruct"):
        raise ValueError(array.name)
    _, shape, kind, by_column, raw = array.state
    if kind.name != "numpy.dtype" or kind.args[0] not in ("f4", "f8") or len(shape) != 2:
        raise ValueError("no array of floats")
    found = np.frombuffer(raw, dtype=str(kind.state[1]) + kind.args[0])
    return found.reshape(shape, order="F" if by_column else "C")
