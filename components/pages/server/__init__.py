"""Sections of the page About this server, and the duties of the server around every page."""
