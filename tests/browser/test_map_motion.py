"""A map that settles, a map of several states, and the marks of what a map tore or invented."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks._server import Server, serve
from tests.browser import map_driver
from tests.browser.conftest import NARROW, Tabs, Visits, screens

# Words on a grid, which becomes a wider one and then a ring.
SCRIPT = """
import sys

import numpy as np
import streamlit as st

sys.path.insert(0, PROJECT)
from components.word_map.component import word_map
from components.word_map.scene import Keyframes, MapScene

dimensions = int(st.query_params.get("dimensions", 2))
words = [f"{first}{second}" for first in "abcdefghij" for second in "abcdefghij"]
grid = np.stack([*np.divmod(np.arange(100), 10), np.arange(100) % 7], axis=1).astype(np.float32)
turn = np.linspace(0, 2 * np.pi, 100, endpoint=False)
ring = np.stack([20 * np.cos(turn), 20 * np.sin(turn), 5 * np.cos(3 * turn)], axis=1)
states = np.stack([grid, 3 * grid, ring])[:, :, :dimensions].astype(np.float32)
names = ("100 dimensions", "50 dimensions", "25 dimensions")
shown = 1 if st.button("Settle") else 0
event = word_map(
    MapScene(
        "all",
        words,
        states[shown],
        query=("aa",),
        neighbours=("ab", "ac"),
        torn=("ac", "jj"),
        false=("ee",),
    ),
    keyframes=Keyframes(names, states) if "play" in st.query_params else None,
    alt="A map.",
)
st.text(f"clicked {event.clicked}, selected {len(event.selected)}")
"""
SLIDER = "State of the map"
# Play, and note where the slider stands in every frame until the end.
PLAY = """async (slider) => {
    const button = slider.parentElement.querySelector("button"), stood = [];
    button.click();
    while (button.textContent === "Pause") {
        stood.push(slider.value);
        await new Promise(requestAnimationFrame);
    }
    return [...stood, slider.value];
}"""


@pytest.fixture(scope="module")
def motion(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A page that shows one map, in a server of its own."""
    script = tmp_path_factory.mktemp("motion") / "app.py"
    script.write_text(SCRIPT.replace("PROJECT", repr(str(Path(__file__).parents[2]))), "utf-8")
    with serve(script) as server:
        yield server
        log = server.read_log()
    assert "Traceback" not in log, log


@pytest.fixture
def opened(tabs: Tabs, motion: Server) -> Iterator[Visits]:
    visits = Visits(tabs, motion)
    yield visits
    visits.close()
    visits.assert_no_errors()


def settle(page: Page) -> None:
    set_out(page)
    map_driver.at_rest(page)


def set_out(page: Page) -> None:
    """Send the points elsewhere, and wait until they move."""
    page.get_by_role("button", name="Settle").click()
    page.wait_for_selector(f"{map_driver.MAP}[data-moving]", timeout=60_000)


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name=SLIDER)


def put_slider(page: Page, value: float) -> None:
    slider(page).fill(str(value))
    map_driver.at_rest(page)


def expect_state(page: Page, name: str) -> None:
    expect(slider(page)).to_have_attribute("aria-valuetext", name, timeout=60_000)


def apart(page: Page, one: str, other: str) -> float:
    """How far apart two words are on the screen, in pixels."""
    (x, y), (to_x, to_y) = map_driver.place(page, one), map_driver.place(page, other)
    return float(((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5)


def stopped(page: Page, one: str, other: str, *, beyond: float) -> float:
    """How far apart two words are once that is more than `beyond` and grows no more."""
    before = 0.0
    for _ in range(400):
        now = apart(page, one, other)
        if beyond < now == before:
            return now
        before = now
        page.wait_for_timeout(50)
    raise AssertionError(f"{one} and {other} are {before} pixels apart and have not stopped")


def test_settling_moves_the_points_and_keeps_a_zoom(opened: Visits) -> None:
    page = opened("/")
    map_driver.zoom(page, steps=3)
    before, near = map_driver.ranges(page), apart(page, "ee", "ff")
    settle(page)
    assert map_driver.ranges(page) == pytest.approx(before, rel=1e-6)
    assert apart(page, "ee", "ff") == pytest.approx(3 * near, rel=1e-3)


def test_at_home_the_view_follows(opened: Visits) -> None:
    page = opened("/")
    before, wide = map_driver.ranges(page), apart(page, "aa", "jj")
    settle(page)
    width = before[1] - before[0]
    after = map_driver.ranges(page)
    assert after[1] - after[0] == pytest.approx(3 * width, rel=1e-3)
    assert apart(page, "aa", "jj") == pytest.approx(wide, rel=1e-3)
    assert map_driver.points(page) == 100


def test_in_3d_the_points_lie_where_plotly_draws_them_afterwards(opened: Visits) -> None:
    page = opened("/?dimensions=3")
    map_driver.drag(page, 80, 30)
    map_driver.zoom(page, steps=-5)
    near = apart(page, "ee", "ff")
    set_out(page)
    moved = stopped(page, "ee", "ff", beyond=1.5 * near)  # on the canvas, at the end of the way
    map_driver.at_rest(page)
    assert apart(page, "ee", "ff") == pytest.approx(moved, rel=1e-3)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_slider_moves_the_points(opened: Visits, dimensions: int) -> None:
    page = opened(f"/?play=yes&dimensions={dimensions}")
    start = apart(page, "ab", "ba")
    put_slider(page, 1)
    expect_state(page, "50 dimensions")
    whole = apart(page, "ab", "ba")
    put_slider(page, 0.5)
    expect_state(page, "100 dimensions → 50 dimensions")
    assert start < apart(page, "ab", "ba") < whole
    slider(page).press("Home")
    expect_state(page, "100 dimensions")
    map_driver.at_rest(page)
    assert apart(page, "ab", "ba") == pytest.approx(start, rel=1e-3)


def test_the_home_view_holds_every_state(opened: Visits) -> None:
    page = opened("/?play=yes")
    left, right, bottom, top = map_driver.ranges(page)
    assert left < -19
    assert right > 26
    assert bottom < -19
    assert top > 26
    put_slider(page, 2)
    assert map_driver.ranges(page) == [left, right, bottom, top]


def test_play_reaches_the_last_state_and_stops(opened: Visits) -> None:
    page = opened("/?play=yes")
    map_driver.zoom(page, steps=1)
    before = map_driver.ranges(page)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for(timeout=60_000)
    page.get_by_role("button", name="Play").wait_for(timeout=60_000)
    map_driver.at_rest(page)
    expect(slider(page)).to_have_value("2")
    assert map_driver.ranges(page) == before
    page.get_by_role("button", name="Play").click()  # starts anew
    page.get_by_role("button", name="Pause").click()
    assert 0 <= float(slider(page).input_value()) < 2


def test_words_can_be_clicked_and_selected_between_two_states(opened: Visits) -> None:
    page = opened("/?play=yes")
    put_slider(page, 1.5)
    map_driver.click_word(page, "gh")
    page.get_by_text("clicked gh").wait_for(timeout=60_000)
    assert slider(page).input_value() == "1.5"  # a rerun moves nothing
    stage = page.locator(f"{map_driver.MAP} .word-map-stage").bounding_box()
    assert stage is not None
    middle = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    within = [
        word
        for word in (f"{first}{second}" for first in "abcdefghij" for second in "abcdefghij")
        if all(abs(a - b) < 90 for a, b in zip(map_driver.place(page, word), middle, strict=True))
    ]
    assert within
    map_driver.select_box(page, half=90)
    page.get_by_text(f"selected {len(within)}").wait_for(timeout=60_000)


def test_who_wants_no_motion_gets_jumps(opened: Visits) -> None:
    page = opened("/?play=yes")
    page.emulate_media(reduced_motion="reduce")
    put_slider(page, 0.6)
    assert slider(page).input_value() == "1"
    assert set(slider(page).evaluate(PLAY)) == {"1", "2"}


def test_torn_and_false_words_are_in_the_legend(opened: Visits) -> None:
    page = opened("/")
    legend = page.locator(f"{map_driver.MAP} .word-map-legend").inner_text()
    assert "torn away by the map" in legend
    assert "near on the map only" in legend
    assert {"aa", "ab", "ac", "jj", "ee"} <= set(map_driver.labels(page)[:5])


def test_the_line_of_states_fits_every_screen(opened: Visits) -> None:
    plain, page = opened("/", width=NARROW), opened("/?play=yes", width=NARROW)
    for width in screens(page):
        plain.set_viewport_size({"width": width, "height": 900})
        put_slider(page, 0.5)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        line = page.get_by_role("group", name="States of the map").bounding_box()
        assert line is not None
        assert line["x"] + line["width"] <= width
        assert line["height"] < 50
        heights = [opened.locator(map_driver.MAP).bounding_box() for opened in (plain, page)]
        assert heights[0] is not None
        assert heights[1] is not None
        assert heights[0]["height"] == heights[1]["height"]
