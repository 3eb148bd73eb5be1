"""What gets installed where, read from requirements.txt without installing it."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[1]
COMES_WITH_STREAMLIT = {"starlette"}  # its own server, whose version is Streamlit's choice
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
MACHINES = [
    ("Linux", "x86_64"),
    ("Linux", "aarch64"),
    ("Darwin", "arm64"),
    ("Windows", "AMD64"),
]


def lines(name: str) -> list[str]:
    text = (PROJECT / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def applying(python: str, system: str, machine: str) -> dict[str, list[Requirement]]:
    """Return the requirements that pip would take there, by package."""
    place = {"python_version": python, "platform_system": system, "platform_machine": machine}
    taken: dict[str, list[Requirement]] = {}
    for requirement in map(Requirement, lines("requirements.txt")):
        if requirement.marker is None or requirement.marker.evaluate(place):
            taken.setdefault(requirement.name, []).append(requirement)
    return taken


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("system", "machine"), MACHINES)
def test_every_place_gets_each_package_once(python: str, system: str, machine: str) -> None:
    taken = applying(python, system, machine)
    assert {name for name, found in taken.items() if len(found) > 1} == set()
    assert len(taken["torch"]) == 1
    assert ("gensim" in taken) == (python != "3.14")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("system", "machine"), MACHINES)
def test_the_cpu_wheel_is_named_where_the_app_is_hosted(
    python: str, system: str, machine: str
) -> None:
    (torch,) = applying(python, system, machine)["torch"]
    if (system, machine) == ("Linux", "x86_64") and python in {"3.12", "3.13"}:
        tag = "cp" + python.replace(".", "")
        wheel = f"torch-2.13.0%2Bcpu-{tag}-{tag}-manylinux_2_28_x86_64.whl"
        assert torch.url is not None
        assert torch.url.endswith(f"/whl/cpu/{wheel}")
    else:
        assert torch.url is None
        assert str(torch.specifier) == "==2.13.0"


def test_no_option_stands_in_for_a_requirement() -> None:
    assert not [line for line in lines("requirements.txt") if line.startswith("-")]


def test_the_development_requirements_are_pinned_and_begin_with_the_app() -> None:
    first, *rest = lines("requirements-dev.txt")
    assert first == "-r requirements.txt"
    assert all(str(Requirement(line).specifier).startswith("==") for line in rest)


def imported(path: Path) -> Iterator[str]:
    """Yield the top-level packages that a file imports, late imports included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module.partition(".")[0]


def test_every_package_that_the_app_imports_is_named() -> None:
    files = [PROJECT / "app.py"]
    files += [path for part in ("components", "models") for path in (PROJECT / part).rglob("*.py")]
    found = {name for path in files for name in imported(path)}
    found -= {*sys.stdlib_module_names, "app", "components", "models"}
    found -= COMES_WITH_STREAMLIT
    named = {
        Requirement(line).name
        for file in ("requirements.txt", "requirements-dask.txt")
        for line in lines(file)
        if not line.startswith("-")
    }
    installed = packages_distributions()
    assert {name for name in found if not named & {name, *installed.get(name, [])}} == set()
