"""The Train page in a real browser: seen at once, and a run from the button to another page."""

import re

from playwright.sync_api import expect

from tests.browser import map_driver
from tests.browser.conftest import NARROW, Visits, said, screens
from tests.models.training.conftest import topical

MARK_THE_MAP = "document.querySelector('.word-map').dataset.same = 'yes'"
HOW_WIDE = """() => {
    const {xaxis, yaxis} = document.querySelector('.word-map').vectorscope.gd._fullLayout;
    return [...xaxis.range, ...yaxis.range].map((end) => Math.round(1000 * end));
}"""


def test_a_run_is_seen_at_once_on_every_screen(page: Visits) -> None:
    opened = page("/train", width=NARROW)
    for width in screens(opened):
        assert opened.get_by_role("heading", level=1).inner_text() == "Watch meaning appear"
        said(opened, "At epoch 20 of 20")
        drawn = opened.locator(".js-plotly-plot .main-svg").filter(visible=True)
        drawn.first.wait_for(timeout=60_000)
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_the_epochs_are_replayed(page: Visits) -> None:
    opened = page("/train")
    slider = opened.get_by_role("slider", name="State of the map")
    slider.wait_for(timeout=60_000)
    expect(slider).to_have_attribute("aria-valuetext", "epoch 20", timeout=60_000)
    slider.fill("0")
    expect(slider).to_have_attribute("aria-valuetext", "epoch 0")
    opened.get_by_role("button", name="Play", exact=True).click()
    expect(slider).to_have_attribute("aria-valuetext", "epoch 20", timeout=60_000)


def test_the_map_goes_on_to_umap_and_back_to_any_epoch(page: Visits) -> None:
    opened = page("/train")
    slider = opened.get_by_role("slider", name="State of the map")
    expect(slider).to_have_attribute("aria-valuetext", "epoch 20", timeout=60_000)
    map_driver.wait_ready(opened)
    slider.fill("3")
    map_driver.at_rest(opened)
    before = opened.evaluate(HOW_WIDE)
    opened.evaluate(MARK_THE_MAP)
    opened.get_by_role("radio", name="UMAP of the result").click()
    expect(slider).to_have_attribute("aria-valuetext", "UMAP", timeout=120_000)
    map_driver.at_rest(opened)
    assert opened.evaluate("document.querySelector('.word-map').dataset.same") == "yes"
    assert opened.evaluate(HOW_WIDE) == before  # the points have moved, and not the view
    assert "UMAP+of+the+result" in opened.url
    expect(opened.get_by_role("progressbar")).to_have_count(0)
    slider.fill("3")
    expect(slider).to_have_attribute("aria-valuetext", "epoch 3, PCA")
    opened.get_by_role("radio", name="PCA, epoch by epoch").click()
    expect(slider).to_have_attribute("aria-valuetext", "epoch 20", timeout=60_000)


def test_a_run_from_the_button_to_another_page(page: Visits) -> None:
    opened = page("/train?text=pasted+text&size=10&epochs=6&watched=king%2C+bread")
    box = opened.get_by_role("textbox", name="Your text")
    box.fill(topical(1_500))
    box.press("Control+Enter")
    button = opened.get_by_role("button", name="Train", exact=True)
    opened.wait_for_function(
        "() => [...document.querySelectorAll('button')]"
        ".some(one => one.innerText.includes('Train') && !one.disabled)",
        timeout=120_000,
    )
    button.click()
    said(opened, "At epoch 6 of 6")
    slider = opened.get_by_role("slider", name="State of the map")
    expect(slider).to_have_attribute("aria-valuetext", "UMAP", timeout=120_000)
    opened.get_by_role("button", name="Use this space").click()
    said(opened, "It is my-word2vec-10")
    with opened.expect_download() as saved:
        opened.get_by_role("button", name="Save session").click()
    assert saved.value.suggested_filename == "vectorscope-session.npz"
    opened.get_by_role("link", name=re.compile("^Neighbours")).click()
    said(opened, "What is near a word?")
    opened.get_by_role("combobox", name="Space").click()
    opened.get_by_role("option", name=re.compile("my-word2vec-10")).click()
    said(opened, "is nearest to")
    opened.get_by_text(re.compile("queen|crown|throne|palace")).first.wait_for(timeout=60_000)


def test_why_a_text_cannot_be_learned_from_is_in_sight(page: Visits) -> None:
    opened = page("/train?text=pasted+text")
    box = opened.get_by_role("textbox", name="Your text")
    box.fill("one two three four")
    box.press("Control+Enter")
    said(opened, "No word is seen at least 5 times")
    expect(opened.get_by_text("No word is seen at least 5 times").first).to_be_visible()
