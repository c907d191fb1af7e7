"""Generated documents are what the tool says of itself; `pytest --renew` writes them anew."""

from __future__ import annotations

from pathlib import Path

import click

from readiness.authoring.pages import pages
from readiness.cli import Lazy, cli
from readiness.cli.options import book
from readiness.facts.catalogue import NOUNS
from readiness.rulebook import cases, clauses, load
from readiness.rulebook.fields import fields_of

DOCS = Path(__file__).parent.parent / "docs"


def check(name: str, text: str, *, renew: bool) -> None:
    path = DOCS / name
    if renew:
        path.write_text(text, encoding="utf-8")
    stale = f"docs/{name} is not what the project says now: run pytest --renew"
    assert path.read_text(encoding="utf-8").splitlines() == text.splitlines(), stale


def helps(command: click.Command, name: str) -> list[str]:
    # The names of the help option as the command line has them; click keeps the first that it has made.
    command._help_option = None
    shown = {"terminal_width": 100, "max_content_width": 100, "help_option_names": ["-h", "--help"]}
    context = click.Context(command, info_name=name, **shown)  # type: ignore[arg-type]
    lines = [f"## {name}", "", "```", command.get_help(context), "```", ""]
    if isinstance(command, click.Group) and not isinstance(command, Lazy):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            lines += helps(found, f"{name} {child}")
    return lines


def test_the_reference_of_the_command_line_is_what_help_prints(renew: bool) -> None:
    lines = ["# The command line", "", *helps(cli, "readiness")]
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        lines += helps(command, f"readiness {name}")
    check("cli.md", "\n".join(lines), renew=renew)


def test_the_reference_of_the_nouns_is_what_the_catalogue_says(renew: bool) -> None:
    lines = [
        "# Nouns",
        "",
        "What a rule can ask about. `readiness facts NOUN PATH` prints the rows of a repository.",
        "",
    ]
    for name, noun in NOUNS.items():
        scoped = " A question about it must name the files (`path`)." if noun.scoped else ""
        lines += [f"## {name}", "", f"{noun.meaning[0].upper()}{noun.meaning[1:]}.{scoped}", ""]
        lines += ["| field | what it is | values |", "|---|---|---|"]
        for field in fields_of(noun.row).values():
            values = ", ".join(field.choices) or field.kind
            unknown = ", or unknown" if field.optional else ""
            lines.append(f"| `{field.name}` | {field.meaning} | {values}{unknown} |".replace("||", "\\|\\|"))
        lines.append("")
    check("nouns.md", "\n".join(lines), renew=renew)


def test_the_reference_of_the_rules_is_what_the_rules_say(renew: bool) -> None:
    made = pages(book(cases=True).rules)
    folder = DOCS / "rules"
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*.md")}
    if renew:
        for name in there - made.keys():
            (folder / name).unlink()
    for name, text in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        check(f"rules/{name}", text, renew=renew)
    assert renew or there == made.keys()


def test_the_format_of_a_rule_names_every_key() -> None:
    text = (DOCS / "rule-format.md").read_text(encoding="utf-8")
    words = (*load.KEYS, *cases.KEYS, *clauses.COMPARISONS, *clauses.KINDS)
    assert [word for word in words if f"`{word}" not in text and f"{{ {word}:" not in text] == []
