"""The order of search results: ranks from what was certainly meant to what may have been, in each the newest first.

A paper's rank depends on nothing but the paper and the query. So a page can be asked for by rank and row id, and
papers that come or go meanwhile neither double nor hide others. Nothing is sorted: row ids say how new a paper is.
"""


