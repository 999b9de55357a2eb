from pathlib import Path

from digestbot.parsing import Rule, Rules
from digestbot.sources import Document
from digestbot.sources.rulebook import Rulebook


def test_a_document_outside_of_all_sources_has_the_rules_of_the_only_one(tmp_path: Path) -> None:
    elsewhere = Document("copy/drafts/a.md", tmp_path / "copy" / "drafts" / "a.md", "drafts/a.md")
    left_out = (tmp_path / "one", (Rule(("drafts/**",), Rules(skip=True)),))
    assert Rulebook([left_out]).rules(elsewhere).skip
    assert not Rulebook([left_out, (tmp_path / "two", ())]).rules(elsewhere).skip
