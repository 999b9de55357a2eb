"""One paper told in a line or a few: which stretch is its title, and what the rest says of it."""
