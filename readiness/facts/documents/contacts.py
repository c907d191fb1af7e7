"""The ways in which a text lets a stranger report something in private: a mail address, a form, a number.

An example's address, and an instruction to put one in, are none. Sources: GitHub, "Adding a security
policy" and "Privately reporting a security vulnerability"; RFC 9116, "Contact"; read 2026-08.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from readiness.facts.documents.prose import decoded
from readiness.facts.model import Parser
from readiness.matching import Pattern

Contact = Literal["mail", "form", "phone"]

_MAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
# Written so that machines do not collect it: security [at] acme [dot] org.
_HIDDEN = (
    r"(?i)\b[a-z0-9._-]+ ?(?:[\[({<] ?(?:at|@|ät) ?[\])}>]| at ) ?[a-z0-9-]+"
    r" ?(?:[\[({<] ?(?:dot|\.) ?[\])}>]| dot |\.) ?[a-z]{2,}\b"
)
_FORM = "|".join(
    (
        r"(?i)/security/advisories\b|\bprivate(?:ly)? (?:vulnerability )?report",
        r"\b(?:hackerone|bugcrowd|intigriti|yeswehack|openbugbounty|huntr)\.(?:com|dev|org)\b",
        r"\bmsrc\.microsoft\.com\b|\bbughunters\.google\.com\b|\bg\.co/vulnz\b",
        r"https?://[^\s)>\"']*/report[a-z-]*(?:vulnerab|security|bug)",
        r"https?://[^\s)>\"']*/(?:vulnerability-(?:report|disclos)|bug-?bounty)",
        r"\bsecurity advisor(?:y|ies)[\"*_`' ]+(?:button|form|tab)\b",
        r"\breport a (?:security )?vulnerability[\"*_`' ]+(?:button|form|tab)\b",
        r"\bconfidential issue\b",
    )
)
_PHONE = r"(?i)\btel:\+?[0-9]|\b(?:phone|call|telephone|tel)\b[^\n]{0,20}\+?[0-9][0-9 ()/.-]{7,}[0-9]"
_EXAMPLES = (
    "example.",
    "@example",
    "yourdomain",
    "your-domain",
    "yourcompany",
    "domain.com",
    "@email.",
    "acme.inc",
)
_NOT_MAIL = (".png", ".svg", ".git", ".jpg", ".js", ".md")


@cache
def _pattern(source: str) -> Pattern:
    return Pattern(source)


def contacts(text: str) -> frozenset[Contact]:
    """The ways that ``text`` names."""
    found: set[Contact] = set()
    addresses = (*_pattern(_MAIL).each(text), *_pattern(_HIDDEN).each(text))
    if any(_is_own(address) for _, address in addresses):
        found.add("mail")
    if _pattern(_FORM).found(text):
        found.add("form")
    if _pattern(_PHONE).found(text):
        found.add("phone")
    return frozenset(found)


def _is_own(address: str) -> bool:
    lower = address.lower()
    return not any(sign in lower for sign in _EXAMPLES) and not lower.endswith(_NOT_MAIL)


def _parse(data: bytes) -> frozenset[Contact]:
    return contacts(decoded(data))


CONTACTS: Parser[frozenset[Contact]] = Parser("document-contacts", 1, _parse)
