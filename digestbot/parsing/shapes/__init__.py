"""The shapes in which notes tell papers: each finds its own, and puts them on the page."""
