"""What a server does before the first page: it takes the memory it may have, no more."""

import streamlit as st

from models.budget import budget
from models.errors import EmbeddingError
from models.memory import Limits, share_freed_memory


def begin() -> None:
    """Keep within the memory that the environment allows; where it says nonsense, say so and stop.

    Whoever runs the server sees it at the first look, and visitors do not meet it one by one.
    """
    share_freed_memory()
    try:
        allowed = Limits.read().beside_the_program()
        if budget().limits != allowed:
            budget().limit(allowed)
    except EmbeddingError as error:
        st.error(f"This server is not set up right. {error}", icon=":material/settings:")
        st.stop()
