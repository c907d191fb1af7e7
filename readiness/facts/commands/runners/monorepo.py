"""Runners over the packages of one repository: Turborepo, Lerna, Nx, wsrun.

Sources: the documentation of each on running tasks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.commands.runners.model import Call, Led, inside
from readiness.facts.commands.runners.npm import FILE, PARSER, packages_of, steps_of

if TYPE_CHECKING:
    from readiness.facts.commands.runners.model import Step


def run(call: Call) -> Led | None:
    """``turbo run x``, ``lerna run x``, ``nx run-many -t x``: the script ``x`` of the workspaces."""
    if call.words[0] not in ("turbo", "lerna", "nx", "wsrun"):
        return None
    words = [word for word in call.words[1:] if not word.startswith("-")]
    names = _names(call, words)
    if not names:
        return None
    steps: list[Step] = []
    own = inside(call.directory, FILE)
    packages = packages_of(call, call.directory)
    root = call.read(PARSER, own)
    if root is not None and call.words[0] == "turbo":
        packages.append((own, call.directory, root))
    for name in names:
        for path, folder, package in packages:
            found = steps_of(path, package, name, folder)
            steps += [step for step in found if not _calls_itself(step, call.words[0])]
    if steps:
        return Led(tuple(steps))
    if call.words[0] == "nx" or not packages:
        return Led(unknown=f"what '{' '.join(call.words)[:60]}' runs")
    return call.absent(f"npm script '{names[0]}' (in no workspace)", own)


def _calls_itself(step: Step, runner: str) -> bool:
    return step.piece.text.split(" ", 1)[0] == runner


def _names(call: Call, words: list[str]) -> list[str]:
    name = call.words[0]
    if name in ("turbo", "lerna", "wsrun"):
        if words[:1] == ["run"]:
            return words[1:]
        return (
            words if name == "turbo" and words and words[0] not in ("prune", "login", "link", "gen") else []
        )
    targets: list[str] = []
    for at, word in enumerate(call.words):
        key, sign, value = word.partition("=")
        if key in ("-t", "--target", "--targets"):
            value = value if sign else call.words[at + 1] if at + 1 < len(call.words) else ""
            targets += [each for each in value.split(",") if each]
    if targets or not words:
        return targets
    if words[0] == "run" and len(words) > 1:
        return [words[1].split(":")[1]] if ":" in words[1] else []
    return [words[0]] if words[0] in ("test", "lint", "build", "e2e") else []
