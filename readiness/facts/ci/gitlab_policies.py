"""When the jobs of a GitLab pipeline run, as it is written: ``rules``, ``only``, ``except``, ``when``.

Source: GitLab CI/CD YAML reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.facts.ci.gitlab_rules import Policy, Refs, Rule
from readiness.matching import PatternError
from readiness.records import Struct, field
from readiness.structured.nodes import Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.ci.gitlab_file import Config
    from readiness.facts.model import Facts

_RULES = 50
_GLOBS = 50
_ALL_GLOBS = 100


class Policies(Struct):
    """Reads what says when something runs, for one pipeline."""

    facts: Facts
    config: Config
    globs: int = field(default=0)

    def policy(self, job: Table) -> Policy:
        """Under which rules ``job`` runs."""
        rules = job.get("rules")
        return Policy(
            rules=None if rules is None else self.rules(rules),
            only=self.refs(job, "only"),
            unless=self.refs(job, "except"),
            when=text(self.config.resolved(job.get("when"))) or "on_success",
            allowed=_allowed(self.config.resolved(job.get("allow_failure"))),
        )

    def rules(self, node: Node | None) -> tuple[Rule, ...]:
        """The rules of a list, in their order; beyond 50 they are one that may be met."""
        out = []
        for item in self.config.flat(node) if node is not None else ():
            if not isinstance(item, Table):
                continue
            out.append(
                Rule(
                    condition=text(self.config.resolved(item.get("if"))),
                    changes=there(item.get("changes")),
                    exists=self.exists(item.get("exists")),
                    when=item.text("when") or None,
                    allowed=_allowed(item.get("allow_failure")),
                )
            )
        if len(out) > _RULES:
            out[_RULES:] = [Rule(exists=None)]  # what the others say is not known
        return tuple(out)

    def exists(self, node: Node | None) -> bool | None:
        """Whether one of the files that a rule asks for is there."""
        if node is None:
            return True
        if isinstance(node, Table):
            return None
        globs = [item.text for item in self.config.flat(node) if isinstance(item, Scalar)]
        self.globs += len(globs)
        if len(globs) > _GLOBS or self.globs > _ALL_GLOBS or any("$" in text for text in globs):
            return None
        try:
            return bool(self.facts.paths(*(text.removeprefix("/").removeprefix("./") for text in globs)))
        except PatternError:
            return None

    def refs(self, job: Table, name: Literal["only", "except"]) -> Refs | None:
        """What ``job`` has under ``only`` or ``except``; None if nothing."""
        node = self.config.resolved(job.get(name))
        if node is None:
            return None
        if not isinstance(node, Table):
            return Refs(texts(self.config.flat(node))[:_RULES])
        refs = node.get("refs")
        return Refs(
            refs=None if refs is None else texts(self.config.flat(refs))[:_RULES],
            variables=texts(node.items("variables"))[:_RULES],
            changes=there(node.get("changes")),
            other=there(node.get("kubernetes")),
        )


def text(node: Node | None) -> str:
    """The text of a scalar that is not null, else empty."""
    return node.text if isinstance(node, Scalar) and not node.null else ""


def texts(nodes: Sequence[Node]) -> tuple[str, ...]:
    """The texts of the scalars among ``nodes``."""
    return tuple(node.text for node in nodes if isinstance(node, Scalar))


def there(node: Node | None) -> bool:
    """Whether ``node`` is there and not null."""
    return node is not None and not (isinstance(node, Scalar) and node.null)


def _allowed(node: Node | None) -> str | None:
    """Why a failure does not count, by ``allow_failure``; empty if it does, None if nothing is said."""
    if isinstance(node, Table):
        codes = texts(node.items("exit_codes"))
        return f"allow_failure: exit_codes {', '.join(codes)}"[:80] if codes else ""
    if not there(node):
        return None
    return "allow_failure" if text(node) == "true" else ""
