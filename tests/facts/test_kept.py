"""What is kept between scans: all of what a parser made, and nothing that may be a secret."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

import readiness.facts
from readiness.facts.cache import Cache
from readiness.facts.code.nouns import ROUTE, TELEMETRY
from readiness.facts.code.weaknesses.nouns import WEAKNESS
from readiness.facts.documents.nouns import DOCUMENT, SECTION
from readiness.facts.model import Derived, Parser
from readiness.facts.secrets.nouns import CANDIDATE
from readiness.facts.settings import SETTING
from readiness.facts.store import Store
from readiness.records import packed, unpacked
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from readiness.facts.model import Noun

KEY = "AKIA" + "Q7ZP2MXN4RT6VW3B"
FILES = {
    "app.py": (
        "import logging, subprocess\nfrom fastapi import FastAPI\napp = FastAPI()\nlogging.basicConfig()\n"
        "@app.get('/health')\ndef health():\n    subprocess.call(x, shell=True)\n    return {}\n"
    ),
    "web/package.json": '{"dependencies": {"express": "4.19.2"}}',
    "web/server.js": "const app = require('express')()\napp.get('/ready', (q, r) => r.send('ok'))\n",
    "docs/runbook.md": "# Runbook\n\n## Restart\n\n1. Stop it.\n2. Start it.\n",
    "docs/ops.rst": "Operations\n==========\n\nCall somebody.\n",
    "settings.yaml": f"name: shop\npassword: zxcvbn-{KEY}\n",
    "broken.py": "def (\nimport logging\nlogging.basicConfig()\n",
    "key.py": f"KEY = '{KEY}'\n",
}
NOUNS: list[tuple[Noun[Any], tuple[str, ...]]] = [
    (ROUTE, ()),
    (TELEMETRY, ()),
    (WEAKNESS, ()),
    (DOCUMENT, ()),
    (SECTION, ()),
    (CANDIDATE, ()),
    (SETTING, ("**/*.yaml", "**/*.json")),
]


def collected(cache: Cache | None) -> list[Any]:
    store = Store(MemoryTree(FILES), cache=cache)
    found = [store.collected(noun, scope) for noun, scope in NOUNS]
    return [*found, store.problems()]


def test_every_noun_is_the_same_from_the_cache(tmp_path: Path) -> None:
    cold = Cache(tmp_path)
    first = collected(cold)
    cold.close()
    assert collected(None) == first
    assert collected(Cache(tmp_path)) == first
    assert all(found.rows for found in first[:-1])


def test_what_is_kept_is_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cold = Cache(tmp_path)
    first = collected(cold)
    cold.close()
    monkeypatch.setattr("ast.parse", None)
    monkeypatch.setattr("readiness.facts.documents.prose.Builder", None)
    warm = Store(MemoryTree(FILES), cache=Cache(tmp_path))
    assert [warm.collected(noun, scope) for noun, scope in NOUNS[:2]] == first[:2]
    assert warm.collected(DOCUMENT) == first[3]


def test_no_secret_is_kept(tmp_path: Path) -> None:
    cold = Cache(tmp_path)
    found = collected(cold)
    cold.close()
    assert len(found[5].rows) == 2
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"basicConfig" in kept
    assert KEY.encode() not in kept
    assert b"zxcvbn" not in kept


def parsers() -> dict[str, Parser[Any] | Derived[Any, Any]]:
    """Every parser of the package whose results are kept, by its name."""
    found: dict[str, Parser[Any] | Derived[Any, Any]] = {}
    for module in pkgutil.walk_packages(readiness.facts.__path__, "readiness.facts."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Parser | Derived) and value.kept is not None:
                found[value.name] = value
    return found


def test_the_type_of_everything_that_is_kept_is_known_when_it_is_read_again() -> None:
    """An import for the type checker alone would make a bug of a warm scan, and of no other."""
    assert len(parsers()) > 25
    unknown = []
    for name, parser in sorted(parsers().items()):
        try:
            unpacked(packed(None), parser.kept | None)
        except NameError as error:
            unknown.append(f"{name}: {error}")
    assert unknown == []
