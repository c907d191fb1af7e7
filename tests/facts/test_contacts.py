from __future__ import annotations

import pytest

from readiness.facts.documents.contacts import contacts
from readiness.facts.documents.nouns import DOCUMENT
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to security@acme.io.", {"mail"}),
        ("Write to security [at] acme [dot] io", {"mail"}),
        ("Write to security (at) acme.io", {"mail"}),
        ("Write to security at acme dot io", {"mail"}),
        ("Write to security@example.com", set()),
        ("Write to you@yourdomain.com", set()),
        ("![x](logo@2x.png)", set()),
        ("See https://github.com/a/b/security/advisories/new", {"form"}),
        ("Use [this](../../security/advisories/new)", {"form"}),
        ('Use the "Report a vulnerability" button', {"form"}),
        ("Use GitHub's private vulnerability reporting", {"form"}),
        ("We are on hackerone.com/acme", {"form"}),
        ("Tell us at https://acme.io/report-a-bug", {"form"}),
        ("Open a confidential issue", {"form"}),
        ("Call us: +49 30 1234 5678", {"phone"}),
        ("[us](tel:+493012345678)", {"phone"}),
        ("Mail security@acme.io or call 030 1234 5678 90", {"mail", "phone"}),
        ("Open an issue at https://github.com/a/b/issues", set()),
        ("Use this section to tell people how to report a vulnerability.", set()),
        ("Version 1.2.3 of 2024-01-01 is supported", set()),
        ("We meet at noon in the security channel", set()),
    ],
)
def test_how_to_reach_somebody_in_private(text: str, expected: set[str]) -> None:
    assert set(contacts(text)) == expected


def test_only_a_security_policy_is_asked_for_a_contact() -> None:
    text = "# Title\nMail security@acme.io\n"
    rows = Store(MemoryTree({"SECURITY.md": text, "README.md": text})).collected(DOCUMENT).rows
    assert {row.path: set(row.contact) for row in rows} == {"SECURITY.md": {"mail"}, "README.md": set()}
