"""Who may import whom: each storey knows those below it, and each dependency has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

import readiness
from readiness.matching import Pattern

PACKAGE = Path(readiness.__file__).parent
FILES = tuple(sorted(PACKAGE.rglob("*.py")))
IDS = [file.relative_to(PACKAGE).as_posix() for file in FILES]

_STOREYS = (
    (
        "",
        "records",
        "choices",
        "spans",
        "levels",
        "errors",
        "resources",
        "requirement",
        "matching",
        "globs",
        "syntax",
        "structured",
    ),
    ("tree",),
    ("facts",),
    ("rulebook", "config"),
    ("judge",),
    ("score", "scoring", "assessment"),
    ("assess", "analyses", "proof", "authoring"),
    ("report",),
    ("render", "gate", "output"),
    ("cli", "__main__"),
)
STOREY = {part: number for number, parts in enumerate(_STOREYS) for part in parts}
NEEDS_THE_DOCUMENT_ALONE = ("render", "gate")

DOORS = {
    "re2": ("matching.py",),
    "yaml": ("structured/yaml.py",),
    "tomllib": ("structured/toml.py",),
    "subprocess": ("tree/git.py",),
    "click": ("cli/",),
    "msgspec": ("records.py",),
    "xml": ("structured/xml.py",),
    "sqlite3": ("facts/cache.py",),
    "platformdirs": ("facts/cache.py",),
    "ast_grep_py": ("syntax.py",),
    "bandit": ("facts/code/weaknesses/engine.py",),
    "jinja2": ("render/templates.py",),
    "markupsafe": ("render/templates.py",),
    "re": (),
    "pickle": (),
    "urllib": (),
    "socket": (),
    "http": (),
    "requests": (),
}

PROVIDES = {
    "google-re2": ("re2",),
    "ast-grep-py": ("ast_grep_py",),
    "pyyaml": ("yaml",),
    "jinja2": ("jinja2", "markupsafe"),
}
"""The modules of a dependency whose name is another."""


def part_of(module: str) -> str:
    """The first part of a module's name below the package; empty for the package itself."""
    return module.removeprefix("readiness").removeprefix(".").partition(".")[0]


def of_types(tree: ast.AST) -> set[ast.AST]:
    """The nodes that are there for the type checker alone."""
    return {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for part in node.body
        for inner in ast.walk(part)
    }


@cache
def imports_of(file: Path, *, types: bool = True) -> tuple[tuple[int, str], ...]:
    """Line and name of every module that a file imports, wherever in it; without ``types`` at run time."""
    found = []
    tree = ast.parse(file.read_bytes())
    passed_over = set() if types else of_types(tree)
    for node in ast.walk(tree):
        if node in passed_over:
            continue
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: relative"
            module = node.module or ""
            inner = [f"{module}.{alias.name}" for alias in node.names]
            found += [(node.lineno, name if module == "readiness" else module) for name in inner]
    return tuple(found)


def own_part(file: Path) -> str:
    name = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if name == "__init__" else name


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_a_module_imports_its_own_storey_or_a_lower_one(file: Path) -> None:
    own = STOREY[own_part(file)]
    above = [
        f"{line}: {name}"
        for line, name in imports_of(file)
        if name.partition(".")[0] == "readiness" and STOREY.get(part_of(name), 0) > own
    ]
    assert above == []


@pytest.mark.parametrize(
    "file", [file for file in FILES if own_part(file) in NEEDS_THE_DOCUMENT_ALONE], ids=str
)
def test_what_reads_the_document_knows_nothing_of_how_it_came_about(file: Path) -> None:
    known = {"", "assessment", "choices", "errors", "records", "report", "resources"}
    known |= set(NEEDS_THE_DOCUMENT_ALONE)
    others = [
        f"{line}: {name}"
        for line, name in imports_of(file)
        if name.partition(".")[0] == "readiness" and part_of(name) in STOREY and part_of(name) not in known
    ]
    assert others == []


def test_every_module_stands_on_a_storey() -> None:
    assert sorted({own_part(file) for file in FILES} - set(STOREY)) == []


@pytest.mark.parametrize("dependency", DOORS)
def test_a_dependency_has_one_door(dependency: str) -> None:
    doors = DOORS[dependency]
    elsewhere = [
        f"{name}:{line}"
        for file, name in zip(FILES, IDS, strict=True)
        for line, module in imports_of(file, types=False)
        if module.partition(".")[0] == dependency and not name.startswith(doors or "\0")
    ]
    assert elsewhere == []


def test_only_the_standard_library_and_what_is_declared_is_imported() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [Pattern("^[A-Za-z0-9-]+").groups(text) or ("",) for text in project["dependencies"]]
    modules = [name for (word, *_) in declared for name in PROVIDES.get(word, (word,))]
    allowed = {*sys.stdlib_module_names, "readiness", *modules}
    strangers = [
        f"{name}:{line}: {module}"
        for file, name in zip(FILES, IDS, strict=True)
        for line, module in imports_of(file)
        if module.partition(".")[0] not in allowed
    ]
    assert strangers == []


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a command loads."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "readiness", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    heavy = ("re2", "yaml", "json", "subprocess", "readiness.facts", "readiness.tree", "readiness.rulebook")
    assert sorted(set(heavy) & loaded_by(*arguments)) == []
