"""Several aligned maps of the same words as an animation, with the words that move most."""

import pandas as pd
import streamlit as st

from components.word_map.component import word_map
from components.word_map.scene import Keyframes, MapScene
from components.wording import bold
from models.maps.umap import UMAP

_LISTED = 10
_BEGIN = 4.0  # seconds until a job has begun
_DRAWING, _MEASURING = 0.5e-6, 0.6e-4  # seconds a word and epoch; seconds a word
_OF_SPREAD = st.column_config.NumberColumn(
    format="%.0f %%", width="small", help="Of the map's spread"
)


def animation(
    scene: MapScene, keyframes: Keyframes, movement: pd.DataFrame, *, alt: str, key: str
) -> None:
    """Draw the maps and, beside them, the first rows of `movement`: the words that move most, with
    how far, as a part of the map's spread."""
    chart, beside = st.columns([3, 1])
    with chart:
        word_map(
            scene,
            keyframes=keyframes,
            alt=alt,
            file_name=f"vectorscope-{key}",
            height=520,
            key=f"{key}-map",
        )
    with beside:
        st.markdown(bold("Words that move most"))
        most, column = movement.head(_LISTED), str(movement.columns[-1])
        st.dataframe(
            most.assign(**{column: 100 * most[column]}),
            key=f"{key}-words",
            hide_index=True,
            column_config={column: _OF_SPREAD},
        )


def seconds_for(maps: int, words: int, options: UMAP) -> float:
    """Estimate how long so many UMAPs take on an idle server."""
    return _BEGIN + maps * words * (_DRAWING * options.rounds(words) + _MEASURING)
