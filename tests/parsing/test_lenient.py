"""What people write for YAML, by the parser in C and by the one in Python, which is there without libyaml."""

# pyright: reportPrivateUsage=false

from typing import Any, cast

import pytest
import yaml

from digestbot.parsing.markdown import lenient
from digestbot.parsing.markdown.lenient import Scalar

TOLD: dict[str, Any] = {
    "a: b: c": {"a": "b: c"},
    "A Key: b\n'q': c\n\"r\": d": {"a key": "b", "q": "c", "r": "d"},
    'a: "b" c\nd: "e': {"a": '"b" c', "d": "e"},
    'a: \'it\'s\'\nb: "a "b" c"': {"a": "it's", "b": 'a "b" c'},
    "a: [b, c\nd: [e] f": {"a": ["b", "c"], "d": "[e] f"},
    "a: @b\nc: `d`\ne: %f\ng: *h*\ni: &j k\nl: !m": {
        "a": "@b",
        "c": "`d`",
        "e": "%f",
        "g": "*h*",
        "i": "&j k",
        "l": "!m",
    },
    "a: #b #c\nd: [#e, f #g]\nh: i # j\n#k": {"a": "#b #c", "d": ["#e", "f #g"], "h": "i"},
    "a: [[b]], [[c|d]]\ne: '[[f]]'\ng:\n- [[h: i]]": {"a": ["b", "d"], "e": "f", "g": [["h: i"]]},
    "a: {{ b }}\nc: x {% d %}": {"a": "{{ b }}", "c": "x {% d %}"},
    "a:\tb\nc:\n\t- d\n\t- e: f: g": {"a": "b", "c": ["d", {"e": "f: g"}]},
    "a: [b: C, d, 'e': f]\nh: [{i: j}, [k: l]]": {
        "a": ["b: C", "d", "e: f"],
        "h": [{"i": "j"}, ["k: l"]],
    },
    "a: \"b, c\", 'd'\ne: 'f', g": {"a": ["b, c", "d"], "e": "'f', g"},
    "a: ~\nb: null\nc: 'null'\nd:": {"a": "", "b": "", "c": "null", "d": ""},
    "a: yes\nb: 2020-01-01\nc: 010": {"a": "yes", "b": "2020-01-01", "c": "010"},
    'a: "$\\alpha \\beta$ \\u00e9\\ud83d\\ude00\\x07"': {"a": "$\\alpha \\beta$ é\U0001f600"},
    "a: 1\nA: 2": {"a": "2"},
    "a: &x b\nc: *x\nd: {<<: *x}": {"a": "&x b", "c": "*x", "d": {"<<": "*x"}},
    "a: |\n  b: c\n  # d\ne: >\n  f\n  g": {"a": "b: c\n# d", "e": "f g"},
    "a: b\n  c: d: e\n  f": {"a": "b f"},
    "- a\n- b: c: d\n  e: f\n- - g\n  - [h": ["a", {"b": "c: d", "e": "f"}, ["g", ["h"]]],
    "a: [\n{'b': 'c: d'},\n{b: e: f}\n]\ng: h": {"a": [{"b": "c: d"}, {"b": "e: f"}], "g": "h"},
    "a: \ufffe\nb: c: \ud800": {"a": "\ufffe", "b": "c: \ud800"},
    "# a": "",
}


@pytest.fixture(params=["C", "Python"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "Python":
        monkeypatch.setattr(lenient, "_LOADER", yaml.SafeLoader)


def texts(value: object) -> object:
    if isinstance(value, Scalar):
        return value.text
    if isinstance(value, list):
        return [texts(item) for item in cast("list[object]", value)]
    return {key: texts(held) for key, held in cast("dict[str, object]", value).items()}


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize("text", TOLD)
def test_what_is_meant_is_read(text: str) -> None:
    assert texts(lenient.read(text.split("\n"))[0]) == TOLD[text]


@pytest.mark.usefixtures("_parser")
def test_texts_have_their_lines_and_what_is_not_understood_is_named() -> None:
    lines = ["", "a: b", "stray", "c:", "  - d: e: f", "    g: h", "   x: y", "-i", "j: k", "  l: m"]
    held, unread = lenient.read(lines)
    told = {"d": Scalar("e: f", 4), "g": Scalar("h", 5), "x": Scalar("y", 6)}
    assert held == {"a": Scalar("b", 1), "c": [told], "j": Scalar("k", 8)}
    assert unread == [2, 7, 9]
