"""How right verdicts and facts are: each label of a second reader beside what a scan says.

``labels/OWNER+NAME.yaml`` holds, for one repository at one commit, the level that a reader of its files
gave to rules, with the line that it rests on; ``labels/facts/OWNER+NAME.yaml`` the places of facts. WHERE
is a folder of clones called OWNER+NAME, each read at the commit of its labels, or one clone, PATH@COMMIT.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import facts

from readiness.assess import Options, assess
from readiness.cli.options import book
from readiness.facts.store import Store
from readiness.levels import Level
from readiness.scoring.settings import AREAS
from readiness.structured.nodes import Table
from readiness.structured.yaml import parse
from readiness.tree import open_tree

if TYPE_CHECKING:
    from readiness.assessment import Rule
    from readiness.tree.model import Tree

LABELS = Path(__file__).parent / "labels"
KINDS = ("exact", "within one", "off by more", "applicability", "unknown")
CRITICAL = "critical rules"
_LEVELS = {str(level): level for level in Level}


def labels_of(file: Path) -> tuple[str, str, dict[str, str]]:
    """The repository, the commit, and the level that the reader gave, by rule."""
    (root,) = parse(file.read_bytes())
    rules = root.table("rules") if isinstance(root, Table) else None
    if not isinstance(root, Table) or rules is None:
        raise ValueError(f"{file} holds no labels")
    levels = {key.text: value.text("level") for key, value in rules if isinstance(value, Table)}
    return root.text("repository"), root.text("commit"), levels


def compared(label: str, rule: Rule) -> str:
    """Which of ``KINDS`` a verdict is, next to ``label``.

    A blocked rule has no level of its own and stands for absent. What is unknown here counts as such
    whatever the reader could tell, unless the reader could not tell either.
    """
    here = "not-applicable" if rule.status == "not-applicable" else rule.level
    if "not-applicable" in (label, here):
        return "exact" if label == here else "applicability"
    if rule.status == "unknown" or label == "unknown":
        return "exact" if rule.status == label else "unknown"
    level = Level.ABSENT if rule.status == "blocked" else _LEVELS[here]
    apart = abs(_LEVELS[label] - level)
    return KINDS[min(apart, 2)]


def measured(tree: Tree, levels: dict[str, str]) -> tuple[dict[str, Counter[str]], list[str]]:
    """How many verdicts are of each kind, by area and of critical rules; a line for each not exact."""
    rules = {rule.id: rule for rule in assess(tree, book(), Options(tier="A")).assessment.rules}
    kinds = {group: Counter[str]() for group in (*AREAS, CRITICAL)}
    lines: list[str] = []
    for name, label in sorted(levels.items()):
        if name in rules and label in (*_LEVELS, "not-applicable", "unknown"):
            kind = compared(label, rules[name])
            kinds[rules[name].area][kind] += 1
            if rules[name].severity == "critical":
                kinds[CRITICAL][kind] += 1
            if kind != "exact":
                lines.append(f"  {kind}: {name}: {rules[name].status} {rules[name].level}, label {label}")
    return kinds, lines


def clones(where: str) -> dict[str, tuple[Path, str]]:
    """The clones by the name of their labels, each with the commit asked for, empty for the labels'."""
    path, at, commit = where.rpartition("@")
    if at and commit and "/" not in commit:
        return {Path(path).name: (Path(path), commit)}
    return {folder.name: (folder, "") for folder in sorted(Path(where).iterdir()) if folder.is_dir()}


def verdicts(given: dict[str, tuple[Path, str]], *, listed: bool) -> list[str]:
    """A table of verdicts, a row for each repository that has labels; and one with a row for each area."""
    groups = {group: Counter[str]() for group in (*AREAS, CRITICAL)}
    rows = _head("repository")
    for file in sorted(LABELS.glob("*.yaml")):
        repository, commit, levels = labels_of(file)
        if file.stem in given:
            path, other = given[file.stem]
            kinds, lines = measured(open_tree(path, other or commit), levels)
            for group, counts in kinds.items():
                groups[group].update(counts)
            rows += [_row(repository, _over_areas(kinds)), *(lines if listed else ())]
    by_area = [_row(group, counts) for group, counts in groups.items()]
    return [*rows, _row("**all**", _over_areas(groups)), "", *_head("area"), *by_area]


def by_noun(given: dict[str, tuple[Path, str]], *, listed: bool) -> list[str]:
    """A table of facts, a row for each key of the labels, over all repositories."""
    total: dict[str, Counter[str]] = {}
    notes: list[str] = []
    repositories = 0
    for file in sorted((LABELS / "facts").glob("*.yaml")):
        if file.stem not in given:
            continue
        labels = facts.labelled(file)
        path, commit = given[file.stem]
        found, lines = facts.counted(Store(open_tree(path, commit or labels.commit)), labels)
        repositories += 1
        notes += [labels.repository, *lines]
        for key, counts in found.items():
            total.setdefault(key, Counter()).update(counts)
    kinds = ("hit", "missed", "extra", "open")
    rows = [
        f"| {repositories} repositories | noun | {' | '.join(kinds)} |",
        "|---|---|" + "--:|" * len(kinds),
    ]
    for key, counts in total.items():
        rows.append(
            f"| {key} | {facts.LABELS[key].noun} | {' | '.join(str(counts[kind]) for kind in kinds)} |"
        )
    every = sum(total.values(), Counter[str]())
    rows.append(f"| **all** | | {' | '.join(str(every[kind]) for kind in kinds)} |")
    return [*rows, *(notes if listed else ())]


def main(arguments: list[str] | None = None) -> int:
    """Print the table of verdicts, or of facts; with ``--list`` each that is not right."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("where", help="a folder of clones called OWNER+NAME, or PATH@COMMIT")
    parser.add_argument("--facts", action="store_true", help="the facts by noun instead of the verdicts")
    parser.add_argument("--list", action="store_true", help="name each that is not right")
    chosen: Any = parser.parse_args(arguments)
    table = by_noun if chosen.facts else verdicts
    sys.stdout.write("\n".join(table(clones(chosen.where), listed=chosen.list)) + "\n")
    return 0


def _over_areas(groups: dict[str, Counter[str]]) -> Counter[str]:
    return sum((groups[area] for area in AREAS), Counter[str]())


def _head(what: str) -> list[str]:
    return [f"| {what} | labels | {' | '.join(KINDS)} |", "|---|--:|" + "--:|" * len(KINDS)]


def _row(name: str, kinds: Counter[str]) -> str:
    return f"| {name} | {kinds.total()} | {' | '.join(str(kinds[kind]) for kind in KINDS)} |"


if __name__ == "__main__":
    raise SystemExit(main())
