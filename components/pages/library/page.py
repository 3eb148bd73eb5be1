"""Bring your own vectors: upload, the visitor's own spaces, the catalogue, and download of a space
as a file. The other sections are beside this file.
"""

import streamlit as st

from components import session
from components.pages.library.catalogue import catalogue, table
from components.pages.library.download import download_section
from components.pages.library.server_files import server_files
from components.pages.library.upload import upload
from components.widgets.exports import foot
from components.wording import bold, count, plain, size
from models.space import EmbeddingSpace


def render() -> None:
    """Draw the page."""
    st.title("Bring your own vectors")
    upload()
    server_files()
    st.header("Your spaces")
    _own_spaces()
    st.header("Well-known vectors")
    catalogue()
    st.header("Take vectors away")
    download_section()
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


def _own_spaces() -> None:
    spaces = session.own_spaces()
    if not spaces:
        st.info(
            "You have none yet. Bring a file above, or train one on the Train page. The well-known "
            "ones below are everybody’s.",
            icon=":material/folder_open:",
        )
        return
    for name, space in spaces.items():
        _row(name, space)
    st.caption(f"{len(spaces)} of {session.MOST_OWN} that you can have at a time.")


def _row(name: str, space: EmbeddingSpace) -> None:
    in_use = session.get("space") == name
    with st.container(border=True):
        left, *buttons = st.columns([6, 1, 1], vertical_alignment="center")
        left.markdown(
            f"{bold(name)}: {count(len(space))} words, {space.dimension} dimensions, "
            f"{size(space.vectors.nbytes)}"
        )
        source = f"{plain(space.card.source, limit=120)}; " if space.card else ""
        left.caption(f"{source}{plain(space.treatment, limit=400)}")
        buttons[0].button(
            "In use" if in_use else "Use",
            key=f"library-use-{name}",
            disabled=in_use,
            on_click=session.put,
            args=("space", name),
            width="stretch",
        )
        buttons[1].button(
            "Remove",
            key=f"library-remove-{name}",
            on_click=_remove,
            args=(name,),
            width="stretch",
        )


def _remove(name: str) -> None:
    session.own_spaces().pop(name, None)
    if session.get("space") == name:
        session.put("space", session.DEFAULT_SPACE)


render()
