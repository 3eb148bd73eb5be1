"""Saved links, as literal strings: every address and its parameters still open."""

from tests.browser.conftest import Visits, said

# What stands in lecture notes and bookmarks; what the page then says. Never edit the left side.
LINKS = {
    "/": "Where do words live?",
    "/?space=glove-100&d=25&word=coffee": "centred and cut to 25 of 100 dimensions",
    "/neighbours?space=minilm-384&d=40&q=coffee": "centred and cut to 40 of 384 dimensions",
    "/neighbours?q=king+-+man+%2B+woman": "queen is nearest to",
    "/analogies": "queen is first of all 400,000 words (cosine 0.852)",
    "/dimensions?space=glove-100&words=10%2C000&methods=PCA&d=25": "At the 25 kept",
    "/embedding-dim?sizes=8&sizes=256&seeds=2": "How large should embedding_dim be?",
    "/compare": "How do two spaces differ?",
    "/train": "Watch meaning appear",
    "/inside": "What is inside nn.Embedding?",
    "/library": "Bring your own vectors",
    "/server": "How is this server doing?",
}


def test_saved_links_open_as_before(page: Visits) -> None:
    opened = page("/inside")
    for link, sentence in LINKS.items():
        opened.goto(page.server.url + link)
        said(opened, sentence)
