"""Papers as rows: the titles, words, labels and texts by which they are found."""

