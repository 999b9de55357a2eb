"""Where notes come from (`[notes]` or `[[notes]]`), and how they are read where a guess would be needed (`rules`)."""

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Self, cast, get_args

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StringConstraints, model_validator

from digestbot.parsing import PapersRule, PeriodRule, Rule, Rules, TopicsRule
from digestbot.settings.section import Section
from digestbot.sources import Folder, Origin, Repository


def _a_name(name: str) -> str:
    if name != name.strip() or "/" in name or not name.isprintable() or name in {".", ".."}:
        raise ValueError("a name has no slash, no line break, and no space around it")
    return name


def _globs(given: object) -> tuple[str, ...]:
    globs = _texts((given,) if isinstance(given, str) else given)
    if not globs or any(not glob.strip() or glob.startswith("/") for glob in globs):
        raise ValueError(f'write globs below the folder of notes, as in "2024/**/*.md" (it is {given!r})')
    return globs


def _topics_rule(given: object) -> str | tuple[str, ...]:
    if isinstance(given, str) and given in get_args(TopicsRule):
        return given
    topics = _texts(given)
    if topics is None or not all(topic.strip() for topic in topics):
        allowed = ", ".join(map(repr, get_args(TopicsRule)))
        raise ValueError(f"input should be {allowed} or a list of topics (it is {given!r})")
    return topics


def _texts(given: object) -> tuple[str, ...] | None:
    if not isinstance(given, list | tuple):
        return None
    texts = tuple(text for text in cast("list[object]", given) if isinstance(text, str))
    return texts if len(texts) == len(cast("list[object]", given)) else None


class RuleSettings(Section):
    """How the notes that match the globs are read where the reader would guess; what is left out it decides."""

    files: Annotated[tuple[str, ...], BeforeValidator(_globs)]
    papers: PapersRule | None = None
    topics: Annotated[TopicsRule | tuple[str, ...] | None, PlainValidator(_topics_rule)] = None
    period: PeriodRule | None = None
    keypoints: tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...] | None = None
    skip: bool | None = None

    @property
    def rule(self) -> Rule:
        """The rule as the reader takes it."""
        return Rule(self.files, Rules(self.papers, self.topics, self.period, self.keypoints, self.skip))


def _an_address(url: str) -> str:
    """Refuse what git would take for an option or a command. The address is not shown: a password may be in it."""
    if not _ADDRESS.fullmatch(url):
        raise ValueError("write https://host/group/repository, ssh://…, git@host:group/repository or file:///…")
    return url


_ADDRESS = re.compile(r"(https?|ssh)://[^/\s-]\S*|file:///\S+|[\w.][\w.-]*@[\w.][\w.-]*:[^\s:-]\S*")
_BRANCH = r"^$|^(?![-/.])(?!.*(\.\.|//|@\{|\.lock$|[./]$))[^\s~^:?*\[\\\x00-\x1f]+$"


class NotesSettings(Section):
    """A source of notes: the folder `path`, or a repository `git`, of which it may be a `branch` and a `folder`.

    `name`, if given, stands before the names of its files. `every` is in minutes.
    """

    path: Path = Path("notes")
    git: Annotated[str, AfterValidator(_an_address), Field(repr=False)] = ""
    branch: str = ""
    folder: str = ""
    every: Annotated[int, Field(ge=1, le=10_080)] = 15
    name: Annotated[str, AfterValidator(_a_name)] = ""
    rules: tuple[RuleSettings, ...] = ()

    @property
    def reading(self) -> tuple[Rule, ...]:
        """The rules as the reader takes them."""
        return tuple(told.rule for told in self.rules)

    @model_validator(mode="after")
    def _fit(self) -> Self:
        of_git = sorted(self.model_fields_set & {"branch", "folder", "every"})
        if self.git and "path" in self.model_fields_set:
            raise ValueError("path and git exclude each other; remove one, or make two sections [[notes]]")
        if of_git and not self.git:
            raise ValueError(f"{of_git[0]} is for a repository; set git, or remove {of_git[0]}")
        if not re.search(_BRANCH, self.branch):
            raise ValueError("the branch is not a name that git allows; write it as git branch shows it")
        if ".." in PurePosixPath(self.folder).parts:
            raise ValueError("the folder leads out of the repository; remove ..")
        return self

    def origin(self, clones: Path) -> Origin:
        """Return where these notes come from; a repository is cloned below the folder `clones`."""
        if not self.git:
            return Folder(self.path, self.name)
        return Repository(self.git, clones, branch=self.branch, folder=self.folder, name=self.name, every=self.every)


def _as_list(given: object) -> object:
    """Take one table for a list of one; validated here, so that errors name its keys without a number."""
    return (NotesSettings.model_validate(given),) if isinstance(given, dict) else given


def _apart(sources: tuple[NotesSettings, ...]) -> tuple[NotesSettings, ...]:
    """Refuse sources that could not be told apart."""
    if not sources:
        raise ValueError("there is none; write a section [notes] with a path")
    if len(sources) == 1:
        return sources
    names = [source.name for source in sources]
    if "" in names:
        raise ValueError("one of them has no name; with several, give each its own")
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"two of them have the name {twice}; give each its own")
    places = [source.origin(Path()).place for source in sources]
    if again := next((place for place in places if places.count(place) > 1), None):
        raise ValueError(f"two of them are {again}; remove one")
    return sources


Notes = Annotated[tuple[NotesSettings, ...], BeforeValidator(_as_list), AfterValidator(_apart)]
