"""Environment files: which there are, and what they set. Values that look secret are never shown.

Source: the formats of dotenv, docker ``--env-file`` and systemd's ``EnvironmentFile``.
"""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING, Annotated

from readiness.facts.model import Collected, Glob, Noun, Opening, Parser, Row
from readiness.facts.secrets.values import is_placeholder, is_real, looks_secret, redacted, url_password
from readiness.facts.words import name_words, word_set
from readiness.matching import Pattern
from readiness.records import Struct
from readiness.spans import Unparsable
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.model import Facts
    from readiness.spans import Problem
    from readiness.tree.model import Entry

_NAMES = ("**/.env", "**/.env.*", "**/.env-*", "**/.env_*", "**/*.env", "**/env.*")
_OTHERS = word_set(
    """
    age asc bak cjs cts d diff enc go gpg h html java js json jsx lock md mjs mts patch php pl ps1 py rb rs
    rst sh sops swp toml ts tsx txt vault vue xml yaml yml zip
    """
)
_TEMPLATES = word_set("default defaults dist example examples sample schema skel template tmpl tpl")
_PLAIN = word_set(
    "ci dev development example local prod production sample staging template test testing dist"
)
_NAME = Pattern(r"[A-Za-z_][A-Za-z0-9_.-]*")


class Assignment(Struct, frozen=True):
    """One ``NAME=value`` of an environment file; the value without its quotes, which say nothing here."""

    name: str
    value: str
    line: int


class EnvFile(Row, frozen=True, kw_only=True):
    """A file of environment variables."""

    template: Annotated[bool, "an example to copy, by its name"] = False
    tracked: Annotated[bool | None, "it is in git; unknown where there is no git to say"] = None
    values: Annotated[int, "how many variables it sets"] = 0
    secret_keys: Annotated[frozenset[str], "variables that look secret and have a real value"] = frozenset()
    placeholder_secrets: Annotated[
        frozenset[str], "variables that look secret and whose value only stands where one will be"
    ] = frozenset()


class EnvVariable(Row, frozen=True, kw_only=True):
    """A variable that an environment file sets."""

    name: Annotated[str, "the variable"] = ""
    value: Annotated[str, "its value; *** where the variable looks secret and is not empty"] = ""
    secret: Annotated[bool, "the variable looks secret, by its name or by a password within a URL"] = False
    placeholder: Annotated[bool, "it looks secret and its value only stands where one will be"] = False


def parse(content: bytes) -> tuple[Assignment, ...]:
    """The assignments of an environment file, in the order of lines; other lines are passed over.

    A value in quotes may go on over lines. What git-crypt has encrypted sets nothing that can
    be read, and hides it as it should. Raises ``Unparsable`` for other binary content.
    """
    if content.startswith(b"\0GITCRYPT"):
        return ()
    if b"\0" in content:
        raise Unparsable(1, "not a text")
    lines = content.decode("utf-8-sig", "replace").split("\n")
    found: list[Assignment] = []
    at = 0
    while at < len(lines):
        start = at + 1
        name, equals, value = lines[at].strip().removeprefix("export ").partition("=")
        at += 1
        name, value = name.strip(), value.strip()
        if not equals or not _NAME.covers(name):
            continue
        quote = value[:1]
        if quote in ("'", '"') and quote not in value[1:]:
            more, at = _until(lines, at, quote)
            value += more
        found.append(Assignment(name, _unquoted(value), start))
    return tuple(found)


def _until(lines: list[str], at: int, quote: str) -> tuple[str, int]:
    """The lines up to the one that closes ``quote``, and where the file goes on; nothing if none does."""
    for end in range(at, len(lines)):
        if quote in lines[end]:
            return "\n" + "\n".join(lines[at : end + 1]).rstrip(), end + 1
        if _starts_assignment(lines[end]):
            break
    return "", at


def _starts_assignment(line: str) -> bool:
    name, equals, _ = line.partition("=")
    return bool(equals) and name.isupper() and _NAME.covers(name)


def _unquoted(value: str) -> str:
    quote = value[:1]
    if quote in ("'", '"'):
        end = value.find(quote, 1)
        return value[1:end] if end > 0 else value[1:]
    comment = value.find(" #")
    return (value[:comment] if comment >= 0 else value).rstrip()


ENV_FILE_PARSER = Parser("envfile", 1, parse)


class _Source(Struct, frozen=True):
    files: tuple[tuple[Entry, tuple[Assignment, ...]], ...]
    problems: tuple[Problem, ...]
    openings: tuple[Opening, ...]
    looked: tuple[str, ...]


def _source(facts: Facts) -> _Source:
    files, problems, openings, looked = [], [], [], []
    for entry in facts.paths(*_NAMES):
        if not _is_env_file(entry.path):
            continue
        looked.append(entry.path)
        parsed = facts.parsed(ENV_FILE_PARSER, entry.path)
        if parsed.value is not None:
            files.append((entry, parsed.value))
        if parsed.problem is not None:
            problems.append(parsed.problem)
            if parsed.opens and entry.role is Role.PRODUCT:
                openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
    return _Source(tuple(files), tuple(problems), tuple(openings), tuple(looked))


def _is_env_file(path: str) -> bool:
    name = basename(path).lower()
    parts = name.strip(".").split(".")
    if name.startswith("env."):
        return len(parts) == 2 and parts[1] in _PLAIN
    return parts[-1] not in _OTHERS


def is_template(path: str) -> bool:
    """Whether an environment file is an example to copy: ``.env.example``, ``sample.env``."""
    return not _TEMPLATES.isdisjoint(name_words(basename(path)))


def _is_secret(each: Assignment) -> bool:
    return looks_secret(each.name) or bool(url_password(each.value))


def _is_placeholder(each: Assignment) -> bool:
    return is_placeholder(url_password(each.value) or each.value)


def _is_exposed(each: Assignment) -> bool:
    return _is_secret(each) and is_real(url_password(each.value) or each.value)


def collect_files(facts: Facts, scope: tuple[str, ...]) -> Collected[EnvFile]:  # noqa: ARG001
    """One row for each environment file; its place is the first secret in it, else its first line."""
    source = _source(facts)
    rows = tuple(_file(entry, assignments) for entry, assignments in source.files)
    return Collected(rows, source.problems, source.openings, source.looked)


def _file(entry: Entry, assignments: tuple[Assignment, ...]) -> EnvFile:
    exposed = [each for each in assignments if _is_exposed(each)]
    waiting = [each for each in assignments if _is_secret(each) and _is_placeholder(each)]
    first = next(iter(exposed or waiting or assignments), None)
    return EnvFile(
        path=Glob(entry.path),
        line=first.line if first else 1,
        role=entry.role,
        text=_text(first) if first else "no variable",
        template=is_template(entry.path),
        tracked=entry.tracked,
        values=len(assignments),
        secret_keys=frozenset(each.name for each in exposed),
        placeholder_secrets=frozenset(each.name for each in waiting),
    )


def collect_variables(facts: Facts, scope: tuple[str, ...]) -> Collected[EnvVariable]:  # noqa: ARG001
    """One row for each variable that an environment file sets."""
    source = _source(facts)
    rows = tuple(_variable(entry, each) for entry, assignments in source.files for each in assignments)
    return Collected(rows, source.problems, source.openings, source.looked)


def _variable(entry: Entry, each: Assignment) -> EnvVariable:
    return EnvVariable(
        path=Glob(entry.path),
        line=each.line,
        role=entry.role,
        text=_text(each),
        name=each.name,
        value=_shown(each),
        secret=_is_secret(each),
        placeholder=_is_secret(each) and _is_placeholder(each),
    )


def _shown(each: Assignment) -> str:
    return "***" if _is_secret(each) and each.value else redacted(each.value)


def _text(each: Assignment) -> str:
    hint = " (a placeholder)" if _is_secret(each) and each.value and _is_placeholder(each) else ""
    return f"{each.name[:80]}={_shown(each)}{hint}"


FILE: Noun[EnvFile] = Noun("env.file", EnvFile, "a file of environment variables", collect_files)
VARIABLE: Noun[EnvVariable] = Noun(
    "env.variable", EnvVariable, "a variable that an environment file sets", collect_variables
)
