"""Where the links of a document lead, and whether that is there.

Sources: GitHub, "Basic writing and formatting syntax" (relative links); the site generators that
make pages of documents leave out their endings.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from readiness.facts.references.named import is_file, is_path
from readiness.facts.references.noun import Reference, made
from readiness.facts.references.places import Places, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.references.mentions import Mentions
    from readiness.tree.model import Entry

_TEMPLATES = (".github/issue_template", ".github/pull_request_template", ".gitlab/issue_templates")
_PAGES = (
    ".md",
    ".mdx",
    ".rst",
    ".markdown",
    "/index.md",
    "/README.md",
    "/index.rst",
    "/_index.md",
    "/index.mdx",
)

_SHOWN = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".pdf")


def links_of(entry: Entry, mentions: Mentions, places: Places, *, doubtful: bool) -> Iterator[Reference]:
    """The links of a document to files of the subject; of a ``doubtful`` one, those that are there."""
    if entry.path.lower().startswith(_TEMPLATES):
        return
    for link in mentions.links:
        path = _link_path(entry.path, link.text)
        exists = None if path is None else _exists(path, link.text, entry.path, places)
        if exists is not None and not (doubtful and not exists):
            yield made(entry, link.line, "document-link", path or ".", exists, "document")


def _exists(path: str, text: str, document: str, places: Places) -> bool | None:
    """None where the link is one of a site that is built from the document."""
    if places.has(path) or any(places.has(path + page) for page in _PAGES):
        return True
    if text.startswith("/") or places.lies_elsewhere(path):
        return None
    if not is_path(path.replace(" ", "_").replace("(", "").replace(")", "")):
        return None
    known = is_file(path) or path.lower().endswith(_SHOWN)
    if not known or places.may_be_made(path) or places.has(text.removeprefix("./")):
        return None
    return None if document.startswith("docs/") and places.ends(text.lstrip("./")) else False


def _link_path(document: str, text: str) -> str | None:
    """The path of the subject that a link leads to; None if it leads elsewhere or its target is a pattern."""
    target = text.partition("#")[0].partition("?")[0].strip()
    if (
        not target
        or "://" in target
        or target.startswith(("//", "mailto:", "tel:", "data:", "javascript:", "\\"))
    ):
        return None
    if any(sign in target for sign in "{}<>$*|") or ":" in target.partition("/")[0]:
        return None
    if target.startswith("/"):
        return target.strip("/")
    return inside(dirname(document), target.rstrip("/"))
