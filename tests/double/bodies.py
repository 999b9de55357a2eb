"""Every body that the bot sends, held against Discord's OpenAPI document where that is at hand."""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator, exceptions

from tests.double.world import Json

_REFERENCE = "#/components/schemas/"
_ID = "SnowflakeType"
"""The document has ids as text only; Discord takes numbers as well, and discord.py sends a recipient's id as one."""
_KINDS = "ChannelTypes"
"""Of the kinds of channels (Discord's documentation, Channel Types) the document leaves out media channels, 16."""


def document() -> Path | None:
    """Return where Discord's OpenAPI document is: beside the folder of notes that DIGESTBOT_CORPUS names."""
    corpus = os.environ.get("DIGESTBOT_CORPUS")
    path = Path(corpus).parent / "discord" / "openapi.json" if corpus else None
    return path if path and path.is_file() else None


def violation(method: str, path: str, body: object) -> str | None:
    """Return what is wrong with a request's body, None if nothing is or the document is not at hand.

    `path` is without the API's base; a route that the document does not have is a violation.
    """
    found = document()
    if found is None:
        return None
    validator = _validator(found, method, _route(found, path))
    if validator is None:
        return f"{method} {path}: Discord's document has no such route with a body"
    # The stubs know JSON by types of their own, and the choice of the error that tells most not at all.
    look: Any = validator
    choose: Any = exceptions.best_match  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - as above
    wrong = choose(look.iter_errors(body))
    return None if wrong is None else f"{method} {path}: {wrong.json_path}: {wrong.message[:500]}"


@cache
def _load(document: Path) -> Json:
    return json.loads(document.read_bytes())


@cache
def _routes(document: Path) -> list[tuple[str, re.Pattern[str]]]:
    """Return the routes, those with the fewest variables first."""
    paths = sorted(_load(document)["paths"], key=lambda path: path.count("{"))
    return [(path, re.compile(re.sub(r"\{\w+\}", r"[^/]+", path))) for path in paths]


def _route(document: Path, path: str) -> str:
    return next((route for route, pattern in _routes(document) if pattern.fullmatch(path)), "")


@cache
def _validator(document: Path, method: str, route: str) -> Draft202012Validator | None:
    whole = _load(document)
    operation: Json = whole["paths"].get(route, {}).get(method.lower(), {})
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return None
    everything: Json = whole["components"]["schemas"]
    needed, waiting = dict[str, Any](), set(_references(schema))
    while waiting:
        name = waiting.pop()
        needed[name] = everything[name]
        waiting |= set(_references(everything[name])) - needed.keys()
    if _ID in needed:
        needed[_ID] = {"anyOf": [needed[_ID], {"type": "integer", "minimum": 0}]}
    if _KINDS in needed:
        needed[_KINDS] = {"anyOf": [needed[_KINDS], {"const": 16}]}
    return Draft202012Validator({"allOf": [schema], "components": {"schemas": needed}})


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in cast("Json", schema).items():
            if key == "$ref":
                yield str(value).removeprefix(_REFERENCE)
            else:
                yield from _references(value)
    elif isinstance(schema, list):
        for value in cast("list[object]", schema):
            yield from _references(value)
