"""Vectorscope: see an embedding space, and what every dimension buys.

    streamlit run app.py

The entry point: page set-up, navigation and the sidebar. Nothing is computed here.
"""

from pathlib import Path

import streamlit as st

from components.pages.server.upkeep import begin, settle
from components.widgets.sidebar import sidebar

# A file of our own: the browser would fetch a Material icon from the network.
ICON = Path(__file__).parent / "components" / "icon.svg"
st.set_page_config(page_title="Vectorscope", page_icon=str(ICON), layout="wide")

# Folder in components/pages (with hyphens, the page's address), title, icon, the question answered.
PAGES = {
    "Explore": [
        (
            "map",
            "Map",
            "scatter_plot",
            "Where do words live? 20,000 words on a map; click one to see its neighbours.",
        ),
        (
            "neighbours",
            "Neighbours",
            "hub",
            "What is near a word, several words or a formula? Side by side for two spaces.",
        ),
        (
            "analogies",
            "Analogies",
            "compare_arrows",
            "Does king - man + woman give queen? The answers, the picture and what they hide.",
        ),
        (
            "compare",
            "Compare",
            "compare",
            "How do two spaces differ? Neighbours word by word, figures, both maps aligned.",
        ),
    ],
    "Measure": [
        (
            "dimensions",
            "Dimensions",
            "tune",
            "What does every dimension buy? Quality on three benchmarks against dimensions kept.",
        ),
        (
            "embedding_dim",
            "Trained sizes",
            "straighten",
            "How large should embedding_dim be? Trained at several sizes, with several seeds.",
        ),
    ],
    "Learn": [
        (
            "train",
            "Train",
            "model_training",
            "Watch meaning appear: learn vectors from a text, and look on epoch by epoch.",
        ),
        (
            "inside",
            "Inside",
            "grid_on",
            "What is inside nn.Embedding? Lookup, gradient and a step, taken apart in torch.",
        ),
    ],
    "Vectors and server": [
        (
            "library",
            "Library",
            "folder_open",
            "Bring your own vectors: files, a catalogue of well-known ones, and out again.",
        ),
        (
            "server",
            "About this server",
            "monitor_heart",
            "How is this server doing? Memory, visitors, jobs, versions and limits.",
        ),
    ],
}

page = st.navigation(
    {
        section: [
            st.Page(
                f"components/pages/{folder}/page.py",
                title=title,
                icon=f":material/{icon}:",
                url_path=folder.replace("_", "-"),
                default=folder == "map",
                help=question,
            )
            for folder, title, icon, question in pages
        ]
        for section, pages in PAGES.items()
    }
)
begin()
sidebar(page.title)
page.run()
settle(page.title)
