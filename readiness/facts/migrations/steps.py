"""Whether a step can be taken back, by the tool whose step it is.

``reversible`` is None where that is not to be seen. Sources: the documentation of Alembic, Django
("Migration operations"), Rails ("Active Record Migrations"), Laravel, Knex, Sequelize, TypeORM, Entity
Framework Core, Ecto, goose, dbmate, sql-migrate and Liquibase ("Auto rollback"); read 2026-08.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readiness.facts.code.python import syntax
from readiness.facts.migrations.bodies import begins, does_something, indented, mentions
from readiness.facts.model import Derived, Parser
from readiness.facts.settings import NODES
from readiness.facts.words import word_set
from readiness.records import Struct
from readiness.structured.nodes import Items, Node, Scalar, Table
from readiness.structured.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.structured.xml import Element


class Step(Struct, frozen=True):
    """A step: whose it is, whether it can be taken back, whether it says of itself that it is the first."""

    line: int
    tool: str
    reversible: bool | None
    first: bool = False
    data: bool = False


Steps = tuple[Step, ...]


# --- Python


def of_python(data: bytes) -> Steps:
    """A step of Alembic or Django; nothing for any other file. Raises ``Unparsable``."""
    tree = syntax(data)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assigned = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    if "upgrade" in functions and "revision" in assigned:
        down = assigned.get("down_revision")
        first = isinstance(down, ast.Constant) and down.value is None
        back = functions.get("downgrade")
        works = back is not None and not _is_idle(back.body)
        return (Step(functions["upgrade"].lineno, "alembic", works, first),)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == "Migration":
            return _django(node)
    return ()


def _is_idle(statements: list[ast.stmt]) -> bool:
    """Whether statements do nothing: ``pass``, a text, a refusal, a bare return."""
    return all(
        isinstance(each, ast.Pass | ast.Raise)
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        or (isinstance(each, ast.Return) and each.value is None)
        for each in statements
    )


def _django(node: ast.ClassDef) -> Steps:
    fields = {
        target.id: each.value
        for each in node.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    operations = fields.get("operations")
    if operations is None:
        return ()
    first = isinstance(initial := fields.get("initial"), ast.Constant) and initial.value is True
    if not isinstance(operations, ast.List | ast.Tuple):
        return (Step(node.lineno, "django", None, first),)
    calls = [each for each in operations.elts if isinstance(each, ast.Call)]
    names = [_last(each.func) for each in calls]
    held = all(_goes_back(call, name) for call, name in zip(calls, names, strict=True))
    data = bool(names) and all(name == "RunPython" for name in names)
    return (Step(node.lineno, "django", held, first, data),)


def _goes_back(call: ast.Call, name: str) -> bool:
    keywords = {each.arg for each in call.keywords}
    if name == "RunPython":
        return len(call.args) > 1 or "reverse_code" in keywords
    if name == "RunSQL":
        return len(call.args) > 1 or "reverse_sql" in keywords
    return True


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


# --- Ruby and Elixir

_FINAL = ("execute", "raise ActiveRecord::IrreversibleMigration", "remove_columns", "change_column ")


def of_ruby(data: bytes) -> Steps:
    """A step of Rails; nothing for any other file."""
    text = decode(data)
    if "ActiveRecord::Migration" not in text:
        return ()
    change, up, down = (indented(text, head) for head in ("def change", "def up", "def down"))
    if change is not None:
        lines = change.split("\n")
        guarded = "reversible do" in change or "up_only" in change
        held = guarded or not any(line.startswith(_FINAL) or _drops(line) for line in lines)
    elif up is not None or "def self.up" in text:
        back = down if down is not None else indented(text, "def self.down")
        held = back is not None and bool(back) and not back.startswith("raise")
    else:
        return ()
    return (Step(1, "rails", held),)


def _drops(line: str) -> bool:
    """Whether a line takes away what it does not describe: a table without columns, a column without type."""
    if line.startswith("drop_table"):
        return not line.endswith(("|", "do"))
    return line.startswith("remove_column ") and line.count(",") < 2


def of_elixir(data: bytes) -> Steps:
    """A step of Ecto; nothing for any other file."""
    text = decode(data)
    if "use Ecto.Migration" not in text:
        return ()
    change, up, down = (indented(text, head) for head in ("def change", "def up", "def down"))
    if change is not None:
        lines = change.split("\n")
        held = not any(
            (line.startswith(("execute", "modify", "drop ")) and "," not in line)
            or (line.startswith("remove ") and line.count(",") < 1)
            for line in lines
        )
        return (Step(1, "ecto", held),)
    return () if up is None else (Step(1, "ecto", bool(down) and not (down or "").startswith("raise")),)


# --- JavaScript, TypeScript, PHP, C#

_UP_JS = "|".join(
    (
        r"(?m)^[ \t]*(?:module\.)?exports\.up\b",
        r"^[ \t]*export[ \t]+(?:async[ \t]+)?function[ \t]+up\b|^[ \t]*export[ \t]+const[ \t]+up\b",
        r"^[ \t]*(?:public[ \t]+|override[ \t]+)?(?:async[ \t]+)?up[ \t]*[:(=]",
    )
)
_DOWN_JS = "|".join(
    (
        r"(?m)^[ \t]*(?:module\.)?exports\.down\b",
        r"^[ \t]*export[ \t]+(?:async[ \t]+)?function[ \t]+down\b|^[ \t]*export[ \t]+const[ \t]+down\b",
        r"^[ \t]*(?:public[ \t]+|override[ \t]+)?(?:async[ \t]+)?down\b",
    )
)


_SCRIPTS = (("MigrationInterface", "typeorm"), ("queryInterface", "sequelize"), ("Kysely", "kysely"))


def of_script(data: bytes) -> Steps:
    """A step of Knex, Sequelize, TypeORM and their kin; nothing for any other file."""
    text = decode(data)
    if not mentions(text, _UP_JS):
        return ()
    tool = next((tool for sign, tool in _SCRIPTS if sign in text), "knex")
    back = begins(text, _DOWN_JS)
    return (Step(1, tool, back is not None and does_something(back)),)


def of_php(data: bytes) -> Steps:
    """A step of Laravel or Doctrine; nothing for any other file."""
    text = decode(data)
    if not mentions(text, r"\bfunction[ \t]+up\b") or "Migration" not in text:
        return ()
    back = begins(text, r"\bfunction[ \t]+down\b")
    tool = "doctrine" if "AbstractMigration" in text else "laravel"
    return (Step(1, tool, back is not None and does_something(back)),)


def of_csharp(data: bytes) -> Steps:
    """A step of Entity Framework; nothing for any other file."""
    text = decode(data)
    if not mentions(text, r"\bvoid[ \t]+Up\b") or "Migration" not in text:
        return ()
    back = begins(text, r"\bvoid[ \t]+Down\b")
    return (Step(1, "entity-framework", back is not None and does_something(back)),)


# --- SQL

_MARKS: tuple[tuple[str, str, str], ...] = (
    ("goose", "+goose up", "+goose down"),
    ("dbmate", "migrate:up", "migrate:down"),
    ("sql-migrate", "+migrate up", "+migrate down"),
)


def of_sql(data: bytes) -> Steps:
    """The steps of a file of SQL that says itself what takes it back; nothing for any other."""
    text = decode(data)
    lower = text.lower()
    if lower.lstrip().startswith("--liquibase formatted sql") or "-- liquibase formatted sql" in lower[:200]:
        return tuple(_formatted(lower))
    for tool, up, down in _MARKS:
        if up in lower:
            return (Step(1, tool, has_statements(lower.partition(down)[2])),)
    return ()


def _formatted(text: str) -> Iterable[Step]:
    """The change sets of Liquibase's own SQL."""
    line = 1
    for count, part in enumerate(text.replace("-- changeset", "--changeset").split("--changeset ")):
        if count:
            bare = part.replace("-- rollback", "--rollback").replace("--rollback not required", "")
            yield Step(line, "liquibase", "--rollback" in bare)
        line += part.count("\n")


def has_statements(text: str) -> bool:
    """Whether SQL has a line that is no comment and no command of a migration tool."""
    commented = False
    for line in text.split("\n"):
        bare = line.strip()
        commented = commented or bare.startswith("/*")
        if bare and not commented and not bare.startswith("--") and bare not in (";", "begin;", "commit;"):
            return True
        if "*/" in bare:
            commented = False
    return False


# --- Liquibase

_AUTOMATIC = word_set(
    """
    addCheckConstraint addColumn addDefaultValue addForeignKeyConstraint addLookupTable addNotNullConstraint
    addPrimaryKey addUniqueConstraint createIndex createSequence createTable createView dropNotNullConstraint
    renameColumn renameSequence renameTable renameView tagDatabase setTableRemarks setColumnRemarks
    """
)
_ASIDE = word_set("comment preConditions validCheckSum property tagDatabase")


def of_xml(data: bytes) -> Steps:
    """The change sets of a changelog of Liquibase. Raises ``Unparsable``."""
    from readiness.structured.xml import parse  # noqa: PLC0415 - few repositories have one

    root = parse(data)
    if root.name != "databaseChangeLog":
        return ()
    return tuple(_change_set(each.line, each) for each in root.each("changeSet"))


def _change_set(line: int, node: Element) -> Step:
    names = [each.name for each in node]
    return _liquibase(line, names)


def _liquibase(line: int, names: list[str]) -> Step:
    changes = [name for name in names if name not in _ASIDE and name != "rollback"]
    held = "rollback" in names or all(name in _AUTOMATIC for name in changes)
    data = bool(changes) and all(
        name in ("insert", "loadData", "loadUpdateData", "update") for name in changes
    )
    return Step(line, "liquibase", held, data=data)


def of_roots(roots: tuple[Node, ...]) -> Steps:
    """The change sets of a changelog of Liquibase in YAML or JSON."""
    found = []
    for root in roots:
        log = root.get("databaseChangeLog") if isinstance(root, Table) else None
        for each in log if isinstance(log, Items) else ():
            change = each.table("changeSet") if isinstance(each, Table) else None
            if change is None:
                continue
            names = [
                key.text for item in change.items("changes") if isinstance(item, Table) for key, _ in item
            ]
            back = change.get("rollback")
            if back is not None and not (isinstance(back, Scalar) and back.null):
                names.append("rollback")
            found.append(_liquibase(change.line, names))
    return tuple(found)


PYTHON: Parser[Steps] = Parser("migration-python", 1, of_python, Steps)
RUBY: Parser[Steps] = Parser("migration-ruby", 1, of_ruby, Steps)
ELIXIR: Parser[Steps] = Parser("migration-elixir", 1, of_elixir, Steps)
SCRIPT: Parser[Steps] = Parser("migration-script", 1, of_script, Steps)
PHP: Parser[Steps] = Parser("migration-php", 1, of_php, Steps)
CSHARP: Parser[Steps] = Parser("migration-csharp", 1, of_csharp, Steps)
SQL: Parser[Steps] = Parser("migration-sql", 1, of_sql, Steps)
XML: Parser[Steps] = Parser("migration-xml", 1, of_xml, Steps)
YAML: Derived[tuple[Node, ...], Steps] = Derived("migration-yaml", 1, NODES["yaml"], of_roots, Steps)


def _statements(data: bytes) -> bool:
    return has_statements(decode(data).lower())


STATEMENTS: Parser[bool] = Parser("sql-statements", 1, _statements, bool)
