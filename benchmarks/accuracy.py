"""How right the verdicts are: each label of a second reader beside what a scan says.

``labels/OWNER+NAME.yaml`` holds, for one repository at one commit, the level that a reader of its files
gave to rules, with the line that it rests on. ``FOLDER/OWNER+NAME`` are checkouts of those commits.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readiness.assess import Options, assess
from readiness.cli.options import book
from readiness.levels import Level
from readiness.structured.nodes import Table
from readiness.structured.yaml import parse
from readiness.tree import open_tree

if TYPE_CHECKING:
    from readiness.assessment import Rule

LABELS = Path(__file__).parent / "labels"
KINDS = ("exact", "within one", "off by more", "applicability", "unknown")
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


def measured(checkout: Path, levels: dict[str, str]) -> tuple[Counter[str], list[str]]:
    """How many verdicts are of each kind, and a line for each that is not exact."""
    rules = {
        rule.id: rule for rule in assess(open_tree(checkout), book(), Options(tier="A")).assessment.rules
    }
    kinds: Counter[str] = Counter()
    lines: list[str] = []
    for name, label in sorted(levels.items()):
        if name in rules and label in (*_LEVELS, "not-applicable", "unknown"):
            kind = compared(label, rules[name])
            kinds[kind] += 1
            if kind != "exact":
                lines.append(f"  {kind}: {name}: {rules[name].status} {rules[name].level}, label {label}")
    return kinds, lines


def main(arguments: list[str] | None = None) -> int:
    """Print a table, a row for each repository; with ``--list`` every verdict that is not exact."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="checkouts, each called OWNER+NAME")
    parser.add_argument("--list", action="store_true", help="name each verdict that is not exact")
    chosen: Any = parser.parse_args(arguments)
    total: Counter[str] = Counter()
    rows = [f"| repository | labels | {' | '.join(KINDS)} |", "|---|--:|" + "--:|" * len(KINDS)]
    for file in sorted(LABELS.glob("*.yaml")):
        repository, _, levels = labels_of(file)
        checkout = chosen.folder / file.stem
        if not checkout.is_dir():
            sys.stderr.write(f"no checkout of {repository} at {checkout}\n")
            continue
        kinds, lines = measured(checkout, levels)
        total += kinds
        rows += [_row(repository, kinds), *(lines if chosen.list else ())]
    sys.stdout.write("\n".join([*rows, _row("**all**", total)]) + "\n")
    return 0


def _row(name: str, kinds: Counter[str]) -> str:
    return f"| {name} | {kinds.total()} | {' | '.join(str(kinds[kind]) for kind in KINDS)} |"


if __name__ == "__main__":
    raise SystemExit(main())
