"""Git's configuration as text, read without asking git. Source: git-config(1), "Syntax"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Setting(NamedTuple):
    """One line: ``[remote "origin"] url = x`` is section remote, part origin, key url, value x."""

    section: str
    part: str
    key: str
    value: str


def settings(text: str) -> Iterator[Setting]:
    """Every ``key = value`` of a configuration. Sections and keys in lower case; includes not followed."""
    section = part = ""
    for raw in text.replace("\r\n", "\n").replace("\\\n", "").split("\n"):
        line = raw.strip()
        if line.startswith("["):
            header, _, line = line[1:].partition("]")
            section, part = _header(header)
            line = line.strip()
        key, equals, value = line.partition("=")
        if section and equals:
            yield Setting(section, part, key.strip().lower(), _value(value))


def _header(text: str) -> tuple[str, str]:
    name, _, quoted = text.partition(" ")
    quoted = quoted.strip()
    part = quoted[1:-1] if len(quoted) > 1 and quoted.startswith('"') else ""
    return name.strip().lower(), part.replace('\\"', '"').replace("\\\\", "\\")


def _value(text: str) -> str:
    """A value without its quotes and without a comment behind it."""
    out, quoted, escaped = [], False, False
    for char in text.strip():
        if escaped:
            out.append(char)
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char in "#;" and not quoted:
            break
        else:
            out.append(char)
    return "".join(out).strip()


def small_text(path: Path, limit: int = 1 << 20) -> str:
    """The text of a small regular file of git's own; empty if there is none, or it is no such file."""
    try:
        if not path.is_file() or path.stat().st_size > limit:
            return ""
        return path.read_bytes()[:limit].decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
