from pathlib import Path

import pytest

from digestbot.errors import SourceError
from digestbot.sources import Document, Folder, documents, load
from digestbot.sources.folder import LARGEST


def write(path: Path, content: str | bytes = "# x\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_folder_gives_its_markdown_files_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.markdown", "a/y.MD", "c.txt", ".git/x.md", "a/.hidden.md"):
        write(tmp_path / name)
    assert [d.name for d in documents(tmp_path, shown="")] == ["a/y.MD", "a/z.markdown", "b.md"]


def test_names_join_the_path_as_given_with_the_path_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "notes/2024/a.md")
    monkeypatch.chdir(tmp_path)
    assert [d.name for d in documents(Path("notes"))] == ["notes/2024/a.md"]


def test_a_named_file_is_a_note_whatever_its_ending(tmp_path: Path) -> None:
    path = write(tmp_path / "papers.txt")
    assert documents(path) == [Document(path.as_posix(), path, path.name)]


def test_nothing_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere: no such file or folder; name a Markdown file"):
        documents(tmp_path / "nowhere")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path / "outside/secret.md")
    inside = write(tmp_path / "notes/a.md")
    (tmp_path / "notes/leak.md").symlink_to(secret)
    (tmp_path / "notes/same.md").symlink_to(inside)
    (tmp_path / "notes/folder").symlink_to(tmp_path / "outside")
    assert [d.name for d in documents(tmp_path / "notes", shown="")] == ["a.md", "same.md"]


@pytest.mark.parametrize(
    ("raw", "text", "doubtful"),
    [
        ("扩散 é".encode(), "扩散 é", False),
        (b"\xef\xbb\xbf# x", "# x", False),
        ("扩散模型".encode("gb18030"), "扩散模型", True),
        ("扩散".encode("utf-16"), "扩散", True),
        (b"caf\xff\xff", "caf\ufffd\ufffd", True),
    ],
)
def test_text_is_decoded_and_doubt_is_told(tmp_path: Path, raw: bytes, text: str, doubtful: bool) -> None:
    path = write(tmp_path / "a.md", raw)
    loaded = load(Document("a.md", path))
    assert loaded.text == text
    assert bool(loaded.diagnostics) is doubtful


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    first = load(Document("a.md", write(tmp_path / "a.md", "x\n")))
    second = load(Document("b.md", write(tmp_path / "b.md", "x\r\n")))
    assert first.digest != second.digest


def test_a_file_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.md"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(SourceError, match="split it"):
        load(Document("huge.md", path))


def test_a_file_that_vanished_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        load(Document("gone.md", tmp_path / "gone.md"))


@pytest.mark.parametrize("below", ["c" * 300, "c" * 300 + "/notes"])
async def test_a_folder_that_the_system_will_not_look_at_is_told(tmp_path: Path, below: str) -> None:
    with pytest.raises(SourceError, match=r"cannot be read \(File name too long\)"):
        async with Folder(tmp_path / below).snapshot():
            pass
