"""Notes made up from a seed, a file a paper as groups with many files keep them."""

import random
from pathlib import Path

from lookup_parts.corpus import Titles

SEED = 11
TOPICS = ("Diffusion", "Long Video", "Retrieval", "Memory", "Agents", "Alignment", "多模态", "Compression")
SENTENCE = "It keeps a bank of what was seen and asks it for what the next step needs, at a tenth of the cost."


def notes(count: int) -> list[str]:
    """Return the texts of so many notes of about 800 characters, each of one paper."""
    dice, titles = random.Random(SEED), iter(Titles(SEED))
    return [_note(dice, next(titles), number) for number in range(count)]


def _note(dice: random.Random, title: str, number: int) -> str:
    topic, words = dice.choice(TOPICS), dice.sample(TOPICS, 3)
    labels = {"Objective": 1, "Method": 3, "Metric": 1, "Limitation": 1}
    fields = "".join(f"- **{label}:** {' '.join([SENTENCE] * times)}\n" for label, times in labels.items())
    link = f"[arXiv](https://arxiv.org/abs/{2001 + number // 9000:04}.{10000 + number % 9000:05})"
    return f"# {title}\n\n- **Topic:** {topic}\n- **Link:** {link}\n- **Keypoints:** {'; '.join(words)}\n{fields}"


def write(folder: Path, count: int) -> None:
    """Write so many notes into folders of a hundred."""
    for number, text in enumerate(notes(count)):
        path = folder / f"{number // 100:03}" / f"{number:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
