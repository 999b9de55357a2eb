"""One paper told in a line or a few, as lists, tables' cells and paragraphs hold it.

Which stretch is its title (`naming`), what the rest says of it (`around`), and what the lines beside it tell (`alike`).
"""

from digestbot.parsing.references.alike import read_alike
from digestbot.parsing.references.reading import read
from digestbot.parsing.references.reference import Proof, Reference

__all__ = ["Proof", "Reference", "read", "read_alike"]
