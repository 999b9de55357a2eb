"""The search of all text: what a request finds, in which order, page by page, and by what it can be narrowed."""
