"""``readiness scan``: assess, and write the assessment in the formats asked for."""

from __future__ import annotations

from typing import Any

import click

from readiness.cli.options import FORMATS, assessed, paper, scan_of, shared
from readiness.cli.presenting import overriding, presenting, with_logo
from readiness.errors import EXIT_NOTHING, EXIT_OK, EXIT_PARTIAL, ReadinessError


@click.command("scan")
@shared
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Repeatable, with --output."
)
@click.option(
    "--output", "outputs", multiple=True, metavar="FILE", help="Where the format goes; '-' is stdout."
)
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True)
@click.option("--quiet", is_flag=True, help="Print one line: score and verdict.")
@presenting
def command(  # noqa: PLR0913 - one parameter for each option
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    color: str,
    *,
    quiet: bool,
    templates: str,
    logo: str,
    **options: Any,
) -> int:
    """Assess the repository at PATH and say how ready it is for production.

    The exit code is 0 whatever the verdict; `readiness gate` is what fails.
    """
    pairs = pair(formats, outputs)
    scan = scan_of(options)
    with overriding(templates):
        result = with_logo(assessed(scan, quiet=quiet)[0].assessment, logo)
        emit(result, pairs, color, quiet=quiet)
    if result.score is None:
        return EXIT_NOTHING
    from readiness.gate import partial  # noqa: PLC0415

    return EXIT_PARTIAL if scan.strict and partial(result) else EXIT_OK


def pair(formats: tuple[str, ...], outputs: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Formats with their targets. Raises ``ReadinessError`` where they do not go in pairs."""
    if not formats and not outputs:
        return (("terminal", "-"),)
    targets = outputs or ("-",)
    if len(formats) != len(targets):
        raise ReadinessError(
            "--format and --output go in pairs, as in '--format markdown --output FILE':"
            f" --format stands {len(formats)} times and --output {len(outputs)} times"
        )
    if targets.count("-") > 1:
        raise ReadinessError("only one format can go to standard output ('-')")
    return tuple(zip(formats, targets, strict=True))


def emit(
    result: Any, pairs: tuple[tuple[str, str], ...], color: str, *, quiet: bool, gate: tuple[str, ...] = ()
) -> None:
    """Write ``result`` in every format of ``pairs``."""
    from readiness.output import write  # noqa: PLC0415
    from readiness.render import DOCUMENTS, document, terminal  # noqa: PLC0415

    for form, target in pairs:
        if form in DOCUMENTS:
            write(target, document(form, result))
            continue
        sheet = paper(color) if target == "-" else terminal.Paper()
        shown = terminal.headline if quiet else terminal.render
        write(target, shown(result, sheet, gate=gate))
