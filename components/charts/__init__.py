"""Result in, Plotly figure out; no Streamlit, so every figure can be tested without a browser."""
