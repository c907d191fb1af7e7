"""The command line, one file per command. A command reads its options, calls the library, prints."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

import readiness
from readiness.errors import EXIT_BUG, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, ReadinessError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = {
    "scan": "assess a repository and say how ready it is for production",
    "gate": "fail when an assessment stays below thresholds",
    "explain": "show how one rule came to its verdict: facts, question, level, points",
    "report": "write the report on a stored assessment",
    "facts": "print the rows of a noun that a rule can ask about",
    "rules": "list the rules, show one, or run their cases",
    "schema": "print the JSON Schema of the assessment",
}


class Lazy(click.Group):
    """Commands that are imported when they are called, so that ``--help`` loads nothing else."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of the commands, in the order of a first use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command ``cmd_name``, imported now, or None."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"readiness.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that ``args`` begins with; a usage error names the nearest."""
        name = args[0]
        if name not in _COMMANDS:
            ctx.fail(f"there is no command '{name}'{nearest(name, _COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands with a line each, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(readiness.__version__, prog_name="readiness")
def cli() -> None:
    """Say how ready a repository is for production, every point traceable to a line.

    Exit codes: 0 passed, 1 gate failed, 2 usage or configuration, 3 nothing assessed,
    4 partial under --strict, 70 a bug of ours, 130 interrupted.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code. A bug of ours keeps its traceback and ends with 70."""
    try:
        code = cli.main(arguments, prog_name="readiness", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except ReadinessError as error:
        click.echo(f"readiness: {error}", err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("readiness: interrupted", err=True)
        return EXIT_INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click ends so where the reader of a pipe has gone
        return EXIT_OK
    except Exception:  # noqa: BLE001 - the one place that turns a bug into its exit code
        _report_bug()
        return EXIT_BUG
    return code if isinstance(code, int) else EXIT_OK


def _report_bug() -> None:
    import traceback  # noqa: PLC0415 - only for bugs

    traceback.print_exc(file=sys.stderr)
    click.echo("readiness: this is a bug in readiness; please report it with the lines above", err=True)
