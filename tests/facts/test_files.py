"""Files and what they are written in."""

from __future__ import annotations

import pytest

from readiness.facts.files import CODE_FILE, FILE, CodeFile, File, file_class, language
from readiness.facts.model import FileClass, Glob
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Role


@pytest.mark.parametrize(
    ("path", "expected", "of_class"),
    [
        ("src/a.py", "python", "language"),
        ("a.TSX", "typescript", "language"),
        ("a.vue", "javascript", "language"),
        ("a.mjs", "javascript", "language"),
        ("a.go", "go", "language"),
        ("A.java", "java", "language"),
        ("a.kt", "kotlin", "language"),
        ("Gemfile", "ruby", "language"),
        ("A.cs", "csharp", "language"),
        ("a.rs", "rust", "language"),
        ("a.php", "php", "language"),
        ("a.exs", "elixir", "language"),
        ("a.scala", "scala", "language"),
        ("a.sh", "shell", "language"),
        ("a.h", "c", "language"),
        ("a.hpp", "cpp", "language"),
        ("a.swift", "swift", "language"),
        ("Jenkinsfile", "groovy", "language"),
        ("main.tf", "hcl", "configuration"),
        ("Dockerfile", "dockerfile", "configuration"),
        ("docker/Dockerfile.prod", "dockerfile", "configuration"),
        ("api.Dockerfile", "dockerfile", "configuration"),
        ("Makefile", "makefile", "configuration"),
        ("Makefile.am", "makefile", "configuration"),
        ("a.yml", "yaml", "configuration"),
        ("a.json", "json", "configuration"),
        ("poetry.lock", "toml", "configuration"),
        ("setup.cfg", "ini", "configuration"),
        (".env", "env", "configuration"),
        (".env.production", "env", "configuration"),
        ("prod.env", "env", "configuration"),
        ("a.properties", "properties", "configuration"),
        ("requirements-dev.txt", "requirements", "configuration"),
        ("CMakeLists.txt", "cmake", "configuration"),
        ("README.md", "markdown", "document"),
        ("README", "text", "document"),
        ("a.rst", "restructuredtext", "document"),
        ("a.adoc", "asciidoc", "document"),
        ("a.txt", "text", "document"),
        ("a.sql", "sql", "data"),
        ("a.html", "html", None),
        ("a.scss", "css", None),
        ("a.png", "", None),
        ("bin/run", "", None),
        ("py", "", None),
        ("a.yml.bak", "", None),
        ("", "", None),
    ],
)
def test_the_name_tells_language_and_class(path: str, expected: str, of_class: FileClass | None) -> None:
    assert (language(path), file_class(path)) == (expected, of_class)


def test_a_file_is_a_row() -> None:
    tree = MemoryTree({"bin/run.sh": "echo"}, untracked=["bin/run.sh"], executable=["bin/run.sh"])
    found = Store(tree, tables=()).collected(FILE)
    assert found.rows == (
        File(
            path=Glob("bin/run.sh"),
            text="bin/run.sh",
            name=Glob("run.sh"),
            size=4,
            empty=False,
            language="shell",
            tracked=False,
            executable=True,
        ),
    )
    assert found.looked == ("bin/run.sh",)


def test_an_empty_file_is_empty() -> None:
    (row,) = Store(MemoryTree({"a": ""}), tables=()).collected(FILE).rows
    assert (row.empty, row.size, row.language) == (True, 0, "")


def test_a_scope_names_the_files_to_look_at() -> None:
    facts = Store(MemoryTree({"a/x.py": "1", "b/y.py": "1"}), tables=())
    assert [row.path for row in facts.collected(FILE, ("a/**",)).rows] == ["a/x.py"]
    assert [row.path for row in facts.collected(CODE_FILE, ("b/**",)).rows] == ["b/y.py"]


def test_only_program_text_with_content_is_product_code() -> None:
    names = ("a.py", "b.sh", "c.yml", "d.md", "e.css", "f.sql", "g.tf", "h.ps1", "Jenkinsfile", "i.html")
    found = Store(MemoryTree({**dict.fromkeys(names, "x"), "empty.py": ""}), tables=()).collected(CODE_FILE)
    assert found.rows == (CodeFile(path=Glob("a.py"), text="a.py", language="python"),)
    assert found.looked == ("a.py", "empty.py")


def test_rows_have_the_role_of_their_file() -> None:
    facts = Store(MemoryTree({"tests/test_a.py": "x"}), tables=())
    assert [row.role for row in facts.collected(FILE).rows] == [Role.TEST]
    assert [row.role for row in facts.collected(CODE_FILE).rows] == [Role.TEST]
