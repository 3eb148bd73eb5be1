"""Bring your own vectors.

A file becomes a space for every page, the well-known vectors come from the network once, and every
space goes out again as a file. The sections are beside this file.
"""

import streamlit as st

from components import session
from components.pages.library.catalogue import fetch, table
from components.pages.library.download import take
from components.pages.library.own_spaces import own
from components.pages.library.server_files import served
from components.pages.library.upload import bring
from components.widgets.exports import foot
from components.wording import plain


def render() -> None:
    """Draw the page."""
    st.title("Bring your own vectors")
    bring()
    served()
    st.header("Your spaces")
    own()
    st.header("Well-known vectors")
    fetch()
    st.header("Take vectors away")
    take()
    used = session.current()
    foot(
        f"In use: {plain(used.kept.title)}, {plain(used.kept.treatment, limit=300)}.",
        tables={"catalogue": table},
        code=(
            'import models\n\nspace = models.read_vectors("vectors.txt")  # any format, also .gz\n'
            'models.write_vectors(space, "vectors.npz", format="npz")'
        ),
        key="library",
    )


render()
