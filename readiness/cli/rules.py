"""``readiness rules``: list the rules, show one, run their cases."""

from __future__ import annotations

import click

from readiness.cli.options import book


@click.group("rules")
def command() -> None:
    """List the rules, show one, or run their cases."""


@command.command("list")
@click.option("--rules", "extra", metavar="DIR", help="Add a folder of rules.")
def list_rules(extra: str | None) -> int:
    """List every rule: id, severity, weight, tier, title."""
    for rule in book(extra).rules:
        click.echo(f"{rule.id:<34} {rule.severity:<8} {rule.weight:>2} {rule.tier}  {rule.title}")
    return 0


@command.command("show")
@click.argument("name")
@click.option("--rules", "extra", metavar="DIR", help="Add a folder of rules.")
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
    return 0


@command.command("test")
@click.option("--rules", "extra", metavar="DIR", help="Add a folder of rules.")
@click.argument("names", nargs=-1)
def test(extra: str | None, names: tuple[str, ...]) -> int:
    """Run the cases of the rules NAMES, or of all, and say which conditions no case proves.

    Each condition, option, part and rung is taken out in turn: a case has to fail without it. What
    stands inside one pattern or glob is taken as a whole.
    """
    from readiness.proof import failures, unproved  # noqa: PLC0415 - heavy

    rulebook = book(extra, cases=True)
    rules = [rulebook.rule(name) for name in names] or rulebook.rules
    wrong = cases = 0
    for rule in rules:
        for case in rule.cases:
            cases += 1
            for failure in failures(rule, case):
                wrong += 1
                click.echo(f"{rule.place.path}:{case.line}: '{case.name}': {failure}")
        for what in unproved(rule):
            wrong += 1
            click.echo(f"{rule.place.path}: no case notices when this is taken out: {what}")
    proved = ", and they prove every condition" if not wrong and cases else ""
    rule_word = "1 rule" if len(rules) == 1 else f"{len(rules)} rules"
    click.echo(f"{rule_word}, {cases} cases, {wrong} failures{proved}")
    return 1 if wrong else 0
