"""What is written in a Dockerfile: stages, instructions, and what its variables stand for.

Follows the Dockerfile reference: parser directives, comments, continuations, heredocs,
JSON and shell form, ``ARG`` before ``FROM``, stages that build on stages. Source:
Dockerfile reference and the grammar of BuildKit's frontend, read 2025-08.
"""

from __future__ import annotations

import json

from readiness.facts.containers.variables import UNKNOWN, Variables, expand, raw_words
from readiness.facts.model import Parser
from readiness.matching import Pattern
from readiness.records import Struct, field
from readiness.spans import Unparsable

KEYWORDS = frozenset(
    (
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK"),
        *("LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    )
)
_SUBSTITUTED = frozenset(
    ("ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR")
)
_WITH_HEREDOC = frozenset(("ADD", "COPY", "RUN"))
_DIRECTIVES = frozenset(("check", "escape", "syntax"))
_TEMPLATE_MARKS = ("{{", "{%", "<%")
_STAGE_LIMIT = 256
_HEREDOC = Pattern(r"^[0-9]*<<(-?)(\"[^\"<]+\"|'[^'<]+'|[^<'\"]+)$")


class Instruction(Struct, frozen=True):
    """One instruction of a stage, ``ARG`` before the first ``FROM`` included (stage -1).

    ``arguments`` are as written, on one line, without flags and without the bodies of heredocs.
    ``words`` are the arguments cut at blanks or taken from the JSON array, variables replaced
    where Docker replaces them; what a build decides is ``dockervars.UNKNOWN``. ``flags`` are the
    ``--name=value`` in front, the value empty where there is none. ``exec_form`` says that
    the arguments are a JSON array.
    """

    keyword: str
    arguments: str
    line: int
    stage: int
    words: tuple[str, ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    exec_form: bool = False
    heredocs: tuple[str, ...] = ()


class Stage(Struct, frozen=True):
    """One ``FROM``: ``base`` has its variables replaced; ``parent`` is the stage it builds on."""

    index: int
    name: str
    base: str
    written: str
    line: int
    parent: int | None = None


class Dockerfile(Struct, frozen=True):
    """A file that can be built. The last stage is the one it yields."""

    stages: tuple[Stage, ...]
    instructions: tuple[Instruction, ...]

    @property
    def final(self) -> Stage:
        """The stage that a build without a target yields."""
        return self.stages[-1]

    @property
    def chain(self) -> tuple[Stage, ...]:
        """The final stage and the stages it builds on, nearest first."""
        found = [self.final]
        while (parent := found[-1].parent) is not None:
            found.append(self.stages[parent])
        return tuple(found)

    def yielded(self, *keywords: str) -> tuple[Instruction, ...]:
        """The instructions of the final image with one of ``keywords``, in the order of a build."""
        stages = {stage.index for stage in self.chain}
        return tuple(each for each in self.instructions if each.stage in stages and each.keyword in keywords)


class _Logical(Struct):
    text: str
    line: int
    heredocs: tuple[str, ...] = ()


class _Build(Struct):
    escape: str
    stages: list[Stage] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    instructions: list[Instruction] = field(default_factory=list)
    globals: Variables = field(default_factory=dict)
    variables: Variables = field(default_factory=dict)
    # By stage, what it hands on to the stages that build on it: its ENV, not its ARG.
    exported: list[Variables] = field(default_factory=list)


def parse(content: bytes) -> Dockerfile:
    """The stages and instructions of a Dockerfile.

    Raises ``Unparsable`` for what Docker cannot build: no ``FROM``, an instruction that
    does not exist, a heredoc that does not end. A template, another frontend's syntax
    and more than 256 stages are readable to others and not to us: it ``opens``.
    """
    if b"\0" in content:
        raise Unparsable(1, "not a text")
    lines = content.decode("utf-8-sig", "replace").split("\n")
    directives = _directives(lines)
    escape = "`" if directives.get("escape") == "`" else "\\"
    foreign = bool(frontend := directives.get("syntax", "")) and "docker/dockerfile" not in frontend
    build = _Build(escape)
    for logical in _logical_lines(lines, escape):
        _instruct(build, logical, foreign=foreign)
    if not build.stages:
        raise Unparsable(1, "no FROM instruction: this Dockerfile cannot be built", opens=foreign)
    return Dockerfile(tuple(build.stages), tuple(build.instructions))


def _directives(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        text = line.strip()
        key, equals, value = text[1:].partition("=")
        if not text.startswith("#") or not equals or key.strip().lower() not in _DIRECTIVES:
            break
        found.setdefault(key.strip().lower(), value.strip())
    return found


def _logical_lines(lines: list[str], escape: str) -> list[_Logical]:
    """The instructions, each on one line, with the bodies of its heredocs."""
    found: list[_Logical] = []
    parts: list[str] = []
    start, at = 1, 0
    while at < len(lines):
        text = lines[at].strip()
        at += 1
        if not text or text.startswith("#"):
            continue
        if not parts:
            start = at
        goes_on = text.endswith(escape) and not text.endswith(escape * 2)
        parts.append(text[:-1].rstrip() if goes_on else text)
        if goes_on:
            continue
        logical = _Logical(" ".join(part for part in parts if part), start)
        parts = []
        at = _take_heredocs(logical, lines, at, escape)
        found.append(logical)
    if any(parts):
        found.append(_Logical(" ".join(part for part in parts if part), start))
    return found


def _take_heredocs(logical: _Logical, lines: list[str], at: int, escape: str) -> int:
    keyword = logical.text.split(None, 1)[0].upper() if logical.text else ""
    if "<<" not in logical.text or keyword not in _WITH_HEREDOC:
        return at
    bodies = []
    for word in raw_words(logical.text, escape):
        groups = _HEREDOC.groups(word)
        if groups is None:
            continue
        end = groups[2].strip("\"'")
        body = []
        while at < len(lines) and _ending(lines[at], tabs=bool(groups[1])) != end:
            body.append(lines[at].rstrip("\r"))
            at += 1
        if at == len(lines):
            raise Unparsable(logical.line, f"the heredoc {end} does not end")
        at += 1
        bodies.append("\n".join(body))
    logical.heredocs = tuple(bodies)
    return at


def _ending(line: str, *, tabs: bool) -> str:
    line = line.rstrip("\r")
    return line.lstrip("\t") if tabs else line


def _instruct(build: _Build, logical: _Logical, *, foreign: bool) -> None:
    keyword, _, rest = logical.text.partition(" ")
    if "\t" in keyword:
        keyword, _, rest = logical.text.partition("\t")
    keyword = keyword.upper()
    if keyword not in KEYWORDS:
        template = logical.text.startswith(_TEMPLATE_MARKS)
        reason = "a template of a Dockerfile" if template else f"no instruction is named {keyword[:40]!r}"
        raise Unparsable(logical.line, reason, opens=template or foreign)
    flags, arguments = _flags(rest.strip())
    if not build.stages and keyword not in ("ARG", "FROM"):
        raise Unparsable(logical.line, f"{keyword} stands before the first FROM")
    if keyword == "FROM":
        _open_stage(build, arguments, logical.line)
    stage = len(build.stages) - 1
    words, exec_form = _words(build, keyword, arguments)
    build.instructions.append(
        Instruction(keyword, arguments, logical.line, stage, words, flags, exec_form, logical.heredocs)
    )
    if keyword in ("ARG", "ENV"):
        _assign(build, build.instructions[-1])


def _flags(rest: str) -> tuple[tuple[tuple[str, str], ...], str]:
    flags = []
    while rest.startswith("--"):
        flag, _, rest = rest.partition(" ")
        name, _, value = flag[2:].partition("=")
        flags.append((name.lower(), value))
        rest = rest.lstrip()
    return tuple(flags), rest


def _words(build: _Build, keyword: str, arguments: str) -> tuple[tuple[str, ...], bool]:
    """The words of the arguments, and whether they are a JSON array."""
    if keyword == "HEALTHCHECK":
        head, _, command = arguments.partition(" ")
        arguments = command.lstrip() if head.upper() == "CMD" else arguments
    array = _json_array(arguments) if arguments.startswith("[") else None
    words = raw_words(arguments, build.escape) if array is None else array
    if keyword in _SUBSTITUTED:
        words = [expand(word, build.variables, build.escape) for word in words]
    return tuple(words), array is not None


def _json_array(text: str) -> list[str] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else None


def _open_stage(build: _Build, arguments: str, line: int) -> None:
    words = arguments.split()
    if len(words) not in (1, 3) or (len(words) == 3 and words[1].upper() != "AS"):
        raise Unparsable(line, "FROM takes an image, or an image AS a name")
    if len(build.stages) == _STAGE_LIMIT:
        raise Unparsable(line, f"more than {_STAGE_LIMIT} stages", opens=True)
    if not build.stages:
        build.globals = build.variables
    base = expand(words[0], build.globals, build.escape)
    parent = build.names.get(base.lower())
    name = words[2].lower() if len(words) == 3 else ""
    index = len(build.stages)
    build.stages.append(Stage(index, name, base, words[0], line, parent))
    if name:
        build.names[name] = index
    build.variables = dict(build.exported[parent]) if parent is not None else {}
    build.exported.append(dict(build.variables))


def _assign(build: _Build, instruction: Instruction) -> None:
    for name, value in assignments(instruction):
        if instruction.keyword == "ENV":
            build.variables[name] = build.exported[-1][name] = value
        elif not build.stages:
            build.variables[name] = value
        elif name not in build.exported[-1]:  # an ENV of the same name wins over an ARG
            build.variables[name] = build.globals.get(name) if value is None else value


def assignments(instruction: Instruction) -> tuple[tuple[str, str | None], ...]:
    """The names that an ``ENV``, ``ARG`` or ``LABEL`` sets, with their values.

    None is a value that only a build knows: an ``ARG`` without default, or a variable that
    is not set in the file. ``ENV NAME some words`` is the old form of one name.
    """
    words = instruction.words
    if instruction.keyword == "ENV" and words and "=" not in words[0]:
        value = " ".join(words[1:])
        return ((words[0], None if UNKNOWN in value else value),)
    found: list[tuple[str, str | None]] = []
    for word in words:
        name, equals, value = word.partition("=")
        found.append((name, value if equals and UNKNOWN not in value else None))
    return tuple(found)


DOCKERFILE = Parser("dockerfile", 1, parse)
