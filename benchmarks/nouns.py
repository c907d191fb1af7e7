"""What each noun costs on one tree: CPU of its own, rows, files looked at; the dearest first.

Every noun that a rule asks about is asked once, in the order of the catalogue. What two nouns share (a parsed
file) is counted where it is done first; listing and the pass of the matcher have lines of their own.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Any

from readiness.cli.options import book
from readiness.facts.catalogue import NOUNS
from readiness.facts.store import Store
from readiness.rulebook.interest import interest_of
from readiness.rulebook.model import nouns_of
from readiness.tree import open_tree

if TYPE_CHECKING:
    from readiness.facts.model import Collected, Noun

MATCHER = "(matching of texts)"


class Timed(Store):
    """A store that knows what each noun took, without what it asked of others."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.own: dict[str, float] = {}
        self._inner = [0.0]

    def collected(self, noun: Noun[Any], scope: tuple[str, ...] = ()) -> Collected[Any]:
        """As the store's; the time of the inner ones is taken off."""
        found: Collected[Any] = self._timed(noun.name, lambda: Store.collected(self, noun, scope))
        return found

    def hits(self, table: Any) -> Any:
        """As the store's, on a line of its own."""
        return self._timed(MATCHER, lambda: Store.hits(self, table))

    def _timed(self, name: str, work: Any) -> Any:
        start = time.process_time()
        self._inner.append(0.0)
        found = work()
        took = time.process_time() - start
        self.own[name] = self.own.get(name, 0.0) + took - self._inner.pop()
        self._inner[-1] += took
        return found


def main(arguments: list[str] | None = None) -> int:
    """Print a table, a row for each noun that took a millisecond or more."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("tree", help="the folder of the tree")
    chosen: Any = parser.parse_args(arguments)
    rules = book().rules
    start = time.process_time()
    tree = open_tree(chosen.tree)
    listed = time.process_time() - start
    facts = Timed(tree, interest=interest_of(rules))
    asked = {noun.name for rule in rules for rung in rule.rungs for noun in nouns_of(rung.question)}
    rows: dict[str, tuple[int, int]] = {}
    for name, noun in NOUNS.items():
        if name in asked and not noun.scoped:
            found = facts.collected(noun)
            rows[name] = (len(found.rows), len(found.looked))
    lines = ["| noun | CPU, ms | rows | files looked at |", "|---|--:|--:|--:|"]
    lines.append(f"| (listing) | {listed * 1000:.0f} | | {len(tree.entries)} |")
    for name, took in sorted(facts.own.items(), key=lambda pair: -pair[1]):
        if took >= 0.001:
            count, looked = rows.get(name, ("", ""))
            lines.append(f"| {name} | {took * 1000:.0f} | {count} | {looked} |")
    lines.append(f"| **all** | {(sum(facts.own.values()) + listed) * 1000:.0f} | | |")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
