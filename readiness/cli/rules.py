"""``readiness rules``: list the rules, show one, run their cases, and what a writer of rules needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.options import book
from readiness.errors import EXIT_GATE, EXIT_OK, OutputError, ReadinessError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.rulebook.load import Rulebook
    from readiness.rulebook.model import Rule

_extra = click.option("--rules", "extra", metavar="DIR", help="Add a folder of rules.")
_names = click.argument("names", nargs=-1)


@click.group("rules")
def command() -> None:
    """List the rules, show one, run their cases; write, check and document rules of your own."""


@command.command("list")
@_extra
@click.option("--area", help="Only this area's.")
@click.option("--standard", metavar="KEY", help="Only those that speak of a framework, such as OSPS.")
def list_rules(extra: str | None, area: str | None, standard: str | None) -> int:
    """List every rule: id, severity, weight, tier, title."""
    from readiness.rulebook.load import AREAS  # noqa: PLC0415 - heavy
    from readiness.rulebook.standards import load_standards  # noqa: PLC0415 - heavy

    for given, known, what in ((area, AREAS, "area"), (standard, load_standards(), "framework")):
        if given is not None and given not in known:
            hint = nearest(given, known) or f"; one of: {', '.join(known)}"
            raise ReadinessError(f"there is no {what} '{given}'{hint}")
    for rule in book(extra).rules:
        if area not in (None, rule.area) or (standard is not None and standard not in rule.standards):
            continue
        click.echo(f"{rule.id:<34} {rule.severity:<8} {rule.weight:>2} {rule.tier}  {rule.title}")
    return EXIT_OK


@command.command("show")
@click.argument("name")
@_extra
def show(name: str, extra: str | None) -> int:
    """Show a rule: why it is asked, its ladder in words, and what to do."""
    from readiness.rulebook.words import in_words  # noqa: PLC0415

    rule = book(extra).rule(name)
    click.echo(
        f"{rule.id}: {rule.title}\n  {rule.severity}, weight {rule.weight}, tier {rule.tier}\n  {rule.why}\n"
    )
    if rule.applies is not None:
        click.echo(f"applies      {in_words(rule.applies)}")
    if rule.requires is not None:
        click.echo(f"requires     {', '.join(rule.requires.rules())}")
    if rule.planned is not None:
        click.echo(f"planned      {in_words(rule.planned)}")
    for rung in rule.rungs:
        click.echo(f"{rung.level!s:<12} {in_words(rung.question)}")
    click.echo("\nto do")
    for step in rule.fix.steps:
        click.echo(f"  - {step}")
    return EXIT_OK


@command.command("test")
@_extra
@_names
def test(extra: str | None, names: tuple[str, ...]) -> int:
    """Run the cases of the rules NAMES, or of all, and say which conditions no case proves.

    Each condition, option, part and rung is taken out in turn: a case has to fail without it. What
    stands inside one pattern or glob is taken as a whole. A table shows the levels that the cases
    must get against those that they got.
    """
    from readiness.authoring.confusion import Confusion  # noqa: PLC0415 - heavy
    from readiness.proof import failures, unproved  # noqa: PLC0415 - heavy

    rules = _named(book(extra, cases=True), names)
    got = Confusion()
    wrong = 0
    for rule in rules:
        for case in rule.cases:
            got.count(rule, case)
            for failure in failures(rule, case):
                wrong += 1
                click.echo(f"{rule.place.path}:{case.line}: '{case.name}': {failure}")
        for what in unproved(rule):
            wrong += 1
            click.echo(f"{rule.place.path}: no case notices when this is taken out: {what}")
    for line in got.lines():
        click.echo(line)
    proved = ", and they prove every condition" if not wrong and got.cases else ""
    click.echo(f"{_many(len(rules), 'rule')}, {got.cases} cases, {wrong} failures{proved}")
    return EXIT_GATE if wrong else EXIT_OK


@command.command("lint")
@_extra
@_names
def lint_rules(extra: str | None, names: tuple[str, ...]) -> int:
    """Say what is wrong with the rules NAMES, or with all, beyond what loading them refuses.

    A rule worth more than 8 points, an area too thin to be assessed, a condition that no case
    exercises, a framework or control that nobody knows, words out of style. Exits 1 if there is any.
    """
    from readiness.authoring.lint import lint  # noqa: PLC0415 - heavy

    rulebook = book(extra, cases=True)
    rules = _named(rulebook, names)
    found = 0
    for finding in lint(rules, rulebook.rules):
        found += 1
        click.echo(f"{finding.place}: {finding.message}")
    click.echo(f"{_many(len(rules), 'rule')}, {_many(found, 'finding')}")
    return EXIT_GATE if found else EXIT_OK


@command.command("new")
@click.argument("name")
@click.option(
    "--rules",
    "folder",
    metavar="DIR",
    default="rules",
    show_default=True,
    help="The folder of rules it goes in.",
)
def new(name: str, folder: str) -> int:
    """Write a first draft of the rule NAME (<area>/<name>), with cases that pass."""
    from readiness.authoring.draft import draft  # noqa: PLC0415 - heavy

    file = draft(name, Path(folder))
    click.echo(f"{file}\nchange it, then: readiness rules test --rules {folder} {name}")
    return EXIT_OK


@command.command("docs")
@click.argument("folder", metavar="DIR")
@_extra
def docs(folder: str, extra: str | None) -> int:
    """Write the reference into DIR: a page for each rule, an index, and the rules by standard."""
    from readiness.authoring.pages import pages  # noqa: PLC0415 - heavy

    made = pages(book(extra, cases=True).rules)
    try:
        for name, text in made.items():
            file = Path(folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}") from None
    click.echo(f"{len(made)} pages in {folder}")
    return EXIT_OK


@command.command("schema")
def schema() -> int:
    """Print the JSON Schema of a rule's file, for editors."""
    import json  # noqa: PLC0415

    from readiness.authoring.schema import rule_schema  # noqa: PLC0415 - heavy
    from readiness.facts.catalogue import NOUNS  # noqa: PLC0415 - heavy

    click.echo(json.dumps(rule_schema(NOUNS), indent=2))
    return EXIT_OK


def _named(rulebook: Rulebook, names: Sequence[str]) -> Sequence[Rule]:
    return [rulebook.rule(name) for name in names] or rulebook.rules


def _many(count: int, word: str) -> str:
    return f"1 {word}" if count == 1 else f"{count} {word}s"
