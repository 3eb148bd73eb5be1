"""The map of words as a component: Python here, JavaScript and CSS in frontend/."""
