"""What a person sees. Streamlit and Plotly live here and only here."""
