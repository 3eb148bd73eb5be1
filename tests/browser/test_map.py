"""The map in a real browser: points, clicks, zoom and camera that stay, links that restore."""

from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.browser import map_driver
from tests.browser.conftest import NARROW, Visits, screens

OTHER_QUERY = f"word => document.querySelector('{map_driver.MAP}').dataset.query !== word"
FAR = f"""([word, x, y]) => {{
    const at = document.querySelector('{map_driver.MAP}').vectorscope.wordAt(word);
    return Math.hypot(at.x - x, at.y - y) > 20;
}}"""
# The address names the part of the plane that is shown.
LINKED = f"""() => {{
    const {{x, y}} = JSON.parse(new URLSearchParams(location.search).get('at')) ?? {{x: [], y: []}};
    const {{xaxis, yaxis}} = document.querySelector('{map_driver.MAP}').vectorscope.gd._fullLayout;
    const shown = [...xaxis.range, ...yaxis.range].map(value => Number(value).toPrecision(5));
    return shown.every((value, i) => Number(value) === [...x, ...y][i]);
}}"""


def neighbours_of(page: Page, word: str) -> None:
    """Wait until the page says what is near `word`."""
    page.get_by_text(f"Nearest to {word}", exact=True).wait_for(timeout=60_000)


def search(page: Page, word: str) -> None:
    box = page.get_by_role("textbox", name="Find a word")
    box.fill(word)
    box.press("Enter")
    neighbours_of(page, word)
    map_driver.wait_ready(page, query=word)
    map_driver.at_rest(page)


def test_the_map_shows_its_points_and_labels(page: Visits) -> None:
    opened = page("/")
    assert map_driver.points(opened) == 20_000
    labels = map_driver.labels(opened)
    assert labels[0] == "king"
    assert 60 <= len(labels) <= 160


def test_a_click_shows_neighbours_and_zoom_survives_it(page: Visits) -> None:
    opened = page("/")
    search(opened, "guitar")
    before = map_driver.ranges(opened)
    other = next(word for word in map_driver.labels(opened) if word != "guitar")
    map_driver.click_word(opened, other)
    opened.wait_for_function(OTHER_QUERY, arg="guitar", timeout=60_000)
    clicked = str(opened.get_attribute(map_driver.MAP, "data-query"))
    neighbours_of(opened, clicked)
    assert map_driver.ranges(opened) == pytest.approx(before, rel=1e-6)
    expect(opened.get_by_role("textbox", name="Find a word")).to_have_value(clicked)


def test_zoom_survives_the_slider_and_another_colour(page: Visits) -> None:
    opened = page("/")
    map_driver.zoom(opened, steps=4)
    before = map_driver.ranges(opened)
    slider = opened.get_by_role("slider")
    slider.focus()
    for kept in range(49, 44, -1):
        opened.keyboard.press("ArrowLeft")
        expect(slider).to_have_value(str(kept))
    opened.get_by_text("45 of 50 dimensions", exact=False).first.wait_for(timeout=60_000)
    opened.get_by_role("combobox", name="Colour by").click()
    opened.get_by_role("option", name="frequency").click()
    opened.get_by_text("rank by frequency").wait_for(timeout=60_000)
    assert map_driver.ranges(opened) == pytest.approx(before, rel=1e-6)


def test_in_3d_a_click_shows_neighbours_and_the_camera_survives(page: Visits) -> None:
    opened = page("/?view=3-D")
    map_driver.drag(opened, 140, 60)
    before = map_driver.camera(opened)
    for word in map_driver.labels(opened)[1:6]:
        map_driver.click_word(opened, word)
        with suppress(TooLate):
            opened.wait_for_function(OTHER_QUERY, arg="king", timeout=5_000)
            break
    clicked = str(opened.get_attribute(map_driver.MAP, "data-query"))
    assert clicked != "king"
    neighbours_of(opened, clicked)
    after = map_driver.camera(opened)
    for axis in "xyz":
        assert after["eye"][axis] == pytest.approx(before["eye"][axis], abs=1e-6)


def test_a_copied_link_restores_the_state_in_a_new_browser(page: Visits) -> None:
    first = page("/")
    search(first, "paris")
    first.get_by_role("radio", name="PCA").click(force=True)
    map_driver.wait_ready(first, query="paris")
    first.wait_for_function("location.search.includes('layout=PCA')", timeout=60_000)
    second = page("/" + first.evaluate("location.search"))
    neighbours_of(second, "paris")
    expect(second.get_by_role("textbox", name="Find a word")).to_have_value("paris")
    expect(second.get_by_role("radio", name="PCA")).to_be_checked()


def test_a_link_restores_the_view(page: Visits) -> None:
    first = page("/?colour=frequency")
    search(first, "guitar")
    map_driver.zoom(first, steps=2)
    first.wait_for_function(LINKED, timeout=60_000)
    second = page("/" + first.evaluate("location.search"))
    assert map_driver.ranges(second) == pytest.approx(map_driver.ranges(first), rel=1e-3)
    flat = first.evaluate("location.search").replace("colour=", "layout=PCA&colour=")
    third = page("/" + flat)  # another layout has other coordinates
    assert map_driver.ranges(third) != pytest.approx(map_driver.ranges(first), rel=1e-3)


def test_only_ones_own_words_are_shown(page: Visits) -> None:
    opened = page("/?own=cat%2C+dog%2C+horse&show=show+only+these")
    assert map_driver.points(opened) == 3
    assert {"cat", "dog", "horse"} <= set(map_driver.labels(opened))
    opened.get_by_text("3 of 400,000 words, your own that are on the map").wait_for()


def test_a_live_map_settles_and_zoom_stays(page: Visits) -> None:
    opened = page("/")  # of 10,000 words, as one of 5,000 may have settled before it is looked at
    opened.get_by_role("combobox", name="Words").click()
    opened.get_by_role("option", name="10,000", exact=True).click()
    opened.get_by_text("still being drawn").wait_for(timeout=60_000)
    map_driver.wait_points(opened, 10_000)
    start = map_driver.place(opened, "king")
    map_driver.zoom(opened, steps=2)
    before = map_driver.ranges(opened)
    opened.evaluate(f"document.querySelector('{map_driver.MAP}').dataset.same = 'yes'")
    opened.get_by_text("still being drawn").wait_for(state="detached", timeout=60_000)
    opened.get_by_text("500 epochs, seed 0; computed from 50 dimensions").first.wait_for()
    opened.wait_for_function(FAR, arg=["king", *start], timeout=60_000)
    map_driver.at_rest(opened)
    assert map_driver.ranges(opened) == pytest.approx(before, rel=1e-6)
    assert opened.get_attribute(map_driver.MAP, "data-same") == "yes"  # it did not begin anew
    opened.wait_for_function("location.search.includes('map-words=10')", timeout=60_000)


def test_a_live_map_can_be_stopped_and_started_again(page: Visits) -> None:
    opened = page("/?layout=t-SNE&map-seed=5")
    card = opened.get_by_role("button", name="Cancel").first
    card.wait_for(timeout=60_000)
    card.click()
    opened.get_by_text("unfinished, stopped at").wait_for(timeout=60_000)
    map_driver.wait_points(opened, 10_000)
    opened.get_by_role("button", name="Start again").click()
    opened.get_by_text("still being drawn").wait_for(timeout=60_000)
    opened.get_by_role("button", name="Cancel").first.click()
    opened.get_by_text("unfinished, stopped at").wait_for(timeout=60_000)


def test_a_rare_word_is_placed_where_it_can_be_clicked(page: Visits) -> None:
    opened = page("/?word=kingfishers")
    map_driver.wait_ready(opened, query="kingfishers")
    map_driver.wait_points(opened, 20_001)
    assert map_driver.labels(opened)[0] == "kingfishers"
    opened.get_by_text("Placed amid its nearest words, not computed: kingfishers").wait_for()
    search(opened, "guitar")
    map_driver.wait_points(opened, 20_000)


def test_a_box_selects_words_that_can_be_listed(page: Visits) -> None:
    opened = page("/")
    opened.locator(f"{map_driver.MAP} [data-title='Box Select']").click()
    map_driver.drag(opened, 120, 90)
    opened.get_by_text("words selected on the map").wait_for(timeout=60_000)


def selected_total(page: Page) -> int:
    """How many words the page says are selected."""
    told = page.get_by_text("words selected on the map").first
    told.wait_for(timeout=60_000)
    return int(told.inner_text().split()[0].replace(",", ""))


def test_selected_words_are_laid_out_alone_and_all_come_back(page: Visits) -> None:
    opened = page("/?layout=PCA")
    map_driver.at_rest(opened)
    map_driver.select_box(opened, half=40)
    total = selected_total(opened)
    opened.get_by_role("button", name="Lay these words out").click()
    opened.get_by_text(f"{total:,} of 400,000 words").wait_for(timeout=60_000)
    opened.get_by_text("are laid out alone").first.wait_for(timeout=60_000)
    assert not opened.get_by_role("button", name="Lay these words out").count()  # all of them are
    either = (f'{map_driver.MAP}[data-points="{total + placed}"]' for placed in (0, 1))
    opened.wait_for_selector(", ".join(either), timeout=60_000)  # king is placed among others
    opened.get_by_role("button", name="Show all words again").click()
    map_driver.wait_points(opened, 20_000)


def test_more_words_than_are_sent_can_be_laid_out(page: Visits) -> None:
    opened = page("/?layout=PCA&map-words=50%2C000")
    map_driver.wait_points(opened, 50_000)
    map_driver.at_rest(opened)
    map_driver.select_box(opened, half=230)
    total = selected_total(opened)
    assert total > 5_000
    opened.get_by_role("button", name="Lay these words out").click()
    opened.get_by_text(f"{total:,} of 400,000 words").wait_for(timeout=60_000)
    opened.get_by_text("the link does not carry them").wait_for(timeout=60_000)
    assert "map-words=my" in opened.url


def test_hostile_words_are_shown_and_not_run(page: Visits) -> None:
    opened = page("/")
    box = opened.get_by_role("textbox", name="Find a word")
    box.fill("<img src=x onerror=alert(1)>")
    box.press("Enter")
    opened.get_by_text("is not one of the words of").wait_for(timeout=60_000)
    assert opened.locator("img[src='x']").count() == 0


def test_it_fits_every_screen_and_theme(page: Visits) -> None:
    opened = page("/", width=NARROW)
    for width in screens(opened):
        map_driver.wait_points(opened, 20_000)
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        box = opened.locator(map_driver.MAP).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 400
