"""From bytes to text, and how much of a structured file is read: the same for all formats.

Whatever lies over a limit is ``Unparsable`` with ``opens``: its own system might read it.
"""

from __future__ import annotations

import codecs

from readiness.spans import Unparsable

MAX_BYTES = 1 << 20
MAX_DEPTH = 200
MAX_VALUES = 200_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16's mark, so it is asked for first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> str:
    """The text of a file, without its byte order mark.

    UTF-8 unless a mark says otherwise; bytes that are no UTF-8 are read as Windows-1252,
    the superset of Latin-1 that such files are in practice. Line ends stay as written.

    Raises ``Unparsable`` for a binary file, for bytes that are not what their mark says, and
    (``opens``) for more than ``MAX_BYTES``.
    """
    if len(data) > MAX_BYTES:
        raise Unparsable(1, f"larger than {MAX_BYTES:,} bytes", opens=True)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise Unparsable(1, f"not the {encoding.upper()} that its first bytes announce") from None
            break
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    nul = text.find("\0")
    if nul >= 0:
        raise Unparsable(text.count("\n", 0, nul) + 1, "not a text: it holds NUL bytes")
    return text


def sound(text: str) -> str:
    """``text`` with lone surrogates, which an escape may leave behind, replaced by ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def too_deep(line: int) -> Unparsable:
    """The refusal of a file whose values lie more than ``MAX_DEPTH`` deep."""
    return Unparsable(line, f"nested more than {MAX_DEPTH} deep", opens=True)


def too_many(line: int) -> Unparsable:
    """The refusal of a file with more than ``MAX_VALUES`` values."""
    return Unparsable(line, f"more than {MAX_VALUES:,} values", opens=True)
