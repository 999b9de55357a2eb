-- The library: papers with their search index, made from the notes and made again whenever this file changes.

CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    digest TEXT NOT NULL,
    diagnostics TEXT NOT NULL,
    stamp TEXT NOT NULL,
    UNIQUE (source, file)
) STRICT;

-- The id says how new a paper is (month, then sequence): every list that is newest first goes by it.
CREATE TABLE papers (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    period TEXT,
    title TEXT NOT NULL
) STRICT;
CREATE INDEX papers_by_period ON papers (period);

-- arxiv and title are the identifiers of identity.py, by which entries are one paper.
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    position INTEGER NOT NULL,
    paper_id INTEGER NOT NULL,
    sequence INTEGER,
    arxiv TEXT,
    title TEXT NOT NULL,
    entry TEXT NOT NULL
) STRICT;
-- Both with the other's id: what a filter of files asks of each hit is answered without reading the entry.
CREATE INDEX entries_by_file ON entries (file_id, paper_id);
CREATE INDEX entries_by_paper ON entries (paper_id, file_id);
CREATE INDEX entries_by_sequence ON entries (sequence);
CREATE INDEX entries_by_arxiv ON entries (arxiv) WHERE arxiv IS NOT NULL;
CREATE INDEX entries_by_title ON entries (title);

-- Topics and keypoints as papers spell them.
CREATE TABLE labels (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    paper_id INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (kind, key, paper_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX labels_by_paper ON labels (paper_id);

-- Each spelling with the number of its papers and the oldest of them; form is what begins with the same words.
CREATE TABLE spellings (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    papers INTEGER NOT NULL,
    oldest INTEGER NOT NULL,
    form TEXT NOT NULL,
    PRIMARY KEY (kind, key, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX spellings_by_form ON spellings (kind, form);

-- The sums by key, under the spelling that is shown. The id is higher the more papers there are (roughly), so that
-- names, which reads its columns from here, gives those first.
CREATE TABLE tallies (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    papers INTEGER NOT NULL,
    words TEXT NOT NULL,
    joined TEXT NOT NULL,
    others TEXT NOT NULL,
    initials TEXT NOT NULL,
    UNIQUE (kind, key)
) STRICT;
CREATE INDEX tallies_by_papers ON tallies (kind, papers DESC, name);
CREATE INDEX tallies_with_commas ON tallies (kind, name) WHERE name GLOB '*[,，、;；]*';

CREATE VIRTUAL TABLE names USING fts5 (
    words, joined, others, initials,
    content = 'tallies', content_rowid = 'id', tokenize = 'ascii', prefix = '1 2 3 4 5 6 7 8'
);

-- What a title begins with, its name and its initials, folded (titles.starts): one tree answers all three.
CREATE TABLE starts (
    start TEXT NOT NULL,
    paper_id INTEGER NOT NULL,
    PRIMARY KEY (start, paper_id)
) STRICT, WITHOUT ROWID;

-- Titles by their words. Folding is done in Python; the ascii tokenizer only splits at the spaces that it left.
-- Without content: what is deleted is folded again from the title in papers.
CREATE VIRTUAL TABLE titles USING fts5 (
    words, parts,
    content = '', columnsize = 0, tokenize = 'ascii', prefix = '1 2 3 4'
);

-- The words of all titles but for pairs of CJK characters.
CREATE TABLE terms (
    id INTEGER PRIMARY KEY,
    term TEXT NOT NULL UNIQUE,
    papers INTEGER NOT NULL
) STRICT;

-- Terms by what they have inside, three letters at a time, and by what is left of them without one of their letters
-- (after a _): two words that share such a form are a typo apart. An inverted index is half as large as rows in a tree.
CREATE VIRTUAL TABLE hints USING fts5 (
    forms,
    content = '', columnsize = 0, detail = 'none', tokenize = "ascii tokenchars '_'"
);

-- The same for the words of topics and keypoints; papers counts the tallies that have the word.
CREATE TABLE name_terms (
    id INTEGER PRIMARY KEY,
    term TEXT NOT NULL UNIQUE,
    papers INTEGER NOT NULL
) STRICT;

CREATE VIRTUAL TABLE name_hints USING fts5 (
    forms,
    content = '', columnsize = 0, detail = 'none', tokenize = "ascii tokenchars '_'"
);

-- All text; words and parts as in titles. filed has a sign that no folded text has before each of its tokens: filters.
-- Without content: what is deleted is made again from the paper's entries.
CREATE VIRTUAL TABLE texts USING fts5 (
    words, parts, keypoints, topics, body, venue, authors, compounds, filed,
    content = '', columnsize = 0, tokenize = 'ascii', prefix = '2 3'
);

-- What a transaction adds is sorted in memory up to so many bytes (SQLite, FTS5, section 6.7) and written as one piece,
-- not as some that have to be merged: what a reading puts away at once fits.
INSERT INTO titles (titles, rank) VALUES ('hashsize', 16777216);
INSERT INTO texts (texts, rank) VALUES ('hashsize', 16777216);
