"""The Python half of the word map; tests/browser sees the other half."""

import base64
import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.testing.v1 import AppTest

from components import streamlit_internals
from components.word_map import component as module
from components.word_map.component import word_map
from components.word_map.event import MapEvent, checked_view, read_event
from components.word_map.scene import PALETTE, Categories, Group, Keyframes, MapScene, Scale

WORDS = ["king", "queen", "<b>bold</b>", "<img src=x onerror=alert(1)>", "né", "\ufeffbom"]
CAMERA = {
    "up": {"x": 0, "y": 0, "z": 1},
    "center": {"x": 0, "y": 0, "z": 0},
    "eye": {"x": 1, "y": 1, "z": 0.5},
}


@pytest.fixture
def scene() -> MapScene:
    positions = np.random.default_rng(0).normal(size=(len(WORDS), 2)).astype(np.float32)
    return MapScene("six", WORDS, positions)


def app() -> None:
    import numpy
    import streamlit

    from components.word_map.component import word_map
    from components.word_map.scene import MapScene, Scale

    dimensions = streamlit.number_input("dimensions", 2, 3)
    words = [f"word{i}" for i in range(100)]
    positions = numpy.zeros((100, dimensions), dtype=numpy.float32)
    ranks = numpy.arange(100)
    scene = MapScene("zeros", words, positions, Scale(ranks, 0, 99, "rank"), ranks=ranks + 1)
    streamlit.write(word_map(scene, focus="word7", alt="A map.").clicked)


def test_without_a_server_it_draws_nothing_and_says_so(scene: MapScene) -> None:
    assert word_map(scene) == MapEvent()


def test_it_runs_in_every_new_server() -> None:
    for _ in range(2):
        page = AppTest.from_function(app).run()
        assert not page.exception
        assert not page.number_input[0].set_value(3).run().exception


def test_a_rerun_sends_addresses_not_the_map(scene: MapScene, sent: list[dict[str, Any]]) -> None:
    many = 20_000
    words = [f"word{i}" for i in range(many)]
    colours = Scale(np.arange(many, dtype=np.float32), 0, many, "rank")
    field = MapScene("many", words, np.zeros((many, 3), np.float32), colours)
    group = Group("mine", ("word3",), "#009e73")
    for query in ("word1", "word2"):
        word_map(replace(field, query=(query,), neighbours=("word5",), groups=(group,)))
    first, second = (json.loads(json.dumps(data)) for data in sent)
    assert len(json.dumps(first)) < 1500
    assert first["layer"] == second["layer"]
    assert first["colours"] == second["colours"]
    assert second["query"] == ["word2"]
    assert second["groups"] == [{"name": "mine", "words": ["word3"], "colour": "#009e73"}]


def test_torn_and_false_words_are_sent(scene: MapScene, sent: list[dict[str, Any]]) -> None:
    marks: dict[str, Any] = {"torn": ("queen",), "false": ("né",)}
    word_map(replace(scene, query=("king",), neighbours=("queen",), **marks))
    assert (sent[0]["torn"], sent[0]["false"]) == (("queen",), ("né",))


def test_the_last_states_can_still_be_fetched(
    scene: MapScene,
    sent: list[dict[str, Any]],
    files: MediaFileManager,
    storage: MemoryMediaFileStorage,
) -> None:
    def draw(state: int) -> str:
        word_map(replace(scene, positions=scene.positions + state), key="settling")
        files.remove_orphaned_files()
        return str(sent[-1]["layer"]["positions"])

    addresses = [draw(state) for state in range(8)]
    kept = [address for address in addresses if is_served(storage, address)]
    assert kept == addresses[-4:]
    assert draw(7) == addresses[-1]
    assert is_served(storage, addresses[-4])  # a rerun of the same state drops none


def test_the_state_before_survives_a_run_of_the_whole_page(
    scene: MapScene,
    sent: list[dict[str, Any]],
    files: MediaFileManager,
    storage: MemoryMediaFileStorage,
) -> None:
    def draw(state: int) -> str:
        files.clear_session_refs()  # as Streamlit does when it begins one
        word_map(replace(scene, positions=scene.positions + state), key="whole")
        files.remove_orphaned_files()
        return str(sent[-1]["layer"]["positions"])

    addresses = [draw(state) for state in (0, 1, 2, 2)]
    assert [is_served(storage, address) for address in addresses[:3]] == [False, True, True]


def test_keyframes_travel_in_one_file(
    scene: MapScene, sent: list[dict[str, Any]], storage: MemoryMediaFileStorage
) -> None:
    positions = np.stack([scene.positions, 2 * scene.positions, scene.positions + 1])
    word_map(scene, keyframes=Keyframes(("a", "b", "c"), positions, start=1))
    assert sent[0]["states"] == {"names": ("a", "b", "c"), "start": 1}
    assert sent[0]["layer"]["states"] == 3
    content = storage.get_file(name_of(sent[0]["layer"]["positions"])).content
    read = np.frombuffer(content, "<f4").reshape(3, len(WORDS), 2)
    np.testing.assert_array_equal(read, positions)


def test_a_map_without_keyframes_has_one_state(scene: MapScene, sent: list[dict[str, Any]]) -> None:
    word_map(scene)
    assert sent[0]["states"] is None
    assert sent[0]["layer"]["states"] == 1


@pytest.mark.parametrize("shape", [(2, 5, 2), (2, 6, 3), (2, 7, 2)])
def test_keyframes_must_fit_the_scene(scene: MapScene, shape: tuple[int, ...]) -> None:
    keyframes = Keyframes(("a", "b"), np.zeros(shape, np.float32))
    with pytest.raises(ValueError, match=rf"{re.escape(str(shape[1:]))} .* \(6, 2\)"):
        word_map(scene, keyframes=keyframes)


@pytest.mark.parametrize(
    ("names", "shape"), [(("a",), (2, 6, 2)), ((), (0, 6, 2)), (("a",), (6, 2))]
)
def test_every_keyframe_has_a_name(names: tuple[str, ...], shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=rf"{re.escape(str(shape))} for {len(names)} names"):
        Keyframes(names, np.zeros(shape, np.float32))


@pytest.mark.parametrize("start", [-1, 2])
def test_a_start_that_is_none_of_the_keyframes_is_refused(start: int) -> None:
    with pytest.raises(ValueError, match=f"keyframe {start}; expected 0 to 1"):
        Keyframes(("a", "b"), np.zeros((2, 6, 2), np.float32), start)


def test_words_arrive_as_they_are(scene: MapScene) -> None:
    assert scene.words_file.decode().split("\n") == WORDS


def test_a_line_break_in_a_word_is_refused(scene: MapScene) -> None:
    broken = replace(scene, words=["two\nlines", *WORDS[1:]])
    with pytest.raises(ValueError, match="line break"):
        _ = broken.words_file


def test_positions_must_match_the_words(scene: MapScene) -> None:
    with pytest.raises(ValueError, match=r"\(5, 2\) for 6 words"):
        replace(scene, positions=scene.positions[1:])


def test_positions_are_little_endian_rows(scene: MapScene) -> None:
    swapped = replace(scene, positions=np.asfortranarray(scene.positions.astype(">f4")))
    read = np.frombuffer(swapped.positions_file, "<f4").reshape(-1, 2)
    np.testing.assert_array_equal(read, scene.positions)


@given(arrays(np.float32, 30), st.floats(-10, 10), st.floats(0, 10))
def test_a_scale_keeps_the_order_of_its_values(
    values: np.ndarray, low: float, width: float
) -> None:
    scale = Scale(values, low, low + width, "any")
    codes = np.frombuffer(scale.codes_file, np.uint8).astype(int)
    order = np.argsort(values[np.isfinite(values)])
    assert (np.diff(codes[np.isfinite(values)][order]) >= 0).all()


def test_a_scale_reaches_from_end_to_end() -> None:
    scale = Scale(np.array([-1.0, 0.0, 0.5, 1.0, 9.0]), 0, 1, "similarity")
    assert list(scale.codes_file) == [0, 0, 128, 255, 255]


def test_from_the_ninth_group_on_all_are_other() -> None:
    codes = np.arange(12, dtype=np.uint8)
    groups = Categories(codes, [f"group {i}" for i in range(12)])
    assert groups.legend()["names"][-2:] == ["group 7", "other"]
    assert list(groups.codes_file) == [*range(8), 8, 8, 8, 8]
    eight = Categories(codes[:8], [f"group {i}" for i in range(8)])
    assert eight.legend()["palette"] == list(PALETTE)
    assert list(eight.codes_file) == list(range(8))


def test_a_click_and_a_selection_come_back_as_words(scene: MapScene) -> None:
    answer = {
        "clicked": {"word": "<b>bold</b>"},
        "selected": {"words": ["queen", "gone", 7, None, "king"], "total": 5},
    }
    event = read_event(answer, scene)
    assert event == MapEvent("<b>bold</b>", ("queen", "king"), 2)


def test_a_long_selection_tells_its_total() -> None:
    words = [f"word{i}" for i in range(9000)]
    field = MapScene("long", words, np.zeros((9000, 2), np.float32))
    answer = {"selected": {"words": words[:5000], "total": 8000}}
    event = read_event(answer, field)
    assert (len(event.selected), event.selected_total) == (5000, 8000)


def masked(rows: list[int], count: int) -> str:
    bits = np.zeros(count, dtype=np.uint8)
    bits[rows] = 1
    return base64.b64encode(np.packbits(bits, bitorder="little").tobytes()).decode()


def test_a_long_selection_comes_back_whole_on_the_map_it_was_made_on() -> None:
    words = [f"word{i}" for i in range(9001)]
    field = MapScene("long", words, np.zeros((9001, 2), np.float32))
    rows = [*range(1, 8000), 9000]
    sent = {"words": [words[row] for row in rows[:5000]], "total": 8000}
    event = read_event({"selected": {**sent, "mask": masked(rows, 9001)}}, field)
    assert event.selected == tuple(words[row] for row in rows)
    assert event.selected_total == 8000
    for other in (masked(list(range(8000)), 9001), masked(rows, 9100), "§", "A" * 10**6, 7, None):
        event = read_event({"selected": {**sent, "mask": other}}, field)
        assert (len(event.selected), event.selected_total) == (5000, 8000)


@pytest.mark.parametrize("answer", [
    {}, {"clicked": "king"}, {"clicked": {"word": 3}}, {"selected": ["king"]},
    {"selected": {"words": "king", "total": "many"}}, {"clicked": {"view": {"x": [1]}}},
])  # fmt: skip
def test_an_answer_of_another_shape_counts_as_none(scene: MapScene, answer: Any) -> None:
    assert read_event(answer, scene) == MapEvent()


@pytest.mark.parametrize(("view", "dimensions"), [
    ({"x": [0, 1], "y": [0, 1]}, 2), ({"camera": CAMERA}, 3),
])  # fmt: skip
def test_a_proper_view_is_kept(view: dict[str, Any], dimensions: int) -> None:
    assert checked_view(view, dimensions=dimensions) == view
    assert checked_view(view, dimensions=5 - dimensions) is None


@pytest.mark.parametrize("view", [
    None, "x", {}, {"x": [1, 0], "y": [0, 1]}, {"x": [0, float("nan")], "y": [0, 1]},
    {"x": [0, "1"], "y": [0, 1]}, {"camera": {}}, {"camera": {**CAMERA, "eye": {"x": 1}}},
])  # fmt: skip
def test_an_absurd_view_is_dropped(view: Any) -> None:
    assert checked_view(view, dimensions=2) is None
    assert checked_view(view, dimensions=3) is None


def name_of(address: str) -> str:
    """The name of a served file."""
    return address.rpartition("/")[2]


def is_served(storage: MemoryMediaFileStorage, address: str) -> bool:
    try:
        storage.get_file(name_of(address))
    except MediaFileStorageError:
        return False
    return True


@pytest.fixture
def storage() -> MemoryMediaFileStorage:
    return MemoryMediaFileStorage("/media")


@pytest.fixture
def files(storage: MemoryMediaFileStorage) -> MediaFileManager:
    return MediaFileManager(storage)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, files: MediaFileManager) -> list[dict[str, Any]]:
    """What would have gone to the browser, one entry a run."""
    running = SimpleNamespace(media_file_mgr=files)
    server = SimpleNamespace(exists=lambda: True, get_instance=lambda: running)
    packets: list[dict[str, Any]] = []

    def mount(*, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        packets.append(data)
        return {}

    monkeypatch.setattr(streamlit_internals, "runtime", server)
    monkeypatch.setattr(module, "_component", lambda: mount)
    return packets
