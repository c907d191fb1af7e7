"""Images that are built without a Dockerfile, or by a file of targets: buildpacks, ko, Jib, Nixpacks, bake.

What such a builder puts into an image is decided by the builder: its user and its size are not known here.
Sources: Cloud Native Buildpacks, "Project Descriptor"; ko, "Configuration"; Jib, "Quickstart" for Maven and
Gradle; Nixpacks, "Configuration file"; Railpack, "Config file"; Docker, "Bake file reference"; read 2026-10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from readiness.facts.containers.bases import Pinning, pinning, reference
from readiness.facts.model import Collected, Glob, Noun, Opening, Parser, Row
from readiness.facts.settings import nodes
from readiness.records import Struct
from readiness.structured.nodes import Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts
    from readiness.spans import Problem
    from readiness.structured.hcl import Block
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry

Tool = Literal["buildpack", "ko", "jib", "nixpacks", "railpack", "bake"]
"""What builds the image."""

_JIB = (b"jib-maven-plugin", b"com.google.cloud.tools.jib", b"jib-gradle-plugin")


class ImageBuilder(Row, frozen=True, kw_only=True):
    """A way in which an image is built without a Dockerfile of its own, or one target of bake's."""

    tool: Annotated[Tool, "what builds it"] = "buildpack"
    name: Annotated[str, "the target or the image, empty if the file gives none"] = ""
    base: Annotated[
        Glob | None, "the image it is built on or by, empty if the file gives none; unknown if set later"
    ] = Glob("")
    base_pinned: Annotated[
        Pinning | None, "how far that image is held; unknown where the builder chooses it"
    ] = None
    dockerfile: Annotated[Glob, "the Dockerfile that a target of bake names, empty for none"] = Glob("")


class _Jib(Struct, frozen=True):
    line: int


def _jib(data: bytes) -> _Jib | None:
    """Where a build names Jib, outside of comments that fill a line."""
    for number, line in enumerate(data.splitlines(), 1):
        if any(sign in line for sign in _JIB) and not line.lstrip().startswith((b"//", b"#", b"<!--", b"*")):
            return _Jib(number)
    return None


JIB: Parser[_Jib | None] = Parser("jib", 1, _jib)


def _hcl(data: bytes) -> Block:
    from readiness.structured.hcl import parse  # noqa: PLC0415 - reads one kind of file only

    return parse(data)


BAKE: Parser[Block] = Parser("bake", 1, _hcl)


def collect_builders(facts: Facts, scope: tuple[str, ...]) -> Collected[ImageBuilder]:  # noqa: ARG001
    """Every builder that a file of its own, or of the build, names."""
    found = _Found(facts)
    for entry in facts.paths("**/project.toml"):
        found.rows += _buildpacks(entry, found.root(entry))
    for entry in facts.paths("**/.ko.y*ml"):
        root = found.root(entry)
        if root is not None:
            found.rows.append(_row(entry, root.line, "ko", base=root.get("defaultBaseImage")))
    for entry in facts.paths("**/nixpacks.toml", "**/nixpacks.json"):
        if found.root(entry) is not None:
            found.rows.append(_row(entry, 1, "nixpacks"))
    for entry in facts.paths("**/railpack.json"):
        if found.root(entry) is not None:
            found.rows.append(_row(entry, 1, "railpack"))
    for entry in facts.paths("**/{pom.xml,build.gradle,build.gradle.kts}"):
        jib = facts.parsed(JIB, entry.path).value
        if jib is not None:
            found.rows.append(_row(entry, jib.line, "jib", open_base=True))
    for entry in facts.paths("**/docker-bake{,.override}.{hcl,json}"):
        found.rows += found.targets(entry)
    return Collected(
        tuple(found.rows), tuple(found.problems), tuple(found.openings), tuple(sorted(found.looked))
    )


class _Found:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.rows: list[ImageBuilder] = []
        self.problems: list[Problem] = []
        self.openings: list[Opening] = []
        self.looked: set[str] = set()

    def root(self, entry: Entry) -> Table | None:
        """The root of a file that is one mapping with something in it."""
        self.looked.add(entry.path)
        parsed = nodes(self._facts, entry.path)
        if parsed.problem is not None:
            self.problems.append(parsed.problem)
            if parsed.opens and entry.role is Role.PRODUCT:
                self.openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
        root = parsed.value[0] if parsed.value else None
        return root if isinstance(root, Table) and root.pairs else None

    def targets(self, entry: Entry) -> Iterator[ImageBuilder]:
        """The targets of a bake file in either of its forms."""
        if entry.path.endswith(".json"):
            root = self.root(entry)
            for key, each in (root.table("target") if root is not None else None) or ():
                if isinstance(each, Table):
                    yield _row(entry, key.line, "bake", name=key.text, dockerfile=each.get("dockerfile"))
            return
        self.looked.add(entry.path)
        parsed = self._facts.parsed(BAKE, entry.path)
        if parsed.problem is not None:
            self.problems.append(parsed.problem)
        for block in parsed.value.inside("target") if parsed.value is not None else ():
            name = block.labels[0] if block.labels else ""
            yield _row(entry, block.line, "bake", name=name, dockerfile=block.get("dockerfile"))


def _buildpacks(entry: Entry, root: Table | None) -> Iterator[ImageBuilder]:
    """A project descriptor of buildpacks, of either version of its schema."""
    if root is None:
        return
    pack = (root.table("io") or Table(1)).table("buildpacks")
    build = root.table("build")
    if pack is None and (
        build is None or build.get("builder", "buildpacks", "env", "include", "exclude") is None
    ):
        return
    project = root.table("_") or root.table("project") or Table(1)
    base = (pack or build or Table(1)).get("builder")
    yield _row(entry, (pack or build or root).line, "buildpack", name=project.text("name"), base=base)


def _row(  # noqa: PLR0913 - the fields of a row
    entry: Entry,
    line: int,
    tool: Tool,
    *,
    name: str = "",
    base: Node | None = None,
    dockerfile: Node | None = None,
    open_base: bool = False,
) -> ImageBuilder:
    text = base.text if isinstance(base, Scalar) and not base.null else ""
    unknown = open_base or "$" in text or "{{" in text
    return ImageBuilder(
        path=Glob(entry.path),
        line=line,
        role=entry.role,
        text=" ".join(part for part in (tool, name[:80], text[:80]) if part),
        tool=tool,
        name=name,
        base=None if unknown else Glob(text),
        base_pinned=pinning(reference(text)) if text and not unknown else None,
        dockerfile=Glob(dockerfile.text)
        if isinstance(dockerfile, Scalar) and not dockerfile.tag
        else Glob(""),
    )


BUILDER: Noun[ImageBuilder] = Noun(
    "container.builder",
    ImageBuilder,
    "a builder of images without a Dockerfile of their own",
    collect_builders,
)
