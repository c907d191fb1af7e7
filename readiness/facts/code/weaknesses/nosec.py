"""The comments that silence bandit: ``# nosec``, ``# nosec B602``, ``# nosec: B602, B607``.

Source: bandit 1.9.4, ``core/manager.py`` (``_parse_nosec_comment``) and ``core/tester.py``. As there, of
several ids with nothing but commas between them only the last counts, and a comment whose ids
are all unknown silences everything.
"""

from __future__ import annotations

import io
import tokenize
from bisect import bisect_left
from typing import TYPE_CHECKING

from readiness.matching import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

# \s and \d of Python, and what its (?i) takes for a letter from a to z.
_COMMENT = Pattern(r"#[\s\x0b\x1c-\x1f\x{85}\p{Z}]*nosec:?[\s\x0b\x1c-\x1f\x{85}\p{Z}]*([^#]+)?#?")
_IDS = Pattern(r"(?:([Bb]\p{Nd}+|[A-Za-z\p{Nd}_ſKİı]+),?)+")


class Nosec:
    """The comments of one file by line: the ids each names, none where it silences everything."""

    def __init__(self, comments: Mapping[int, frozenset[str]]) -> None:
        self._comments = comments
        self._lines = sorted(comments)

    def silences(self, test_id: str, line: int | None, first: int, last: int) -> bool:
        """Whether a finding is silenced that is reported at ``line``, about the lines from first to last."""
        found = [] if line is None or line not in self._comments else [self._comments[line]]
        at = bisect_left(self._lines, first)
        if at < len(self._lines) and self._lines[at] <= last:
            found.append(self._comments[self._lines[at]])
        if not found:
            return False
        ids = frozenset[str]().union(*found)
        return not ids or test_id in ids


def nosec_of(data: bytes, known: Mapping[str, str]) -> Nosec:
    """The comments of a file of Python; ``known`` maps the names and ids of tests to ids.

    A file that cannot be cut into tokens to its end counts as far as it goes. Raises ``SyntaxError``
    or ``UnicodeDecodeError`` where its encoding or its indentation is wrong.
    """
    comments: dict[int, frozenset[str]] = {}
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT:
                ids = ids_of(token.string, known)
                if ids is not None:
                    comments[token.start[0]] = ids
    except tokenize.TokenError:
        pass
    return Nosec(comments)


def ids_of(comment: str, known: Mapping[str, str]) -> frozenset[str] | None:
    """The ids that a comment silences: None if it is none, the empty set for all of them."""
    groups = _COMMENT.groups(_text(comment))
    if groups is None:
        return None
    named = [_IDS.groups(piece) for _, piece in _IDS.each(groups[1])]
    return frozenset(known[found[1]] for found in named if found is not None and found[1] in known)


def _text(comment: str) -> str:
    return comment if comment.isascii() else comment.encode("utf-8", "replace").decode()
