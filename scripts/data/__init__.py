"""The steps of build_data.py: sources -> layouts and groups -> folder."""
