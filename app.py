"""Vectorscope: see an embedding space, and what every dimension buys.

    streamlit run app.py

The front door: page set-up, navigation and the space in use. Nothing is computed here.
"""

from pathlib import Path

import streamlit as st

from components.pages.server.upkeep import begin, settle
from components.widgets.sidebar import sidebar

# An icon of our own: the browser would fetch a Material one from the network.
ICON = Path(__file__).parent / "components" / "icon.svg"
st.set_page_config(page_title="Vectorscope", page_icon=str(ICON), layout="wide")

PAGES = [
    st.Page(
        "components/pages/map/page.py",
        title="Map",
        icon=":material/scatter_plot:",
        default=True,
        help="Where do words live? 20,000 words on a map; click one to see its neighbours.",
    ),
    st.Page(
        "components/pages/neighbours/page.py",
        title="Neighbours",
        icon=":material/hub:",
        url_path="neighbours",
        help="What is near a word, several words or a formula? Side by side for two spaces.",
    ),
    st.Page(
        "components/pages/analogies/page.py",
        title="Analogies",
        icon=":material/compare_arrows:",
        url_path="analogies",
        help="Does king - man + woman give queen? The answers, the picture and what they hide.",
    ),
    st.Page(
        "components/pages/dimensions/page.py",
        title="Dimensions",
        icon=":material/tune:",
        url_path="dimensions",
        help="What does every dimension buy? Quality on three benchmarks against dimensions kept.",
    ),
    st.Page(
        "components/pages/train/page.py",
        title="Train",
        icon=":material/model_training:",
        url_path="train",
        help="Watch meaning appear: learn vectors from a text, and look on epoch by epoch.",
    ),
    st.Page(
        "components/pages/embedding_dim/page.py",
        title="Trained sizes",
        icon=":material/straighten:",
        url_path="embedding-dim",
        help="How large should embedding_dim be? Trained at several sizes, with several seeds.",
    ),
    st.Page(
        "components/pages/compare/page.py",
        title="Compare",
        icon=":material/compare:",
        url_path="compare",
        help="How do two spaces differ? Neighbours word by word, figures, both maps aligned.",
    ),
    st.Page(
        "components/pages/inside/page.py",
        title="Inside",
        icon=":material/grid_on:",
        url_path="inside",
        help="What is inside nn.Embedding? Lookup, gradient and a step, taken apart in torch.",
    ),
    st.Page(
        "components/pages/library/page.py",
        title="Library",
        icon=":material/folder_open:",
        url_path="library",
        help="Bring your own vectors: files, a catalogue of well-known ones, and out again.",
    ),
    st.Page(
        "components/pages/server/page.py",
        title="About this server",
        icon=":material/monitor_heart:",
        url_path="server",
        help="How is this server doing? Memory, visitors, jobs, versions and limits.",
    ),
]

page = st.navigation(PAGES)
begin()
sidebar(page.title)
page.run()
settle(page.title)
