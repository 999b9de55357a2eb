import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestbot.bot.markup import blocks, clean, inline, joined, link, plain, safe_url

NASTY = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<@123456789012345678>",
                "@everyone",
                "@here",
                "<#1>",
                "</cmd:1>",
                "<t:1:R>",
                "<:e:1>",
                "<a:e:1>",
                "||",
                "**",
                "__",
                "~~",
                "`",
                "```",
                "[",
                "](",
                ")",
                "<",
                ">",
                "# ",
                "\n",
                "- ",
                "-# ",
                "> ",
                "1. ",
                "https://evil.example/a",
                "discord.gg/abc",
                ":smile:",
                "\\",
                "$",
                "$$",
                "\u202e",
                "\u200b",
                "<b>",
                "</b>",
                "<br>",
                "&lt;@1&gt;",
                "|",
                "a",
                " ",
                "扩散",
                "(",
                "![",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=20,
).map("".join)
# What Discord would take for more than text, outside of code: read off its client's rules, the way a person would try.
LIVE = re.compile(
    r"(?<!\\)(?:<(?:@[!&]?|#|/[^:\n]+:|t:|a?:\w+:|id:)\d*|\|\|)|@(?:everyone|here)|(?<!\\):[a-z_]+:", re.IGNORECASE
)
SETTLED = re.compile(r"\\[^\w\s]|```.*?```|`[^`\n]+`", re.DOTALL)
"""What means itself: escaped signs and code."""
LINK = re.compile(r"\[((?:\\.|[^\[\]\\]|\[[^\[\]]*\])*)\]\((https?://[^\s()]+)\)|<(https?://[^\s<>]+)>")


@given(NASTY)
def test_plain_text_means_itself(text: str) -> None:
    shown = plain(text)
    assert "\n" not in shown
    assert not LIVE.search(SETTLED.sub(" ", shown))
    assert not LINK.search(SETTLED.sub(" ", shown)) or "<http" in shown
    assert not re.match(r"(?:#|>|-|\+|\d+[.)]) ", shown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("join discord.gg/abc now", "join `discord.gg/abc` now"),
        ("Discord.com/invite/a_b", "`Discord.com/invite/a_b`"),
        ("discord.gg and a_b", "discord.gg and a\\_b"),
        ("a/b c:/d e: f :g h://i", "a/b c:/d e: f :g h:\\//i"),
        ("a@b @here @1", "a@b @\u200bhere @\u200b1"),
    ],
)
def test_only_what_acts_is_escaped(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(NASTY)
def test_nothing_in_a_note_pings_or_breaks_out(text: str) -> None:
    shown = joined(blocks(text))
    outside = SETTLED.sub(" ", LINK.sub(" ", shown))
    assert not LIVE.search(outside)
    assert "](" not in outside
    assert not re.search(r"(?<![\\:])(?:https?|steam)://", outside)
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]", shown)
    assert not re.search(r"(?m)^(?:#{1,3}|-#) ", SETTLED.sub("x", shown))
    assert shown.count("```") % 2 == 0
    shown.encode()


@given(
    NASTY,
    st.sampled_from(["https://arxiv.org/abs/1", "http://evil.example/a(b)c", "javascript:alert(1)", "https://a@b.c"]),
)
def test_a_link_shows_where_it_leads(label: str, url: str) -> None:
    shown = link(label, url)
    for name, target, bare in LINK.findall(shown):
        assert (target or bare).startswith(("https://arxiv.org/abs/1", "http://evil.example/a%28b%29c"))
        hosts = re.findall(r"(?:[\w-]+\.)+[a-z]{2,}", name.replace("\\", "").casefold())
        assert not hosts or hosts[-1] in target
    assert len(LINK.findall(shown)) <= 1


@pytest.mark.parametrize(
    ("label", "url", "expected"),
    [
        ("Paper", "https://arxiv.org/abs/1", "[Paper](https://arxiv.org/abs/1)"),
        ("https://google.com/x", "https://evil.example/", "[google.com/x (evil.example)](https://evil.example/)"),
        ("arxiv.org/abs/1", "https://www.arxiv.org/abs/1", "[arxiv.org/abs/1](https://www.arxiv.org/abs/1)"),
        ("ｇｏｏｇｌｅ.com", "https://evil.example/", "[ｇｏｏｇｌｅ.com (evil.example)](https://evil.example/)"),
        ("google。com", "https://evil.example", "[google。com (evil.example)](https://evil.example)"),
        ("google｡com", "https://evil.example", "[google｡com (evil.example)](https://evil.example)"),
        ("google．com", "https://evil.example", "[google．com (evil.example)](https://evil.example)"),
        ("google․com", "https://evil.example", "[google․com (evil.example)](https://evil.example)"),
        ("googleꓸcom", "https://evil.example", "[googleꓸcom (evil.example)](https://evil.example)"),
        ("google。com", "https://google.com", "[google。com](https://google.com)"),
        ("google.com∕x", "https://evil.example", "[google.com∕x (evil.example)](https://evil.example)"),
        ("google。com⁄x", "https://evil.example", "[google。com⁄x (evil.example)](https://evil.example)"),
        (
            "https：//google.com：443",
            "https://evil.example",
            "[https：//google.com：443 (evil.example)](https://evil.example)",
        ),
        ("google.сом", "https://evil.example", "[google.сом (evil.example)](https://evil.example)"),
        ("google\u200d.com", "https://evil.example", "[google\u200d.com (evil.example)](https://evil.example)"),
        ("google\ufe0f.com", "https://evil.example", "[google\ufe0f.com (evil.example)](https://evil.example)"),
        ("LLaVA-1.5: GPT-3.5 level", "https://a.org/", "[LLaVA-1.5: GPT-3.5 level](https://a.org/)"),
        ("[CLS] tokens", "https://a.org/", "[\\[CLS\\] tokens](https://a.org/)"),
        ("half ] open", "https://a.org/", "[half ］ open](https://a.org/)"),
        ("a](https://evil.example)[b", "https://a.org/", "[a］(evil.example)［b (a.org)](https://a.org/)"),
        ("x", "javascript:alert(1)", "x"),
        ("x", "https://google.com@evil.example/", "x"),
        ("join", "https://discord.gg/abc", "join"),
        ("", "https://a.org/", "<https://a.org/>"),
    ],
)
def test_link(label: str, url: str, expected: str) -> None:
    assert link(label, url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://ArXiv.org/abs/1", "https://arxiv.org/abs/1"),
        ("https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_%28b%29"),
        ("https://例子.com/路径?a=b#c", "https://xn--fsqu00a.com/%E8%B7%AF%E5%BE%84?a=b#c"),
        ("https://a.org:8080/x", "https://a.org:8080/x"),
        ("ftp://a.org/", None),
        ("https://", None),
        ("https://a b.org/", None),
        ("https://[::1", None),
        ("https://a.org:99999/", None),
        (f"https://a.org/{'x' * 600}", None),
        ("", None),
    ],
)
def test_safe_url(url: str, expected: str | None) -> None:
    assert safe_url(url) == expected


def test_clean_keeps_what_is_seen() -> None:
    assert clean("a\u202eb\u200bc\ufeff\x07\ud800d") == "abcd"
    assert (
        clean("👨\u200d👩 می\u200cخواهم 🏴\U000e0067\U000e0062\U000e007f")
        == "👨\u200d👩 می\u200cخواهم 🏴\U000e0067\U000e0062\U000e007f"
    )
    assert clean("a \u200d b") == "a  b"


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (
            "**bold** and *it* and __dunder__ and _under_ and ~~no~~",
            "**bold** and *it* and **dunder** and *under* and ~~no~~",
        ),
        ("snake_case_name 2*3*4", "snake\\_case\\_name 2*3*4"),
        ("**关键词：**文本", "**关键词：** 文本"),
        ("costs $5 and $10, but $x^2$ is math", "costs $5 and $10, but `x^2` is math"),
        (r"\(a_1\) and $$b_2$$", "`a_1` and `b_2`"),
        ("[[Code](https://a.org)]", "\\[[Code](https://a.org)\\]"),
        ("[Code]()", "Code"),
        ("见https://a.org/b，后", "见<https://a.org/b>，后"),
        ("(see https://a.org/b_(c).)", "(see <https://a.org/b_%28c%29>.)"),
        ('<a href="https://a.org">here</a><br>next <b>x</b>', "[here](https://a.org)\nnext **x**"),
        ("<img src='https://a.org/x.png'> ![alt](https://a.org/y.png)", "[🖼 alt](https://a.org/y.png)"),
        ("a &lt;@123456789012345678&gt; &amp; b", "a \\<@\u200b123456789012345678> & b"),
        ("`` a ` b ``", "`a ˋ b`"),
        ("# not a heading", "\\# not a heading"),
        ("steam://run/1", "steam:\\//run/1"),
        (r"\@everyone @<!-- -->here <b></b>@<span>everyone", "@\u200beveryone @\u200bhere @\u200beveryone"),
        (r"https\://evil.example https:<b></b>//evil.example", "https:\\//evil.example https:\\//evil.example"),
        (r"\:smile: &#58;smile:", "\\:smile: \\:smile:"),
    ],
)
def test_inline(markdown: str, expected: str) -> None:
    assert inline(markdown) == expected


def test_every_sign_that_acts_unseen_is_dropped_and_no_other() -> None:
    signs = [chr(number) for number in range(0x110000)]
    unseen = {sign for sign in signs if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    unseen = (
        (unseen | set("\u3164\uffa0\u115f\u1160")) - set("\n\t\r\u200c\u200d") - {*map(chr, range(0xE0020, 0xE0080))}
    )
    assert {sign for sign in signs if clean(f"a{sign}b") == "ab"} == unseen
    assert {sign for sign in signs if clean(f"a{sign}b") not in ("ab", f"a{sign}b")} == {"\r"}
