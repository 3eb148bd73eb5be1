"""What a server does before each page: it takes the memory it may have, no more, and lets go of
what its visitor has left unused for too long."""

import streamlit as st

from components import session
from components.space_expiry import keep_hours
from models.errors import EmbeddingError
from models.runtime.budget import budget
from models.runtime.memory import Limits, share_freed_memory
from models.sources.limits import Limits as UploadLimits


def begin() -> None:
    """Keep within what the environment allows; where it says nonsense, say so and stop.

    Whoever runs the server sees it at the first look, and visitors do not meet it one by one.
    """
    share_freed_memory()
    try:
        allowed = Limits.read().beside_the_program()
        if budget().limits != allowed:
            budget().limit(allowed)
        UploadLimits.for_uploads()
        keep_hours()
        session.delete_expired_spaces()
    except EmbeddingError as error:
        st.error(f"This server is not set up right. {error}", icon=":material/settings:")
        st.stop()
