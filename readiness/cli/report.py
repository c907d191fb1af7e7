"""``readiness report``: an assessment that was stored as JSON, as a report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli.presenting import overriding, presenting, with_logo
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.assessment import Assessment

_FORMATS = ("markdown", "html", "terminal", "json", "step-summary", "comment", "email", "executive")
_KINDS: dict[str, tuple[str, tuple[type, ...]]] = {
    "object": ("a mapping", (dict,)),
    "array": ("a list", (list,)),
    "string": ("a text", (str,)),
    "boolean": ("true or false", (bool,)),
    "integer": ("a whole number", (int,)),
    "number": ("a number", (int, float)),
    "null": ("null", (type(None),)),
}


@click.command("report")
@click.argument("file", metavar="ASSESSMENT.JSON")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="markdown", show_default=True)
@click.option(
    "--output", default="-", show_default=True, metavar="FILE", help="Where it goes; '-' is stdout."
)
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True)
@click.option(
    "--config",
    default="",
    metavar="FILE",
    help="A readiness.toml whose [plan] and [report] stand for those of the assessment.",
)
@presenting
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    file: str, form: str, output: str, color: str, config: str, templates: str, logo: str
) -> int:
    """Write the report on a stored assessment, the output of `readiness scan --format json`.

    Nothing is assessed anew: the same file gives the same report. It may be of an older version.
    """
    from readiness.output import write  # noqa: PLC0415

    found = with_logo(_configured(read(file), config), logo)
    with overriding(templates):
        write(output, _rendered(found, form, output, color))
    return 0


def _configured(found: Assessment, file: str) -> Assessment:
    """``found`` with the plan and the presentation of the user's configuration ``file``, if there is one."""
    if not file:
        return found
    from readiness.cli.options import known_prices  # noqa: PLC0415
    from readiness.config import read_config_file  # noqa: PLC0415
    from readiness.records import replace  # noqa: PLC0415

    config = read_config_file(file)
    known_prices(config)
    return replace(found, planning=config.planning, branding=config.branding)


def _rendered(found: Assessment, form: str, output: str, color: str) -> str:
    from readiness.render import DOCUMENTS, document  # noqa: PLC0415

    if form in DOCUMENTS:
        return document(form, found)
    from readiness.cli.options import paper  # noqa: PLC0415
    from readiness.render import terminal  # noqa: PLC0415

    return terminal.render(found, paper(color) if output == "-" else terminal.Paper())


def read(file: str) -> Assessment:
    """The assessment that the JSON in ``file`` is.

    Raises ``ReadinessError`` where there is no such file, it is no JSON, it is of another shape than the
    schema's or of another major version, or its ledger does not sum to its score.
    """
    from readiness.assessment import from_json, schema  # noqa: PLC0415

    data = _parsed(file)
    _check_version(file, data)
    described = schema()
    wrong = _mismatch(data, described, described["$defs"], "assessment")
    if wrong:
        raise _refusal(file, f"{wrong}; is this the output of 'readiness scan --format json'?")
    try:
        found: Assessment = from_json(data)
    except (ValueError, OverflowError) as error:
        raise _refusal(file, str(error)) from None
    _check_choices(file, found)
    areas = {area.id for area in found.areas}
    stray = next((rule for rule in found.rules if rule.area not in areas), None)
    if stray:
        raise _refusal(file, f"the rule '{stray.id}' is of the area '{stray.area}', which is not listed")
    if found.score is not None and sum(row.points for row in found.ledger) != found.score.low:
        raise _refusal(file, "the rows of the ledger do not sum to score.low; the file was changed")
    return found


def _check_choices(file: str, found: Assessment) -> None:
    """Raise ``ReadinessError`` for a plan or a logo that no configuration could have given."""
    from readiness.choices import SIZES, is_logo  # noqa: PLC0415

    plan = found.planning
    if plan.size not in SIZES or not (0 < plan.engineers <= 1000 and 0 < plan.focus <= 100 and plan.rate > 0):
        raise _refusal(file, "its 'planning' is none that a configuration gives")
    if found.branding.logo and not is_logo(found.branding.logo):
        raise _refusal(file, "its 'branding.logo' is no data URI of an image")


def _refusal(file: str, why: str) -> ReadinessError:
    """The error that says why; what it quotes from the file is made harmless for a terminal."""
    from readiness.render.text import inert  # noqa: PLC0415

    return ReadinessError(f"{file}: {inert(why)}")


def _parsed(file: str) -> Any:
    try:
        return json.loads(Path(file).read_bytes(), parse_constant=_no_number)
    except OSError as error:
        raise ReadinessError(f"cannot read '{file}': {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise _refusal(file, f"not readable as JSON: {error}") from None


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _check_version(file: str, data: Any) -> None:
    from readiness.assessment import SCHEMA_VERSION  # noqa: PLC0415

    given = data.get("schema_version") if isinstance(data, dict) else None
    if not isinstance(given, str):
        raise _refusal(file, f"no assessment: it has no 'schema_version' such as \"{SCHEMA_VERSION}\"")
    major, ours = given.partition(".")[0], SCHEMA_VERSION.partition(".")[0]
    if major != ours:
        newer = major.isascii() and major.isdigit() and len(major) < 9 and int(major) > int(ours)
        what_to_do = "use the release of readiness that wrote it" if newer else "scan anew"
        raise _refusal(file, f"its schema_version is '{given}', this release reads {ours}.x; {what_to_do}")


def _mismatch(data: Any, described: dict[str, Any], parts: dict[str, Any], place: str) -> str:
    """What in ``data`` is not as ``described``, or the empty text.

    Knows the words of JSON Schema that the schema of the assessment uses; goes as deep as that, no deeper.
    """
    if "$ref" in described:
        return _mismatch(data, parts[described["$ref"].rpartition("/")[2]], parts, place)
    if "anyOf" in described:
        wrong = [_mismatch(data, choice, parts, place) for choice in described["anyOf"]]
        return "" if "" in wrong or data is None else wrong[0]
    if "enum" in described:
        known = described["enum"]
        expected = ", ".join(str(word) for word in known)
        return "" if data in known else f"{place}: one of these is expected: {expected}"
    words, types = _KINDS[described["type"]]
    if not isinstance(data, types) or (isinstance(data, bool) and bool not in types):
        return f"{place}: {words} is expected"
    return next(filter(None, _inside(data, described, parts, place)), "")


def _inside(data: Any, described: dict[str, Any], parts: dict[str, Any], place: str) -> Any:
    """The mismatches of what ``data`` holds, as they are found."""
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield _mismatch(item, described["items"], parts, f"{place}[{number}]")
    elif isinstance(data, dict):
        known = described.get("properties", {})
        for name in described.get("required", ()):
            if name not in data:
                yield f"{place}: '{name}' is missing"
        for name, value in data.items():
            rest = described.get("additionalProperties")
            wanted = known.get(name, rest)
            if wanted:
                yield _mismatch(value, wanted, parts, f"{place}.{name}")
