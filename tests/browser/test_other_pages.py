"""All pages but the map in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Visits, said, screens

TITLES = {
    "/neighbours": "What is near a word?",
    "/analogies": "Does king − man + woman give queen?",
    "/dimensions": "What does every dimension buy?",
    "/embedding-dim": "How large should embedding_dim be?",
    "/compare": "How do two spaces differ?",
    "/inside": "What is inside nn.Embedding?",
    "/server": "How is this server doing?",
}
CHARTLESS = {"/server"}


def finished(page: Page) -> None:
    """Wait until no job of the page runs."""
    expect(page.get_by_test_id("stProgress")).to_have_count(0, timeout=120_000)


def linked(page: Page, *parts: str) -> None:
    """Wait until the address holds all `parts`."""
    for part in parts:
        expect(page).to_have_url(re.compile(re.escape(part)), timeout=60_000)


@pytest.mark.parametrize("path", TITLES)
def test_a_page_fits_every_screen_and_theme(page: Visits, path: str) -> None:
    opened = page(path, width=NARROW)
    for width in screens(opened):
        assert opened.get_by_role("heading", level=1).inner_text() == TITLES[path]
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        if path not in CHARTLESS:
            opened.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=60_000)


def test_queen_vanishes_as_the_slider_goes_left(page: Visits) -> None:
    opened = page("/analogies")
    said(opened, "queen is first of all 400,000 words (cosine 0.852)")
    slider = opened.get_by_role("slider")
    slider.focus()
    opened.keyboard.press("Home")
    said(opened, "cut to 2 of 50 dimensions")
    expect(opened.get_by_text("queen is first of all")).to_have_count(0, timeout=60_000)
    linked(opened, "d=2")


def test_a_suggestion_is_one_click(page: Visits) -> None:
    opened = page("/neighbours")
    box = opened.get_by_role("textbox", name="Word or formula")
    box.fill("king - man + womann")
    box.press("Enter")
    said(opened, "is not one of the words of")
    opened.get_by_role("button", name="woman", exact=True).click()
    said(opened, "queen is nearest to")
    expect(box).to_have_value("king - man + woman")


def test_a_link_restores_a_page_in_a_new_browser(page: Visits) -> None:
    first = page("/neighbours?space=glove-100&d=25&q=coffee")
    said(first, "centred and cut to 25 of 100 dimensions")
    first.get_by_role("combobox", name="Side by side with").click()
    first.get_by_role("option", name="minilm-384").click()
    said(first, "neighbours are the same on both sides")
    linked(first, "against=minilm-384")
    second = page("/neighbours" + first.evaluate("location.search"))
    said(second, "neighbours are the same on both sides")
    expect(second.get_by_role("textbox", name="Word or formula")).to_have_value("coffee")
    said(second, "centred and cut to 25 of 100 dimensions")


def test_the_way_back_undoes_a_cut(page: Visits) -> None:
    opened = page("/neighbours")
    slider = opened.get_by_role("slider")
    slider.focus()
    opened.keyboard.press("Home")
    said(opened, "cut to 2 of 50 dimensions")
    opened.go_back()
    said(opened, "All 50 dimensions: vectors as published.")


def test_the_curves_are_drawn_to_their_end(page: Visits) -> None:
    opened = page("/dimensions?words=10%2C000&methods=PCA")
    said(opened, "Exact: ")
    finished(opened)
    expect(opened.get_by_role("button", name="Cancel")).to_have_count(0, timeout=120_000)
    opened.locator(".js-plotly-plot .scatterlayer .js-line").first.wait_for(state="attached")


def test_a_link_restores_the_dimensions_page(page: Visits) -> None:
    first = page("/dimensions?space=glove-100&words=10%2C000&methods=PCA&d=25")
    said(first, "At the 25 kept")
    first.get_by_role("radio", name="WordSim-353").click()
    said(first, "pairs that are known")
    first.get_by_text("More: scoring").click()
    first.get_by_role("radio", name="int8").click()
    linked(first, "task=WordSim-353", "precision=int8")
    finished(first)
    second = page("/dimensions" + first.evaluate("location.search"))
    said(second, "pairs that are known")
    said(second, "At the 25 kept")
    said(second, "int8; seed 0")


def test_downloads_are_files(page: Visits) -> None:
    opened = page("/neighbours")
    opened.get_by_role("button", name="Download", exact=True).click()
    with opened.expect_download() as csv:
        opened.get_by_role("button", name="Download CSV").first.click()
    assert csv.value.path().read_text("utf-8").startswith("rank,word,similarity\n1,prince,0.82")
    with opened.expect_download() as html:
        opened.get_by_role("button", name="Download HTML").first.click()
    assert "prince" in html.value.path().read_text("utf-8")


def test_pages_keep_the_space_and_the_cut(page: Visits) -> None:
    opened = page("/neighbours?space=minilm-384&d=40")
    said(opened, "centred and cut to 40 of 384 dimensions")
    opened.get_by_role("link", name="Analogies").click()
    said(opened, "Does king")
    said(opened, "centred and cut to 40 of 384 dimensions")
    linked(opened, "d=40", "space=minilm-384")
