"""What documents say that the product has: plain statements, and what is none."""

from __future__ import annotations

import pytest

from readiness.facts.documents.claims import CLAIM
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree


def claims(text: str, path: str = "README.md") -> list[tuple[int, str, str]]:
    rows = Store(MemoryTree({path: text})).collected(CLAIM).rows
    return [(row.line, row.about, row.said) for row in rows]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("The API is deployed to a Kubernetes cluster.", "kubernetes"),
        ("- **Hosted on AWS EKS**", "kubernetes"),
        ("A Dockerfile is provided.", "image"),
        ("The application is fully containerized.", "image"),
        ("Zero-downtime deployments", "deployment-strategy"),
        ("We do blue/green releases.", "deployment-strategy"),
        ("Automated rollback on failure", "rollback"),
        ("99.95% uptime", "availability"),
        ("Availability: 99.9 %", "availability"),
        ("The workers auto-scale, autoscaling by queue length", "autoscaling"),
        ("Daily encrypted backups of the database", "backups"),
        ("All infrastructure is provisioned with Terraform.", "infrastructure-as-code"),
        ("The core is thoroughly tested.", "tests"),
        ("Tests are run on every commit.", "tests"),
        ("Code coverage is 97%.", "coverage"),
        ("92.5% test coverage", "coverage"),
        ("Monitored by Prometheus and Grafana", "monitoring"),
        ("Distributed tracing", "tracing"),
        ("Structured logging", "structured-logging"),
        ("Real-time alerts", "alerting"),
        ("Health check endpoints", "health-check"),
        ("Rate limiting per key", "rate-limit"),
        ("JWT-based authentication", "authentication"),
        ("Data is encrypted with AES at rest.", "encryption"),
    ],
)
def test_a_plain_statement_claims_something(text: str, about: str) -> None:
    assert [about] == [found for _, found, _ in claims(f"# Shop\n\n{text}\n")]


@pytest.mark.parametrize(
    "text",
    [
        "It does not run on Kubernetes.",
        "It will run on Kubernetes.",
        "Should it run on Kubernetes?",
        "- [ ] rate limiting",
        "You could add rate limiting.",
        "See [the guide](https://example.org/rate-limiting) on rate limiting.",
        "| rate limiting | done |",
        "## Rate limiting",
        "<!-- rate limiting -->",
        "<!--\nrate limiting\n-->",
        "```\nrate limiting\n```",
        "~~~text\nrate limiting\n```\nrate limiting\n~~~",
    ],
)
def test_what_is_denied_wished_for_shown_or_only_named_is_no_claim(text: str) -> None:
    assert claims(f"# Shop\n\n{text}\n") == []


def test_a_statement_after_a_fence_or_a_comment_counts_again() -> None:
    text = "```\ncode\n```\n<!-- a\n-->\nRate limiting\n"
    assert claims(text) == [(6, "rate-limit", "Rate limiting")]


def test_a_line_claims_a_thing_once() -> None:
    assert len(claims("Rate limiting by key, rate limiting by address\n")) == 1


@pytest.mark.parametrize(
    "path", ["CHANGELOG.md", "docs/roadmap.md", "docs/adr/0001-limits.md", "CONTRIBUTING.md"]
)
def test_documents_of_other_times_and_other_matters_claim_nothing(path: str) -> None:
    assert claims("Rate limiting per key\n", path) == []


def test_a_sample_claims_nothing() -> None:
    assert claims("Rate limiting per key\n", "examples/shop/README.md") == []


def test_a_secret_in_a_claim_is_hidden() -> None:
    token = "ghp_" + "k3Jd92LmQx7Vt5Rb8Wn1Yc6Hf4Zs0Gp2AeUi"
    (row,) = Store(MemoryTree({"README.md": f"Rate limiting by {token}\n"})).collected(CLAIM).rows
    assert token not in row.text
