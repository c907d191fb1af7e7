"""Every step by which a schema changes: found by its place and known by its structure."""

from __future__ import annotations

from posixpath import basename, dirname
from typing import TYPE_CHECKING, Annotated, Any

from readiness.facts.migrations.steps import (
    CSHARP,
    ELIXIR,
    PHP,
    PYTHON,
    RUBY,
    SCRIPT,
    SQL,
    STATEMENTS,
    XML,
    YAML,
    Step,
)
from readiness.facts.model import Collected, Glob, Noun, Opening, Row
from readiness.records import replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.migrations.steps import Steps
    from readiness.facts.model import Derived, Facts, Parsed, Parser
    from readiness.spans import Problem
    from readiness.tree.model import Entry

_PARSED: tuple[tuple[tuple[str, ...], Parser[Steps] | Derived[Any, Steps]], ...] = (
    (("**/versions/*.py", "**/migrations/**/[0-9]*.py"), PYTHON),
    (("**/db/migrate/*.rb", "**/migrate/[0-9]*.rb"), RUBY),
    (("**/migrations/[0-9]*.exs",), ELIXIR),
    (("**/{migration,migrations}/**/*.{js,ts,mjs,cjs}",), SCRIPT),
    (("**/migrations/**/*.php",), PHP),
    (("**/Migrations/**/[0-9]*.cs",), CSHARP),
    (("**/{migrate,migration,migrations,changelog,changelogs}/**/*.sql",), SQL),
    (("**/*{changelog,changeLog}*/**/*.xml", "**/*{changelog,changeLog}*.xml"), XML),
    (("**/*{changelog,changeLog}*/**/*.y{a,}ml", "**/*{changelog,changeLog}*.y{a,}ml"), YAML),
)
_PAIRED = ("**/*.up.sql", "**/{migration,migrations}/*/up.sql")
_FLYWAY = "**/{migration,migrations,db,sql}/**/V[0-9]*__*.sql"
_PRISMA = "**/migrations/*/migration.sql"
_DRIZZLE = "**/meta/_journal.json"
_SUPABASE = "**/supabase/migrations/*.sql"
_OTHERS = "**/{migrate,migration,migrations}/**/[0-9]*.{cs,exs,go,java,js,kt,mjs,php,py,rb,rs,sql,ts}"
_BACK = (".down.sql", ".Designer.cs")


class Migration(Row, frozen=True, kw_only=True):
    """A step by which the schema of a database changes."""

    tool: Annotated[
        str, "alembic, django, rails, flyway, liquibase, prisma, knex, typeorm, golang-migrate, goose …"
    ] = ""
    name: Annotated[str, "the file, without its folders; of a step that is a folder the folder's"] = ""
    reversible: Annotated[
        bool | None, "what takes it back is written too; unknown where that is not seen"
    ] = None
    first: Annotated[
        bool, "it is the first of its folder, or says so: what it makes was not there before"
    ] = False
    data: Annotated[bool, "it moves data alone"] = False
    safe: Annotated[
        bool | None, "it can be taken back, or need not be: the first of all, and what moves data alone"
    ] = None


def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[Migration]:  # noqa: ARG001
    """The steps of every tool that is known, each file once."""
    rows: dict[str, list[Migration]] = {}
    problems: list[Problem] = []
    openings: list[Opening] = []
    looked: list[str] = []
    for entry, parsed in _read(facts):
        looked.append(entry.path)
        if parsed.value and entry.path not in rows:
            rows[entry.path] = [_row(entry, step) for step in parsed.value]
        if parsed.problem is not None and parsed.opens and entry.role is Role.PRODUCT:
            problems.append(parsed.problem)
            openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
    for entry, step in (*_pairs(facts), *_undone(facts), *_forward(facts), *_unknown(facts)):
        looked.append(entry.path)
        rows.setdefault(entry.path, [_row(entry, step)])
    found = _with_first([row for path in sorted(rows) for row in rows[path]])
    return Collected(found, tuple(problems), tuple(openings), tuple(looked))


def _read(facts: Facts) -> Iterator[tuple[Entry, Parsed[Steps]]]:
    for globs, parser in _PARSED:
        for entry in facts.paths(*globs):
            if _is_own(entry):
                yield entry, facts.parsed(parser, entry.path)


def _is_own(entry: Entry) -> bool:
    return entry.role not in (Role.VENDORED, Role.GENERATED) and entry.size > 0


def _pairs(facts: Facts) -> Iterator[tuple[Entry, Step]]:
    """A step up beside a step down: golang-migrate, sqlx, Diesel."""
    for entry in facts.paths(*_PAIRED):
        if _is_own(entry):
            down = entry.path[: -len("up.sql")] + "down.sql"
            tool = "diesel" if basename(entry.path) == "up.sql" else "golang-migrate"
            yield entry, Step(1, tool, _has_statements(facts, down))


def _has_statements(facts: Facts, path: str) -> bool:
    return facts.entry(path) is not None and bool(facts.parsed(STATEMENTS, path).value)


def _undone(facts: Facts) -> Iterator[tuple[Entry, Step]]:
    """Flyway: ``U1__x.sql`` takes back ``V1__x.sql``."""
    for entry in facts.paths(_FLYWAY):
        if _is_own(entry):
            name = basename(entry.path)
            version = name[1:].partition("__")[0]
            beside = f"{dirname(entry.path)}/U{version}__"
            held = any(
                each.path.startswith(beside) and each.size for each in facts.paths("**/U[0-9]*__*.sql")
            )
            yield entry, Step(1, "flyway", held)


def _forward(facts: Facts) -> Iterator[tuple[Entry, Step]]:
    """Prisma and Drizzle go forward only, unless somebody wrote what takes a step back."""
    for entry in facts.paths(_PRISMA):
        if _is_own(entry):
            yield entry, Step(1, "prisma", _has_statements(facts, f"{dirname(entry.path)}/down.sql"))
    for journal in facts.paths(_DRIZZLE):
        home = dirname(dirname(journal.path))
        for entry in facts.paths("**/[0-9]*.sql"):
            if dirname(entry.path) == home and _is_own(entry):
                yield entry, Step(1, "drizzle", reversible=False)
    for entry in facts.paths(_SUPABASE):
        if _is_own(entry):
            yield entry, Step(1, "supabase", reversible=False)


def _unknown(facts: Facts) -> Iterator[tuple[Entry, Step]]:
    """Whatever else lies among migrations under a number: whether it can be taken back is not seen."""
    for entry in facts.paths(_OTHERS):
        if _is_own(entry) and not entry.path.endswith(_BACK):
            yield entry, Step(1, "", None)


def _row(entry: Entry, step: Step) -> Migration:
    name = basename(entry.path)
    if name in ("up.sql", "migration.sql"):
        name = basename(dirname(entry.path))
    return Migration(
        path=Glob(entry.path),
        line=step.line,
        role=entry.role,
        text=f"{step.tool or 'migration'} {name}",
        tool=step.tool,
        name=name,
        reversible=step.reversible,
        first=step.first,
        data=step.data,
    )


_FOLDERS = ("up.sql", "migration.sql")


def _with_first(rows: list[Migration]) -> tuple[Migration, ...]:
    """The rows, and of each tool's folder the one whose name comes first marked as such.

    Alembic's names have no order, and its steps say which is the first; a changelog holds many steps.
    """
    seen: set[tuple[str, str]] = set()
    out = []
    for row in rows:
        home = dirname(dirname(row.path) if basename(row.path) in _FOLDERS else row.path)
        key = (row.tool, home)
        begins = key not in seen and row.tool not in ("alembic", "liquibase")
        seen.add(key)
        first = begins or row.first
        out.append(replace(row, first=first, safe=True if first or row.data else row.reversible))
    return tuple(out)


NOUN: Noun[Migration] = Noun(
    "migration", Migration, "a step by which the schema of a database changes", collect
)
