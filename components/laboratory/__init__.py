"""The Dimensions page, section by section; components/pages/dimensions.py puts them in order."""
