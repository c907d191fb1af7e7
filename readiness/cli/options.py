"""The options that scan, gate and explain share, and what they come to."""

from __future__ import annotations

import datetime
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from readiness.errors import ReadinessError, nearest
from readiness.records import Struct, names_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from readiness.assess import Assessed
    from readiness.config import Config
    from readiness.facts.cache import Cache
    from readiness.facts.model import Progress
    from readiness.render.terminal import Paper
    from readiness.tree.model import Tree

# A scan makes many objects and few cycles: looking for cycles seldom saves a twentieth of its time.
_GARBAGE = (100_000, 50, 100)

F = TypeVar("F", bound="Callable[..., Any]")
FORMATS = ("terminal", "json", "markdown", "html", "step-summary", "comment", "email", "executive")
PROFILES = ("service", "library", "cli", "frontend", "infrastructure", "documentation")
_AREAS = ("cicd", "container", "monitoring", "operations", "security")


class Scan(Struct, frozen=True):
    """What the shared options say."""

    path: str
    ref: str
    tier: str | None
    profile: str | None
    area: tuple[str, ...]
    rules: str | None
    exclude: tuple[str, ...]
    disable: tuple[str, ...]
    as_of: str
    strict: bool
    no_cache: bool
    no_config: bool


_OPTIONS = (
    click.argument("path", default="."),
    click.option("--ref", default="", metavar="REVISION", help="Read this git revision, without a checkout."),
    click.option(
        "--tier",
        type=click.Choice(("A", "B", "C")),
        default=None,
        help="How high the bar is; B where nothing else is said.",
    ),
    click.option(
        "--profile", type=click.Choice(PROFILES), help="What it is; chosen by its files if not said."
    ),
    click.option("--area", multiple=True, type=click.Choice(_AREAS), help="Ask only this area's rules."),
    click.option("--rules", metavar="DIR", help="Add a folder of rules."),
    click.option(
        "--exclude", multiple=True, metavar="GLOB", help="Leave files out; printed in every report."
    ),
    click.option(
        "--disable", multiple=True, metavar="RULE", help="Leave a rule out; printed in every report."
    ),
    click.option("--as-of", default="", metavar="DATE", help="The date to judge by (YYYY-MM-DD)."),
    click.option("--no-cache", is_flag=True, help="Neither use nor keep what files of the same bytes hold."),
    click.option("--no-config", is_flag=True, help="Leave the subject's own configuration unread."),
    click.option(
        "--strict", is_flag=True, help="Exit 4 where an answer is unknown or a file could not be read."
    ),
)


def shared(command: F) -> F:
    """The options that say what to assess and by what."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def scan_of(options: dict[str, Any]) -> Scan:
    """The shared options out of a command's keyword arguments, which are left without them."""
    names = names_of(Scan)
    return Scan(**{name: options.pop(name) for name in names})


def assessed(scan: Scan, *, today: bool = False, quiet: bool = False) -> tuple[Assessed, Config]:
    """Assess what ``scan`` names, and the configuration that was found in it.

    ``today`` is the date where none is given (the gate's). A long scan says on a terminal
    how far it is, unless ``quiet``.
    """
    from readiness.cli.progress import progress  # noqa: PLC0415 - only for scans

    with progress(quiet=quiet) as told:
        return _assessed(scan, told, today=today)


def _assessed(scan: Scan, progress: Progress, *, today: bool) -> tuple[Assessed, Config]:
    from readiness.assess import Options, assess  # noqa: PLC0415 - heavy
    from readiness.config import known_rules  # noqa: PLC0415 - heavy

    if not scan.path:
        raise ReadinessError("PATH is empty; name a folder, such as .")
    as_of = date_of(scan.as_of, today=today)
    rulebook = book(scan.rules)
    tree, config = _opened(scan)
    known_rules(config, tuple(rule.id for rule in rulebook.rules))
    known_prices(config)
    options = Options(
        tier=scan.tier or config.tier or "B",
        profile=scan.profile or config.profile,
        areas=scan.area,
        disabled=tuple(dict.fromkeys((*scan.disable, *config.disable))),
        excluded=(*scan.exclude, *config.exclude),
        as_of=as_of,
        planning=config.planning,
        branding=config.branding,
    )
    gc.set_threshold(*_GARBAGE)
    cache = _cache(scan)
    try:
        return assess(tree, rulebook, options, progress, cache), config
    finally:
        if cache is not None:
            cache.close()


def known_prices(config: Config) -> None:
    """Raise ``ReadinessError`` where the configuration prices an item that the price book does not have."""
    if not config.planning.prices:
        return
    from readiness.report.tables import cost_table  # noqa: PLC0415 - only for who has prices

    items = tuple(cost_table().items)
    for name in config.planning.prices:
        if name not in items:
            hint = nearest(name, items) or f"; one of: {', '.join(items)}"
            raise ReadinessError(f"{config.source}: 'prices' has no '{name}'{hint}")


def _cache(scan: Scan) -> Cache | None:
    """The cache in the user's folder; none under ``--no-cache``, or where that folder is in the subject."""
    from readiness.facts.cache import Cache, cache_folder  # noqa: PLC0415 - heavy

    if scan.no_cache:
        return None
    folder = cache_folder()
    inside = Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(scan.path))
    return None if inside else Cache(folder)


def _opened(scan: Scan) -> tuple[Tree, Config]:
    """The subject without what is excluded, and its own configuration; empty under ``--no-config``."""
    from readiness.config import Config, read_config  # noqa: PLC0415 - heavy
    from readiness.matching import PatternError  # noqa: PLC0415 - heavy
    from readiness.tree import open_tree  # noqa: PLC0415 - heavy

    tree = None if scan.no_config else open_tree(scan.path, scan.ref)
    config = Config() if tree is None else read_config(tree)
    excluded = (*scan.exclude, *config.exclude)
    try:
        if tree is None or excluded:
            tree = open_tree(scan.path, scan.ref, exclude=excluded)
    except PatternError as error:
        raise ReadinessError(f"--exclude: {error}") from None
    return tree, config


def book(extra: str | None = None, *, cases: bool = False) -> Any:
    """The shipped rules, with the folder ``extra`` added; with their ``cases`` for who proves them."""
    from readiness.facts.catalogue import NOUNS  # noqa: PLC0415 - heavy
    from readiness.resources import shipped  # noqa: PLC0415
    from readiness.rulebook.load import load_rulebook  # noqa: PLC0415 - heavy

    folders = [shipped("rules"), *([Path(extra)] if extra else [])]
    return load_rulebook(folders, NOUNS, cases=cases)


def date_of(given: str, *, today: bool) -> str:
    """The as-of date: as given, else ``SOURCE_DATE_EPOCH``, else today's where asked for, else empty.

    Raises ``ReadinessError`` for what is no date.
    """
    if given:
        try:
            return datetime.date.fromisoformat(given).isoformat()
        except ValueError:
            raise ReadinessError(f"--as-of: '{given}' is no date; write it as YYYY-MM-DD") from None
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch:
        try:
            return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
        except (ValueError, OverflowError, OSError):
            raise ReadinessError(f"SOURCE_DATE_EPOCH: '{epoch}' is no count of seconds") from None
    return datetime.datetime.now(datetime.UTC).date().isoformat() if today else ""


def paper(color: str) -> Paper:
    """What the terminal can show, by ``--color``, ``NO_COLOR``, ``FORCE_COLOR`` and its encoding."""
    from readiness.render.terminal import Paper  # noqa: PLC0415

    stream = sys.stdout
    encoding = (getattr(stream, "encoding", None) or "ascii").lower().replace("-", "")
    environ = os.environ
    if color == "auto":
        forced = bool(environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE"))
        colour = not environ.get("NO_COLOR") and (
            forced or (stream.isatty() and environ.get("TERM") != "dumb")
        )
    else:
        colour = color == "always"
    return Paper(colour=colour, unicode=encoding.startswith("utf"))
