"""How every benchmark is run: its options, and an exit code that says whether its claim holds."""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Any

# A default and its help, or the arguments of argparse's add_argument().
Option = tuple[Any, str] | Mapping[str, Any]


def run(main: Callable[[argparse.Namespace], bool], doc: str | None, **options: Option) -> None:
    """Run `main` with the `options` of the command line, and exit with 1 where it returns False:
    the claim does not hold. `doc` is the benchmark's docstring, whose first line --help shows."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    for name, option in options.items():
        if isinstance(option, tuple):
            default, text = option
            parser.add_argument(f"--{name}", type=type(default), default=default, help=text)
        else:
            parser.add_argument(f"--{name}", **option)
    sys.exit(0 if main(parser.parse_args()) else 1)
