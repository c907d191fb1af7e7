"""On which occasions jobs run, and what each can rely on: for systems whose conditions are asked one by one.

An occasion is a push, a proposal, a tag; for each a condition answers yes, no, or that it is not to be
known. A job relies on another only where that one surely runs whenever it does itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Runs(Struct, frozen=True):
    """The occasions, by their number, on which a job may run, and those on which it surely does."""

    may: frozenset[int]
    sure: frozenset[int]

    @classmethod
    def of(cls, answers: Iterable[bool | None]) -> Runs:
        """From the answer of its condition on each occasion."""
        found = list(answers)
        return cls(
            frozenset(at for at, answer in enumerate(found) if answer is not False),
            frozenset(at for at, answer in enumerate(found) if answer is True),
        )


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether all are true; None if that hangs on one that is not known."""
    found = list(answers)
    return False if False in found else None if None in found else True


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether one is true; None if that hangs on one that is not known."""
    found = list(answers)
    return True if True in found else None if None in found else False


def demanded(key: str, needs: Mapping[str, Sequence[str]], runs: Mapping[str, Runs]) -> tuple[str, ...]:
    """The jobs without whose success ``key`` does not start.

    Where one that it waits for may be skipped, those stand for it that this one waits for.
    """
    out: dict[str, None] = {}
    left, seen = list(needs.get(key, ())), set[str]()
    wanted = runs[key].may
    while left:
        one = left.pop()
        if one in seen or one not in runs:
            continue
        seen.add(one)
        if wanted <= runs[one].sure:
            out[one] = None
        else:
            left += needs.get(one, ())
    return tuple(out)
