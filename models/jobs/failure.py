"""An error on its way from one process to another."""

import traceback
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Failure:
    """What is needed to raise `kind` again elsewhere; `told` is where it was raised first.

    Pickling the error itself fails for one whose arguments are not those of its constructor, as
    with UnknownWord, which carries suggestions.
    """

    kind: type[BaseException]
    arguments: tuple[Any, ...]
    state: dict[str, Any]
    told: str

    @classmethod
    def of(cls, error: BaseException) -> "Failure":
        told = "".join(traceback.format_exception(error))
        state = {k: v for k, v in vars(error).items() if k != "__notes__"}
        return cls(type(error), error.args, state, told)

    @classmethod
    def plain(cls, error: BaseException) -> "Failure":
        """Return a failure that travels whatever `error` holds."""
        told = "".join(traceback.format_exception(error))
        return cls(RuntimeError, (f"{type(error).__name__}: {error}",), {}, told)

    @property
    def is_out_of_memory(self) -> bool:
        """Whether memory was refused; torch says so in words."""
        refused = issubclass(self.kind, RuntimeError) and "allocate memory" in self.told
        return issubclass(self.kind, MemoryError) or refused

    def error(self) -> BaseException:
        """Return the error; its note tells where it was raised."""
        try:
            error = self.kind(*self.arguments)
        except TypeError:
            error = self.kind.__new__(self.kind, *self.arguments)
        vars(error).update(self.state)
        error.add_note(f"In the worker:\n{self.told}")
        return error
