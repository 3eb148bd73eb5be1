"""The Dimensions page; page.py puts its sections in order."""
