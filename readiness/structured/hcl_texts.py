"""The texts of HCL: quoted ones and here-documents, and which of them are expressions.

Source: HCL native syntax specification, "Templates".
"""

from __future__ import annotations

from readiness.structured.nodes import Scalar
from readiness.structured.source import sound

EXPRESSION = "expression"
"""The tag of a scalar that is no value but an expression, or a text with one inside."""

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def quoted(line: int, written: str) -> Scalar:
    """A text between quotes; with ``${…}`` or ``%{…}`` inside it is an expression."""
    bare = written.replace("$${", "").replace("%%{", "")
    if "${" in bare or "%{" in bare:
        return Scalar(line, sound(written), plain=False, tag=EXPRESSION, body=line)
    return Scalar(line, sound(unescaped(written)), plain=False, body=line)


def document(line: int, read: tuple[bool, str]) -> Scalar:
    """A here-document; the indented kind loses the indentation that all its lines have."""
    indented, body = read
    if indented:
        rows = body.split("\n")
        margin = min((len(row) - len(row.lstrip()) for row in rows if row.strip()), default=0)
        body = "\n".join(row[margin:] for row in rows)
    bare = body.replace("$${", "").replace("%%{", "")
    tag = EXPRESSION if "${" in bare or "%{" in bare else ""
    return Scalar(line, sound(body), plain=False, tag=tag, body=line + 1)


def unescaped(written: str) -> str:
    """The text between quotes, its escapes resolved; an escape that HCL does not know stays as written."""
    text = written.replace("$${", "${").replace("%%{", "%{")
    if "\\" not in text:
        return text
    head, *rest = text.split("\\")
    out, skip = [head], False
    for part in rest:
        if skip:  # the second of two backslashes
            out.append(part)
            skip = False
        elif not part:
            out.append("\\")
            skip = True
        else:
            out.append(_ESCAPES.get(part[0], "\\" + part[0]) + part[1:])
    return "".join(out)


def is_number(word: str) -> bool:
    """Whether a word is a number."""
    digits = word.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()
