r"""How a text may be spelt inside Python's string literals, as RE2 patterns.

Sound, not exact: whatever spelling gives the text is found, and some that do not. Covered are escapes
(``\x2f``, ``\57``, ``\u002f``, ``\N{SOLIDUS}``), literals side by side (``"/t" "mp"``) with comments and
line ends between them, prefixes, and continued lines. The source's line ends are ``\n``.

Source: the Python language reference, "Lexical analysis".
"""

from __future__ import annotations

GAP = r"(?:\s|\\|#[^\n]*\n)*"
"""What may stand between two tokens."""

JOIN = rf"""(?:["']{{1,3}}{GAP}[rRbBuUfFtT]{{0,2}}["']{{1,3}}|\\\n)*"""
"""What may stand between two characters of one string, and is no part of it."""

_ALSO = {"s": "ſ", "i": "İı"}  # taken for the letter where case is ignored


def spelt(text: str, *, fold: bool = False) -> str:
    """A pattern of ``text`` (ASCII) within literals; with ``fold``, in upper and lower case."""
    return JOIN.join(_character(char, fold) for char in text)


def _character(char: str, fold: bool) -> str:
    forms = sorted({char.lower(), char.upper(), *_ALSO.get(char, "")}) if fold else [char]
    ways = [r"\\N\{[^}]*\}"]
    for form in forms:
        code = ord(form)
        ways += [
            rf"[{form}]",
            rf"(?i:\\u{code:04x})",
            rf"(?i:\\U{code:08x})",
        ]
        if code < 256:
            ways += [rf"(?i:\\x{code:02x})", rf"\\0?{code:o}"]
    return f"(?:{'|'.join(ways)})"


def word(text: str, after: str, *, split: bool) -> tuple[str, ...]:
    """Patterns that all occur where a string holds the word ``text`` before ``after``, in any case.

    With ``split``, an f-string has put something between its letters.
    """
    if not split:
        return (spelt(text, fold=True) + after,)
    heads = "|".join(spelt(text[:at], fold=True) for at in range(1, len(text)))
    tails = "|".join(spelt(text[at:], fold=True) for at in range(1, len(text)))
    return (f"(?:{heads}){JOIN}\\{{", f"[{{}}]{JOIN}(?:{tails}){after}")
