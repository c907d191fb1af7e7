"""Images that are built without a Dockerfile."""

from __future__ import annotations

import pytest

from readiness.facts.containers.builders import BUILDER, ImageBuilder
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree


def builders(path: str, text: str) -> tuple[ImageBuilder, ...]:
    return Store(MemoryTree({path: text}), tables=()).collected(BUILDER).rows


@pytest.mark.parametrize(
    ("path", "text", "tool", "line", "base", "pinned"),
    [
        ("project.toml", "[io.buildpacks]\nbuilder='b/c:1.2'\n", "buildpack", 1, "b/c:1.2", "version"),
        ("project.toml", "[[build.buildpacks]]\nid='x'\n", "buildpack", 1, "", None),
        (".ko.yaml", "defaultBaseImage: a/b@sha256:" + "0" * 64 + "\n", "ko", 1, None, "digest"),
        (".ko.yaml", "defaultBaseImage: ${BASE}\n", "ko", 1, None, None),
        ("nixpacks.toml", "[phases.setup]\nnixPkgs=['x']\n", "nixpacks", 1, "", None),
        ("railpack.json", '{"steps": {}}', "railpack", 1, "", None),
        ("pom.xml", "<project>\n<!-- jib-maven-plugin -->\n<a>jib-maven-plugin</a>\n", "jib", 3, None, None),
        ("app/build.gradle.kts", "// jib\nid(\"com.google.cloud.tools.jib\")\n", "jib", 2, None, None),
        ("docker-bake.json", '{"target": {"a": {"dockerfile": "D"}, "b": 1}}', "bake", 1, "", None),
        ("docker-bake.hcl", 'group "g" {}\ntarget "a" {\n  dockerfile = "D"\n}\n', "bake", 2, "", None),
    ],
)  # fmt: skip
def test_a_builder_is_told_with_what_it_builds_on(  # noqa: PLR0917 - a row
    path: str, text: str, tool: str, line: int, base: str | None, pinned: str | None
) -> None:
    (row,) = builders(path, text)
    assert (row.tool, row.line, row.base_pinned) == (tool, line, pinned)
    assert row.base == (text.split()[1] if pinned == "digest" else base)
    assert row.dockerfile == ("D" if tool == "bake" else "")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("project.toml", "[tool.x]\na = 1\n"),
        ("project.toml", "[build]\nother = 1\n"),
        ("project.toml", ""),
        (".ko.yaml", "- a\n"),
        ("nixpacks.toml", ""),
        ("railpack.json", "{}"),
        ("pom.xml", "<project/>"),
        ("docker-bake.json", "{}"),
    ],
)
def test_a_file_of_another_kind_names_no_builder(path: str, text: str) -> None:
    assert builders(path, text) == ()


@pytest.mark.parametrize("path", ["project.toml", "docker-bake.hcl"])
def test_a_file_that_cannot_be_read_is_a_problem(path: str) -> None:
    found = Store(MemoryTree({path: "a = [ {"}), tables=()).collected(BUILDER)
    assert [problem.path for problem in found.problems] == [path]
    assert (found.rows, found.openings) == ((), ())


def test_a_file_that_is_too_large_for_us_leaves_the_question_open() -> None:
    found = Store(MemoryTree({".ko.yaml": "a: 1\n" * 300_000}), tables=()).collected(BUILDER)
    assert [gap.path for gap in found.openings] == [".ko.yaml"]
