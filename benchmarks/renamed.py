"""Whether a score knows names: a copy with a product's own words exchanged must get the same.

WORDS are OLD=NEW, in any case; they are exchanged in paths and in texts. History is not copied, so both trees
are read without it.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from readiness.assess import Options, assess
from readiness.cli.options import book
from readiness.tree import open_tree
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.assessment import Assessment


def exchanged(data: bytes, words: list[tuple[str, str]]) -> bytes:
    """``data`` with each word exchanged: as written, in capitals, and with a capital letter in front."""
    for old, new in words:
        for form in (str.lower, str.upper, str.capitalize):
            data = data.replace(form(old).encode(), form(new).encode())
    return data


def assessed(files: dict[str, bytes], tier: str, as_of: str) -> Assessment:
    """The assessment of ``files``, which have no history."""
    return assess(MemoryTree(files), book(), Options(tier=tier, as_of=as_of)).assessment


def main(arguments: list[str] | None = None) -> int:
    """Print both scores, and every rule whose verdict differs; exit 1 if there is one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("where", help="a folder, or PATH@COMMIT")
    parser.add_argument("words", nargs="+", metavar="OLD=NEW")
    parser.add_argument("--tier", default="C", choices=["A", "B", "C"])
    chosen: Any = parser.parse_args(arguments)
    path, at, commit = chosen.where.rpartition("@")
    tree = open_tree(path, commit) if at and "/" not in commit else open_tree(chosen.where)
    words = [tuple(each.split("=", 1)) for each in chosen.words]
    files = {entry.path: tree.read(entry.path) for entry in tree.entries if entry.size < 1_000_000}
    other = {exchanged(name.encode(), words).decode(): exchanged(data, words) for name, data in files.items()}
    as_of = tree.subject.committed
    first, second = assessed(files, chosen.tier, as_of), assessed(other, chosen.tier, as_of)
    differ = [
        f"{one.id}: {one.status} {one.level}, renamed {two.status} {two.level}"
        for one, two in zip(first.rules, second.rules, strict=True)
        if (one.status, one.level, one.ceiling) != (two.status, two.level, two.ceiling)
    ]
    changed = sum(name not in files for name in other)
    for name, made in (("as it is", first), ("renamed", second)):
        score = made.score
        shown = (
            "not assessed"
            if score is None
            else f"{score.low / 1000:.3f}, on paper {score.on_paper / 1000:.3f}"
        )
        sys.stdout.write(f"{name}: {shown}\n")
    sys.stdout.write(
        "\n".join([f"{changed} of {len(files)} paths renamed, {len(differ)} verdicts differ", *differ]) + "\n"
    )
    return 1 if differ else 0


if __name__ == "__main__":
    raise SystemExit(main())
