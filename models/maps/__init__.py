"""Looking: layouts of words, their clusters, and planes through a few of them."""
