"""``readiness facts``: the rows of a noun, as a rule sees them."""

from __future__ import annotations

import json
from typing import Any

import click

from readiness.errors import ReadinessError, nearest


@click.command("facts")
@click.argument("noun", required=False)
@click.argument("path", default=".")
@click.option("--ref", default="", metavar="REVISION", help="Read this git revision, without a checkout.")
@click.option(
    "--file", "scope", multiple=True, metavar="GLOB", help="For a scoped noun: the files to look at."
)
@click.option(
    "--format", "form", type=click.Choice(("terminal", "json")), default="terminal", show_default=True
)
def command(noun: str | None, path: str, ref: str, scope: tuple[str, ...], form: str) -> int:
    """Print the rows of NOUN in the repository at PATH; without NOUN, the nouns and their fields."""
    from readiness.facts.catalogue import NOUNS  # noqa: PLC0415 - heavy

    if noun is None:
        _list_nouns(form)
        return 0
    if noun not in NOUNS:
        raise ReadinessError(f"there is no noun '{noun}'{nearest(noun, NOUNS)}")
    from readiness.facts.store import Store  # noqa: PLC0415 - heavy
    from readiness.matching import PatternError  # noqa: PLC0415 - heavy
    from readiness.tree import open_tree  # noqa: PLC0415 - heavy

    kind = NOUNS[noun]
    facts = Store(open_tree(path, ref))
    try:
        found = facts.collected(kind, (scope or ("**",)) if kind.scoped else ())
    except PatternError as error:
        raise ReadinessError(f"--file: {error}") from None
    rows = [_row(row, kind.row) for row in found.rows]
    if form == "json":
        click.echo(json.dumps(rows, indent=2))
    else:
        _print(rows)
    for problem in found.problems:
        click.echo(f"problem: {_inert(str(problem))}", err=True)
    for gap in found.openings:
        click.echo(f"open: {_inert(f'{gap.path}:{gap.line}: {gap.reason}')}", err=True)
    return 0


def _row(row: Any, kind: type[Any]) -> dict[str, Any]:
    from readiness.rulebook.fields import fields_of  # noqa: PLC0415

    names = ["path", "line", *(name for name in fields_of(kind) if name not in ("path", "line"))]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value if value is None or isinstance(value, bool | int) else str(value)


def _print(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        shown = "  ".join(f"{name}={_word(value)}" for name, value in row.items() if _telling(name, value))
        click.echo(_inert(f"{row['path']}:{row['line']}  {row['text']}"))
        click.echo(_inert(f"    {shown}"))


def _telling(name: str, value: Any) -> bool:
    return name not in ("path", "line", "text") and value not in ("", [])


def _word(value: Any) -> str:
    if value is None:
        return "?"
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, list) else str(value)


def _inert(text: str) -> str:
    from readiness.render.text import inert  # noqa: PLC0415

    return inert(text)


def _list_nouns(form: str) -> None:
    from readiness.facts.catalogue import NOUNS  # noqa: PLC0415 - heavy
    from readiness.rulebook.fields import fields_of  # noqa: PLC0415

    if form == "json":
        listed = {
            name: {
                "meaning": noun.meaning,
                "fields": {f.name: f.meaning for f in fields_of(noun.row).values()},
            }
            for name, noun in NOUNS.items()
        }
        click.echo(json.dumps(listed, indent=2))
        return
    for name, noun in NOUNS.items():
        click.echo(f"{name}: {noun.meaning}")
        for field in fields_of(noun.row).values():
            choices = f" ({', '.join(field.choices)})" if field.choices else ""
            click.echo(f"    {field.name}: {field.meaning}{choices}")
