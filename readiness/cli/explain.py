"""``readiness explain``: how one rule came to its verdict."""

from __future__ import annotations

from typing import Any

import click

from readiness.cli.options import assessed, book, scan_of, shared
from readiness.errors import ReadinessError


@click.command("explain")
@click.argument("rule")
@shared
def command(rule: str, **options: Any) -> int:
    """Show how RULE came to its verdict on PATH: facts, question, level, points."""
    from readiness.render.explain import render  # noqa: PLC0415

    scan = scan_of(options)
    found = book(scan.rules).rule(rule)
    result = assessed(scan)[0].assessment
    try:
        verdict = result.rule(found.id)
    except KeyError:
        raise ReadinessError(f"'{found.id}' was not asked: --area or --disable leaves it out") from None
    click.echo(render(verdict, found.why), nl=False)
    return 0
