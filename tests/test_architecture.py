"""Who may import whom. The arrows are drawn once, here: app -> components -> models, and inside
models from the rooms that use to the rooms that are used.
"""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
OURS = ("models", "components")
HEAVY = {"torch", "umap", "gensim", "sklearn", "sentence_transformers", "numba"}


# Inside models: a room may import from the rooms on lower floors, and from its own floor as long as
# no circle arises. `jobs` stands apart: it knows no embeddings, and they don't know it.
FLOORS = {
    "errors": 0,
    "runtime": 1,
    "vocabulary": 1,
    "space": 2,
    "sources": 3,
    "reduction": 3,
    "search": 3,
    "maps": 3,
    "training": 3,
    "quality": 4,
}
ALONE = {
    "jobs": {"errors", "runtime"},
    "training": {"errors", "vocabulary", "space", "runtime"},
}
# (importing module, imported module): why. Late imports all, inside the function that needs them.
EXCEPTIONS = {
    ("models.space", "models.search.suggestions"): "UnknownWord carries suggestions wherever asked",
}
# These offer what others define, and are imported by whom they import.
FRONT_DOORS = {"models"}
# May be there more than once within models: what each package has of its own.
REPEATED = {"__init__.py", "tasks.py", "errors.py"}
# Small files with one importer that stay files of their own, and why.
APART = {
    "models.sources.load": "the public load() and spaces()",
    "models.sources.subwords_kernel": "imports numba at its top, so it is imported late",
    "models.maps.faithfulness_wording": "with it faithfulness.py would pass 300 lines",
    "models.search.suggestions": "imported late, by an exception to the arrows",
}
# Sections that every page may have, under one name.
SECTIONS = {"page.py", "controls.py", "answer.py", "foot.py", "jobs.py"}
# What a part of the program must not import.
FORBIDDEN = {
    "models": ("streamlit", "plotly", "components", "app"),
    "components": ("app",),
    "components.charts": ("streamlit", "components.pages", "components.widgets"),
    "components.session": ("components.pages", "components.widgets", "components.charts"),
    "components.dimension_slider": ("components.session", "components.pages", "components.widgets"),
    "components.widgets": ("components.pages",),
}
STATE = {"session_state", "query_params"}
STATE_HOMES = {"components.session", "components.dimension_slider"}
UNSAFE_MODULES = ("pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve")
UNSAFE_LOADERS = {"torch", "KeyedVectors", "Word2Vec", "FastText", "Doc2Vec"}


def sources(*parts: str) -> dict[str, ast.Module]:
    """Return the parsed files of `parts` by module name."""
    found: dict[str, ast.Module] = {}
    for part in parts:
        top = PROJECT / part
        for path in [top] if top.is_file() else sorted(top.rglob("*.py")):
            names = path.relative_to(PROJECT).with_suffix("").parts
            name = ".".join(names[:-1] if names[-1] == "__init__" else names)
            found[name] = ast.parse(path.read_text("utf-8"), str(path))
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that are imported anywhere in `tree`, late imports included.

    `from models import reduction` is told from `from models import reduce` by the file system.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if _is_module(inner) else node.module


def _is_module(name: str) -> bool:
    path = PROJECT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def within(name: str, parents: tuple[str, ...]) -> bool:
    return any(name == parent or name.startswith(f"{parent}.") for parent in parents)


def forbidden_imports(module: str, tree: ast.AST) -> list[str]:
    rules = [parents for part, parents in FORBIDDEN.items() if within(module, (part,))]
    return [name for name in imports(tree) for parents in rules if within(name, parents)]


def page_of(module: str) -> str | None:
    """Return the page in whose folder a module lies; None for all others."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["components", "pages"] and len(parts) > 2 else None


def path_of(module: str) -> Path:
    path = PROJECT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def room(module: str) -> str | None:
    """Return the room of a module in models; None for the front door (models/__init__.py)."""
    parts = module.split(".")
    return parts[1] if parts[0] == "models" and len(parts) > 1 else None


def against_the_arrows(module: str, tree: ast.AST) -> list[str]:
    """Return the imports of a module in models that DESIGN's arrows do not allow."""
    here = room(module)
    if here is None:
        return []  # the front door offers what every room has
    return [
        name
        for name in imports(tree)
        if within(name, ("models",))
        and (module, name) not in EXCEPTIONS
        and not _may_import(here, room(name))
    ]


def _may_import(here: str, there: str | None) -> bool:
    if here == there:
        return True
    if here in ALONE:
        return there in ALONE[here]
    return there in FLOORS and FLOORS[here] >= FLOORS[there]


def keeps_state(tree: ast.AST) -> list[int]:
    """Return the lines that touch the session's state or the URL."""
    names = [
        *((n.lineno, n.attr) for n in ast.walk(tree) if isinstance(n, ast.Attribute)),
        *((n.lineno, n.id) for n in ast.walk(tree) if isinstance(n, ast.Name)),
    ]
    return [line for line, name in names if name in STATE]


def unsafe(tree: ast.AST) -> list[str]:
    """Return what can run code that came with data: eval, exec, pickles and their kin."""
    found = [name for name in imports(tree) if within(name, UNSAFE_MODULES)]
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        owner, _, method = name.rpartition(".")
        if name in {"eval", "exec", "builtins.eval", "builtins.exec"}:
            found.append(name)
        if method == "load" and owner.rpartition(".")[2] in UNSAFE_LOADERS:
            found.append(name)
        if method == "read_pickle":
            found.append(name)
        pickled = [k for k in call.keywords if k.arg == "allow_pickle"]
        found += [ast.unparse(k) for k in pickled if ast.unparse(k.value) != "False"]
    return found


def test_nobody_imports_what_is_above() -> None:
    trees = sources(*OURS)
    assert "models.space" in trees
    found = {module: forbidden_imports(module, tree) for module, tree in trees.items()}
    assert {module: names for module, names in found.items() if names} == {}


def test_the_arrows_inside_models_point_one_way() -> None:
    trees = sources("models")
    rooms = {here for module in trees if (here := room(module))}
    assert rooms - set(FLOORS) - set(ALONE) == set(), "give the new room a floor in FLOORS"
    found = {module: against_the_arrows(module, tree) for module, tree in trees.items()}
    assert {module: names for module, names in found.items() if names} == {}


def test_rooms_of_one_floor_form_no_circle() -> None:
    uses: dict[str, set[str]] = {name: set() for name in FLOORS}
    for module, tree in sources("models").items():
        here = room(module)
        others = {room(name) for name in imports(tree) if (module, name) not in EXCEPTIONS}
        if here in uses:
            uses[here] |= (others & set(uses)) - {here}
    TopologicalSorter(uses).prepare()  # raises CycleError and names the circle


def test_no_circle_of_imports() -> None:
    uses = {
        module: {
            name for name in imports(tree) if name in trees and (module, name) not in EXCEPTIONS
        }
        for trees in [sources("app.py", *OURS)]
        for module, tree in trees.items()
    }
    for module, used in uses.items():
        used -= {module, *FRONT_DOORS}
    TopologicalSorter(uses).prepare()  # raises CycleError and names the circle


def test_a_page_imports_no_other_page() -> None:
    found = {
        module: [name for name in imports(tree) if page_of(name) not in {None, page_of(module)}]
        for module, tree in sources("components").items()
    }
    assert {module: names for module, names in found.items() if names} == {}


def test_no_file_name_twice_within_models() -> None:
    names = Counter(path.name for path in (PROJECT / "models").rglob("*.py"))
    assert {name for name, count in names.items() if count > 1} <= REPEATED


def test_a_small_file_with_one_importer_belongs_to_it() -> None:
    trees = sources("app.py", *OURS)
    importers: dict[str, set[str]] = {module: set() for module in trees}
    for module, tree in trees.items():
        for name in imports(tree):
            importers.get(name, set()).add(module)
    small = {
        module: next(iter(users))
        for module, users in importers.items()
        if len(users) == 1
        and 0 < len(path_of(module).read_text("utf-8").splitlines()) < 60
        and module not in APART
        and path_of(module).name not in {"__init__.py", *SECTIONS}
    }
    assert small == {}


def test_only_the_session_knows_the_state_and_the_url() -> None:
    trees = sources("app.py", "components")
    assert all(keeps_state(trees.pop(home)) for home in STATE_HOMES)
    found = {module: keeps_state(tree) for module, tree in trees.items()}
    assert {module: lines for module, lines in found.items() if lines} == {}


def test_no_data_can_run_code() -> None:
    trees = sources("app.py", *OURS, "scripts", "benchmarks")
    found = {module: unsafe(tree) for module, tree in trees.items()}
    assert {module: names for module, names in found.items() if names} == {}


def test_what_is_heavy_is_imported_late() -> None:
    """Import every module and whatever the pages and app.py import at their top: nothing heavy.
    Compiled loops need numba at their own top; they must themselves be imported late."""
    trees = sources("app.py", *OURS)
    trees = {name: tree for name, tree in trees.items() if not name.endswith("_kernel")}
    scripts = {name for name in trees if name == "app" or within(name, ("components.pages",))}
    lines = [f"import {name}" for name in trees if name not in scripts]
    for name in scripts:
        tops = [n for n in trees[name].body if isinstance(n, ast.Import | ast.ImportFrom)]
        lines += [ast.unparse(node) for node in tops]
    lines += ["import sys", f"print(sorted({HEAVY!r} & set(sys.modules)))"]
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip().splitlines()[-1] == "[]"


# The guards themselves, on code that must not pass.


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("models.search.formula", "import streamlit as st"),
        ("models.maps", "from plotly import graph_objects"),
        ("models.space", "def f():\n    from components import session"),
        ("components.charts.bars", "import streamlit"),
        ("components.session", "from components.widgets.words import word_box"),
    ],
)
def test_a_forbidden_import_is_found(module: str, code: str) -> None:
    assert forbidden_imports(module, ast.parse(code))


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("models.space", "from models.reduction.reduce import reduce"),
        ("models.search.neighbours", "import models.quality.evaluate"),
        ("models.jobs", "from models.space import EmbeddingSpace"),
        ("models.quality.sweep.sweep", "from models import jobs"),
        ("models.maps.layouts", "from models import EmbeddingSpace"),
    ],
)
def test_an_import_against_the_arrows_is_found(module: str, code: str) -> None:
    assert against_the_arrows(module, ast.parse(code))


@pytest.mark.parametrize("code", ["st.session_state['a'] = 1", "st.query_params.get('d')"])
def test_state_is_found(code: str) -> None:
    assert keeps_state(ast.parse(code)) == [1]


@pytest.mark.parametrize(
    "code",
    [
        "eval(text)",
        "import pickle",
        "torch.load(path)",
        "gensim.models.KeyedVectors.load(path)",
        "np.load(path, allow_pickle=True)",
        "pd.read_pickle(path)",
    ],
)
def test_what_runs_code_is_found(code: str) -> None:
    assert unsafe(ast.parse(code))


def test_what_is_safe_passes() -> None:
    assert unsafe(ast.parse("np.load(path, allow_pickle=False); model.eval(); json.load(f)")) == []
