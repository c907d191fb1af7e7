"""``readiness schema``: the JSON Schema of the assessment."""

from __future__ import annotations

import json

import click


@click.command("schema")
def command() -> int:
    """Print the JSON Schema of assessment.json."""
    from readiness.assessment import schema  # noqa: PLC0415

    click.echo(json.dumps(schema(), indent=2))
    return 0
