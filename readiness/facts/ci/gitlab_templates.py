"""What GitLab's own templates bring, as far as it bears on what a pipeline does.

A template is put in as if it were an included file: the subject's file can override its jobs.
Source: gitlab.com/gitlab-org/gitlab, ``lib/gitlab/ci/templates``.
"""

from __future__ import annotations

from readiness.structured.nodes import Items, Node, Scalar, Table

TEMPLATE = " template"
"""The key of a job that holds the name of the template it comes from; no file can hold it."""

_SCANS = {
    "sast": ("sast", "SAST_DISABLED"),
    "sast-iac": ("iac-sast", "SAST_DISABLED"),
    "secret-detection": ("secret_detection", "SECRET_DETECTION_DISABLED"),
    "dependency-scanning": ("dependency_scanning", "DEPENDENCY_SCANNING_DISABLED"),
    "container-scanning": ("container_scanning", "CONTAINER_SCANNING_DISABLED"),
}
_BRANCHES = ("$CI_COMMIT_TAG", "$CI_COMMIT_BRANCH")
_PROPOSALS = ("$CI_MERGE_REQUEST_IID", "$CI_COMMIT_TAG", "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH")
_WORKFLOWS = {"branch-pipelines": _BRANCHES, "mergerequest-pipelines": _PROPOSALS}
_LATEST = ".latest"


def template(name: str, line: int) -> Table | None:
    """The template ``name`` (``Security/SAST.gitlab-ci.yml``), all at ``line``; None if it is not known."""
    plain = name.lower().removesuffix(".gitlab-ci.yml")
    folder, _, last = plain.rpartition("/")
    if folder == "workflows" and last in _WORKFLOWS:
        rules = Items(line, tuple(_rule(line, text) for text in _WORKFLOWS[last]))
        return _table(line, workflow=_table(line, rules=rules))
    latest = last.endswith(_LATEST)
    scan = _SCANS.get(last.removesuffix(_LATEST)) if folder in {"security", "jobs"} else None
    if scan is None:
        return None
    key, switch = scan
    conditions = ["$CI_COMMIT_BRANCH", *(["$CI_MERGE_REQUEST_IID"] if latest else [])]
    off = _rule(line, f'${switch} == "true" || ${switch} == "1"', when=Scalar(line, "never"))
    job = Table(
        line,
        (
            *_table(line, stage=Scalar(line, "test"), allow_failure=Scalar(line, "true")).pairs,
            (
                Scalar(line, "rules"),
                Items(line, (off, *(_rule(line, text) for text in conditions))),
            ),
            (Scalar(line, TEMPLATE), Scalar(line, f"gitlab-template/{last.removesuffix(_LATEST)}")),
        ),
    )
    return Table(line, ((Scalar(line, key), job),))


def _rule(line: int, condition: str, **more: Node) -> Table:
    return _table(line, **{"if": Scalar(line, condition)}, **more)


def _table(line: int, **pairs: Node) -> Table:
    return Table(line, tuple((Scalar(line, key), value) for key, value in pairs.items()))
