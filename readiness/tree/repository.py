"""What a repository says of itself: commit, date, remote, default branch. No place on this machine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from readiness.tree.config import settings, small_text
from readiness.tree.git import GitError
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from readiness.tree.git import Git

_COMMIT_BYTES = 1 << 20


def subject_of(git: Git, folder: str, *, commit: str, ref: str, dirty: bool | None) -> Subject:
    """The ``Subject`` for ``commit`` (empty before the first) of a repository.

    ``folder`` is the subject's folder relative to the repository's root, empty for the root.
    """
    remote = remote_url(small_text(git.common_dir / "config"))
    top = PurePosixPath(remote.rstrip("/").replace(":", "/")).name or git.top.name
    top = top.removesuffix(".git") or git.top.parent.name or "subject"
    return Subject(
        name=_shown(f"{top}/{folder}" if folder else top),
        commit=commit,
        ref=ref,
        dirty=dirty,
        remote=remote,
        committed=committed(git, commit) if commit else "",
        default_branch=_default_branch(git),
        shallow=_shallow(git),
    )


def commit_id(git: Git, ref: str) -> str:
    """The full id of the commit that ``ref`` names; empty if there is none. Raises ``NoGit``."""
    return _line(git, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")


def committed(git: Git, commit: str) -> str:
    """The day of a commit as ``YYYY-MM-DD`` in UTC; empty if it cannot be read."""
    try:
        if int(git.run("cat-file", "-s", commit)) > _COMMIT_BYTES:
            return ""
        header = git.run("cat-file", "commit", commit).partition(b"\n\n")[0]
    except GitError:
        return ""
    for line in header.split(b"\n"):
        if line.startswith(b"committer "):
            words = line.rpartition(b">")[2].split()
            try:
                return datetime.fromtimestamp(int(words[0]), UTC).date().isoformat()
            except (IndexError, ValueError, OverflowError, OSError):
                return ""
    return ""


def _default_branch(git: Git) -> str:
    prefix = "refs/remotes/origin/"
    target = _line(git, "for-each-ref", "--format=%(symref)", f"{prefix}HEAD")
    if target.startswith(prefix):
        return _shown(target.removeprefix(prefix))
    head = small_text(git.git_dir / "HEAD").strip()
    branch = head.removeprefix("ref:").strip()
    return _shown(branch.removeprefix("refs/heads/")) if branch.startswith("refs/heads/") else ""


def _shallow(git: Git) -> bool | None:
    return {"true": True, "false": False}.get(_line(git, "rev-parse", "--is-shallow-repository"))


def _line(git: Git, command: str, *arguments: str) -> str:
    try:
        return _shown(git.run(command, *arguments).decode("utf-8", "replace").strip())
    except GitError:
        return ""


def _shown(text: str) -> str:
    """The text without control characters and lone surrogates, which no name needs."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char for char in clean if char.isprintable())


def remote_url(config: str) -> str:
    """The URL of ``origin``, else of the first remote by name, in the text of a git configuration.

    Without user, password, query and fragment; empty for a path on this machine and for a
    remote that is a command (``ext::``).
    """
    urls: dict[str, str] = {}
    for setting in settings(config):
        if setting.section == "remote" and setting.part and setting.key == "url":
            urls.setdefault(setting.part, setting.value)
    for name in sorted(urls, key=lambda name: (name != "origin", name)):
        url = public_url(urls[name])
        if url:
            return url
    return ""


def public_url(url: str) -> str:
    """A remote's URL as it may be shown: no user, password, query, fragment; empty if local."""
    if not url.isprintable() or " " in url or "::" in url.partition("/")[0]:
        return ""
    bare = url.partition("?")[0].partition("#")[0]
    scheme, mark, rest = bare.partition("://")
    if mark:
        host, slash, path = rest.partition("/")
        host = host.rpartition("@")[2]
        return f"{scheme.lower()}://{host}{slash}{path}" if host and scheme.lower() != "file" else ""
    # The form of scp: user@host:path. A single letter before the colon is a drive of Windows.
    head, slash, tail = bare.partition("/")
    host, colon, path = head.rpartition("@")[2].partition(":")
    if not colon or len(host) < 2 or "\\" in host:
        return ""
    return f"{host}:{path}{slash}{tail}"
