"""When a GitLab pipeline and its jobs run: the situations in which it starts, and what rules make of them.

A schedule, or a start by hand or over the interface, is set up outside of the repository:
only where a file speaks of one it is taken to exist.
Sources: GitLab CI/CD YAML reference (``rules``, ``only``, ``except``, ``when``, ``workflow``), "Predefined
CI/CD variables reference".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.facts.ci.expressions import UNKNOWN, Partial, Value
from readiness.facts.ci.gitlab_conditions import all_of, fits, holds, texts
from readiness.records import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from readiness.facts.ci.model import Trigger

Kind = Literal["branch", "tag", "proposal"]

_NAMED = 20
_TOPIC = "some-topic"
_ANY = Partial("")
_MAINS = ("main", "master", "trunk")
_SOURCES: dict[str, tuple[Trigger, tuple[str, ...]]] = {
    "schedule": ("schedule", ("schedule", "schedules")),
    "web": ("manual", ("web",)),
    "api": ("manual", ("api",)),
    "trigger": ("manual", ("trigger", "triggers")),
    "chat": ("manual", ("chat",)),
    "pipeline": ("other", ("pipeline", "pipelines")),
    "external_pull_request_event": ("other", ("external_pull_request_event", "external_pull_requests")),
}
_KEYWORDS: dict[str, str] = {word: source for source, (_, words) in _SOURCES.items() for word in words[-1:]}
_KEYWORDS["pushes"] = "push"
_REFS: dict[str, Kind] = {"branches": "branch", "tags": "tag", "merge_requests": "proposal"}
_GIVEN = frozenset({"ID", "IID", "PROJECT_ID", "SOURCE_BRANCH_NAME", "SOURCE_BRANCH_SHA", "REF_PATH"})


class Start(Struct, frozen=True):
    """One way in which a pipeline starts. ``branch`` is None for a tag; ``default`` may be unknown."""

    trigger: Trigger
    source: str
    kind: Kind
    branch: Value = None
    default: Value = UNKNOWN

    @property
    def event(self) -> str:
        """The word for it in a row: the source, without what says only that it is an event."""
        return self.source.removesuffix("_event")

    @property
    def ref(self) -> Value:
        """The name of the branch or tag; for a proposal that of its source, which is none of the usual."""
        if self.kind == "branch":
            return self.branch
        default = [self.default] if isinstance(self.default, str) else []
        return _TOPIC if self.kind == "proposal" else Partial("", frozenset((*_MAINS, *default)))

    def value(self, name: str) -> Value:
        """The predefined variable ``name``: None if it is not set, ``UNKNOWN`` if that is not to be known."""
        if name.startswith("CI_MERGE_REQUEST_"):
            if self.kind != "proposal":
                return None
            return _ANY if name.removeprefix("CI_MERGE_REQUEST_") in _GIVEN else UNKNOWN
        match name:
            case "CI_PIPELINE_SOURCE":
                return self.source
            case "CI_DEFAULT_BRANCH":
                return self.default
            case "CI_COMMIT_BRANCH":
                return self.branch if self.kind == "branch" else None
            case "CI_COMMIT_TAG":
                return _ANY if self.kind == "tag" else None
            case "CI_COMMIT_REF_NAME":
                return self.ref
            case "CI_OPEN_MERGE_REQUESTS":
                return UNKNOWN if self.trigger in {"change", "branch"} else None
            case "CI_COMMIT_REF_PROTECTED":
                return "true" if self.trigger == "main" else UNKNOWN
            case "CI" | "GITLAB_CI":
                return "true"
            case _:
                return UNKNOWN


class Rule(Struct, frozen=True):
    """One of ``rules``. ``exists`` is whether the files it asks for are there, None if not to be known.

    ``when`` and ``allowed`` are None where the job's own hold; ``allowed`` says why a failure does not count.
    """

    condition: str = ""
    changes: bool = False
    exists: bool | None = True
    when: str | None = None
    allowed: str | None = None


class Refs(Struct, frozen=True):
    """One side of ``only`` and ``except``. ``refs`` is None if it names none."""

    refs: tuple[str, ...] | None = None
    variables: tuple[str, ...] = ()
    changes: bool = False
    other: bool = False


class Policy(Struct, frozen=True):
    """When a job runs, as it is written. ``rules`` is None if there are none; ``allowed`` None if unset."""

    rules: tuple[Rule, ...] | None = None
    only: Refs | None = None
    unless: Refs | None = None
    when: str = "on_success"
    allowed: str | None = None


class Outcome(Struct, frozen=True):
    """What may become of a job in a situation: how it starts, why its failure would not count.

    ``filtered`` is one that hangs on the paths that changed.
    """

    when: str
    allowed: str = ""
    filtered: bool = False

    @property
    def manual(self) -> bool:
        """Whether a person starts it."""
        return self.when == "manual"

    @property
    def optional(self) -> bool:
        """Whether the pipeline goes on without it."""
        return self.manual and bool(self.allowed)


def starts(conditions: Sequence[str], refs: Sequence[str], default_branch: str) -> tuple[Start, ...]:
    """The situations that ``conditions`` and the ``refs`` of ``only`` and ``except`` can tell apart.

    ``default_branch`` is empty if unknown; then main, master and trunk all count.
    """
    said = dict.fromkeys(text for condition in conditions for text in texts(condition))
    words = {*said, *refs}
    mains = (default_branch,) if default_branch else _MAINS
    plain = [ref.partition("@")[0] for ref in refs]
    known = {*_SOURCES, *_KEYWORDS, *_REFS, *mains, "push", "merge_request_event", "parent_pipeline"}
    names = [name for name in (*said, *plain) if name and name not in known and name[0] != "/"]
    named = tuple(dict.fromkeys(names))[:_NAMED]
    default: Value = UNKNOWN
    if default_branch:
        default = default_branch
    out = [Start("main", "push", "branch", name, name) for name in mains]
    out.append(Start("change", "push", "branch", _TOPIC, default))
    rest = Partial("", frozenset((*mains, *named, _TOPIC)))
    branches: list[Value] = [*named, rest]
    out += [Start("branch", "push", "branch", name, default) for name in branches]
    out.append(Start("tag", "push", "tag", None, default))
    out.append(Start("change", "merge_request_event", "proposal", None, default))
    for source, (trigger, signs) in _SOURCES.items():
        if words.intersection(signs):
            out.append(Start(trigger, source, "branch", _ANY, default))
    return tuple(out)


class Answers(Struct):
    """The conditions of a pipeline in the situation ``start``, each answered once.

    ``variables`` are those of the file.
    """

    start: Start
    variables: Mapping[str, str]
    _known: dict[str, bool | None] = field(default_factory=dict)

    def holds(self, condition: str) -> bool | None:
        """Whether ``condition`` is met; None if that is not to be known."""
        if condition not in self._known:
            self._known[condition] = holds(condition, self._value)
        return self._known[condition]

    def _value(self, name: str) -> Value:
        found = self.start.value(name)
        if found is not UNKNOWN or name not in self.variables:
            return found
        text = self.variables[name]
        return UNKNOWN if "$" in text or self.start.trigger == "manual" else text


def outcomes(policy: Policy, answers: Answers, *, everywhere: bool) -> tuple[Outcome, ...]:
    """What may become of a job in the situation of ``answers``; empty if it surely does not run.

    ``everywhere`` says that a job which names no situation runs in all that the pipeline
    starts in (it has ``workflow:rules``), not only for branches and tags.
    """
    if policy.rules is not None:
        found = [_by_rule(policy, rule) for rule in _met(policy.rules, answers)]
    else:
        only = policy.only or Refs(None if everywhere else ("branches", "tags"))
        if policy.only is not None and policy.only.refs is None and not everywhere:
            only = Refs(("branches", "tags"), only.variables, only.changes, only.other)
        answer = _selected(only, policy.unless, answers)
        allowed = policy.allowed
        if allowed is None:
            allowed = _OPTIONAL if policy.when == "manual" else ""
        found = [Outcome(policy.when, allowed, only.changes)] if answer is not False else []
    return tuple(outcome for outcome in dict.fromkeys(found) if outcome.when != "never")


_OPTIONAL = "when: manual, and nothing waits for it"


def _by_rule(policy: Policy, rule: Rule) -> Outcome:
    when = rule.when if rule.when is not None else policy.when
    allowed = rule.allowed if rule.allowed is not None else policy.allowed
    if allowed is None:
        # Without `when` of its own a rule takes over the job's, and that a manual job is optional.
        allowed = _OPTIONAL if when == "manual" and rule.when is None else ""
    return Outcome(when, allowed, rule.changes)


def _met(rules: Iterable[Rule], answers: Answers) -> list[Rule]:
    """The rules that may decide: all that may be the first that is met."""
    out: list[Rule] = []
    for rule in rules:
        asked = not rule.condition or answers.holds(rule.condition)
        answer = all_of([asked, None if rule.changes else True, rule.exists])
        if answer is not False:
            out.append(rule)
        if answer is True:
            break
    return out


def _selected(only: Refs, unless: Refs | None, answers: Answers) -> bool | None:
    start = answers.start
    wanted = all_of(
        [
            True if only.refs is None else _any(_is(ref, start) for ref in only.refs),
            _any(answers.holds(text) for text in only.variables) if only.variables else True,
            None if only.changes or only.other else True,
        ]
    )
    if unless is None or wanted is False:
        return wanted
    unwanted = _any(
        [
            *(_is(ref, start) for ref in unless.refs or ()),
            *(answers.holds(text) for text in unless.variables),
            None if unless.changes or unless.other else False,
        ]
    )
    return all_of([wanted, None if unwanted is None else not unwanted])


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return True if True in found else None if None in found else False


def _is(ref: str, start: Start) -> bool | None:
    """Whether ``ref`` of ``only`` or ``except`` names the situation: a keyword, a name, or a pattern."""
    if ref in _REFS:
        return start.kind == _REFS[ref]
    if ref in _KEYWORDS:
        return start.source == _KEYWORDS[ref]
    name = ref if ref.startswith("/") and ref.count("/") >= 2 and "@" not in ref else ref.partition("@")[0]
    if start.kind == "proposal":
        return False
    if name.startswith("/"):
        return fits(name, start.branch if start.kind == "branch" else _ANY)
    if start.kind == "tag":
        return False
    if isinstance(start.branch, Partial):
        return False if name in start.branch.excluded else None
    return start.branch == name
