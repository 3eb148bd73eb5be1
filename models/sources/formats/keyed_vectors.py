"""gensim's .kv without unpickling: only those instructions of the pickle are followed that build
numbers, text, lists and dictionaries. Nothing that it names is imported or called; what a call
would make stays a name with arguments.
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
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_SILENT = {"PROTO", "FRAME", "STOP"}


@dataclass
class _Made:
    """An object that the pickle would make by a call."""

    name: str
    args: Any = ()
    state: Any = None


@dataclass
class _Machine:
    stack: list[Any] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: list[Any] = field(default_factory=list)

    def follow(self, name: str, arg: Any) -> None:
        """Follow one instruction; raise ValueError for one that only other pickles have."""
        if name in _PUSH_ARG:
            self.stack.append(arg)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in _TUPLES:
            self.stack.append(tuple(self.taken(_TUPLES[name])))
        elif name in _STEPS:
            _STEPS[name](self, arg)
        elif name not in _SILENT:
            raise ValueError(f"instruction {name}")

    def taken(self, count: int) -> list[Any]:
        found = self.stack[-count:]
        if len(found) != count:
            raise ValueError("too little on the stack")
        del self.stack[-count:]
        return found

    def since_mark(self) -> list[Any]:
        start = self.marks.pop()
        found = self.stack[start:]
        del self.stack[start:]
        return found

    def global_(self) -> None:
        module, name = self.taken(2)
        self.stack.append(_Made(f"{module}.{name}"))

    def call(self) -> None:
        made, args = self.taken(2)
        if not isinstance(made, _Made):
            raise ValueError("a call of no name")
        self.stack.append(_Made(made.name, args))

    def build(self) -> None:
        (state,) = self.taken(1)
        self.stack[-1].state = state

    def set_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, dict):
            target.update(zip(items[::2], items[1::2], strict=True))

    def append(self, items: list[Any]) -> None:
        self.stack[-1].extend(items)


_STEPS: dict[str, Callable[[_Machine, Any], Any]] = {
    "EMPTY_DICT": lambda m, _: m.stack.append({}),
    "EMPTY_LIST": lambda m, _: m.stack.append([]),
    "MARK": lambda m, _: m.marks.append(len(m.stack)),
    "MEMOIZE": lambda m, _: m.memo.append(m.stack[-1]),
    "BINGET": lambda m, place: m.stack.append(m.memo[place]),
    "LONG_BINGET": lambda m, place: m.stack.append(m.memo[place]),
    "TUPLE": lambda m, _: m.stack.append(tuple(m.since_mark())),
    "FROZENSET": lambda m, _: m.stack.append(tuple(m.since_mark())),
    "APPENDS": lambda m, _: m.append(m.since_mark()),
    "APPEND": lambda m, _: m.append(m.taken(1)),
    "SETITEMS": lambda m, _: m.set_items(m.since_mark()),
    "SETITEM": lambda m, _: m.set_items(m.taken(2)),
    "STACK_GLOBAL": lambda m, _: m.global_(),
    "REDUCE": lambda m, _: m.call(),
    "NEWOBJ": lambda m, _: m.call(),
    "BUILD": lambda m, _: m.build(),
}


def read_keyed_vectors(rows: RowCollector, file: IO[bytes]) -> None:
    """Read the KeyedVectors that gensim 4 has saved in `file`, with the arrays beside it."""
    stream = rows.stream
    try:
        state = _state(file)
        words = [_text(word) for word in state["index_to_key"]]
        vectors = state.get("vectors")
        inner = _inner(vectors) if isinstance(vectors, _Made) else None
    except (TypeError, AttributeError, *DAMAGED) as error:
        raise stream.refuse(
            f"it is no KeyedVectors of gensim 4 that can be read. {_HINT}"
        ) from error
    word_list = WordList([word.encode(errors="surrogatepass") for word in words])
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
        machine.follow(instruction.name, arg)
    (made,) = machine.stack
    if made.name.rpartition(".")[2] not in _CLASS or not isinstance(made.state, dict):
        raise ValueError(made.name)
    state: dict[str, Any] = made.state
    return state


def _inner(array: _Made) -> "np.ndarray[Any, Any]":
    """Return an array that lies in the pickle itself, of plain floats."""
    if not array.name.endswith("._reconstruct"):
        raise ValueError(array.name)
    _, shape, kind, by_column, raw = array.state
    if kind.name != "numpy.dtype" or kind.args[0] not in ("f4", "f8") or len(shape) != 2:
        raise ValueError("no array of floats")
    found = np.frombuffer(raw, dtype=str(kind.state[1]) + kind.args[0])
    return found.reshape(shape, order="F" if by_column else "C")


def _text(word: object) -> str:
    if not isinstance(word, str):
        raise TypeError("a word that is no text")
    return word
