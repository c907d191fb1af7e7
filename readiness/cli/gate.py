"""``readiness gate``: assess, and fail below thresholds."""

from __future__ import annotations

from typing import Any

import click

from readiness.cli.options import FORMATS, assessed, scan_of, shared
from readiness.cli.presenting import overriding, presenting, with_logo
from readiness.cli.scan import emit, pair
from readiness.errors import ReadinessError, nearest
from readiness.gate import Thresholds, decide

_AREAS = ("cicd", "container", "monitoring", "operations", "security")


@click.command("gate")
@shared
@click.option("--min", "least", metavar="SCORE", help="The least score, 0 to 100; its lower bound counts.")
@click.option("--min-area", "areas", multiple=True, metavar="AREA=SCORE", help="The least score of an area.")
@click.option("--no-blockers", is_flag=True, help="Fail on an open blocker.")
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Repeatable, with --output."
)
@click.option(
    "--output", "outputs", multiple=True, metavar="FILE", help="Where the format goes; '-' is stdout."
)
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True)
@click.option("--quiet", is_flag=True, help="Print one line: what the gate said last.")
@presenting
def command(  # noqa: PLR0913 - one parameter for each option
    least: str | None,
    areas: tuple[str, ...],
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    color: str,
    *,
    no_blockers: bool,
    quiet: bool,
    templates: str,
    logo: str,
    **options: Any,
) -> int:
    """Assess the repository at PATH; exit 1 where it stays below a threshold."""
    bounds = dict(_area_bound(text) for text in areas)
    score = None if least is None else bound(least, "--min")
    pairs = pair(formats, outputs)
    scan = scan_of(options)
    done, config = assessed(scan, today=True, quiet=quiet)
    result = done.assessment
    thresholds = Thresholds(
        score=config.least if score is None else score,
        areas={**config.areas, **bounds},
        no_blockers=no_blockers or config.no_blockers,
        strict=scan.strict,
    )
    decision = decide(result, thresholds)
    with overriding(templates):
        emit(with_logo(result, logo), pairs, color, quiet=quiet, gate=decision.sentences)
    if "terminal" not in {form for form, _ in pairs}:
        for sentence in decision.sentences:
            click.echo(sentence, err=True)
    return decision.exit_code


def bound(text: str, option: str) -> int:
    """A threshold in millipoints of a hundred. Raises ``ReadinessError`` for what is none."""
    from readiness.config import millipoints  # noqa: PLC0415 - heavy

    value = millipoints(text)
    if value is None:
        raise ReadinessError(f"{option}: '{text}' is no score; it is a number from 0 to 100")
    return value


def _area_bound(text: str) -> tuple[str, int]:
    area, sign, value = text.partition("=")
    if not sign:
        raise ReadinessError(f"--min-area: '{text}' is not AREA=SCORE, such as container=60")
    if area not in _AREAS:
        hint = nearest(area, _AREAS) or f"; one of: {', '.join(_AREAS)}"
        raise ReadinessError(f"--min-area: there is no area '{area}'{hint}")
    return area, bound(value, "--min-area")
