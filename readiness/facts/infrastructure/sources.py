"""Where a module of Terraform comes from, and whether its version and a provider's is held.

Sources: Terraform language, "Module Sources" and "Version Constraints"; go-getter, "URL Format".
"""

from __future__ import annotations

from posixpath import normpath

_BRANCHES = frozenset(("main", "master", "develop", "dev", "trunk", "HEAD", "latest", ""))
_SCHEMES = ("git::", "hg::", "s3::", "gcs::", "oci::", "http://", "https://", "git@", "ssh://")
_FORGES = ("github.com/", "bitbucket.org/")
_HEXADECIMAL = frozenset("0123456789abcdef")


def is_local(source: str) -> bool:
    """Whether a module lies in the repository: its source is a relative path."""
    return source.startswith(("./", "../")) or source in (".", "..")


def folder_of(path: str, source: str) -> str | None:
    """The folder that the local ``source`` names in the file ``path``; None if it lies above the subject."""
    folder = normpath("/".join([*path.split("/")[:-1], source.partition("?")[0]]))
    if folder.startswith(("..", "/")):
        return None
    return "" if folder == "." else folder


def held(constraint: str | None) -> bool | None:
    """Whether a version constraint keeps a major version out: ``1.2.3``, ``~> 1.2``, ``< 2``.

    ``>= 1`` alone does not. None if an expression gives it.
    """
    if constraint is None:
        return None
    return any(_bounds(part.strip()) for part in constraint.split(","))


def _bounds(part: str) -> bool:
    if part.startswith(("~>", "<")):
        return True
    return part.removeprefix("=").strip()[:1].isdigit()


def module_held(source: str | None, version: str | None) -> bool | None:
    """Whether a module stays what it is: a local one, or one with a version, a tag or a commit.

    A branch holds nothing. None where the files do not tell.
    """
    if source is None:
        return None
    if is_local(source):
        return True
    if source.startswith(_SCHEMES) or source.startswith(_FORGES):
        return _ref_held(source)
    return held(version)


def _ref_held(source: str) -> bool | None:
    query = source.partition("?")[2]
    given = dict(pair.partition("=")[::2] for pair in query.split("&"))
    ref = given.get("ref", given.get("rev", given.get("tag")))
    plain = source.startswith(("http", "s3::", "gcs::", "oci::"))
    if ref is None:
        return True if "checksum" in given or "digest" in given else None if plain else False
    if ref in _BRANCHES:
        return False
    fixed = len(ref) >= 7 and set(ref) <= _HEXADECIMAL
    tag = ref.rpartition("/")[2].removeprefix("v")[:1].isdigit() or any(sign.isdigit() for sign in ref)
    return True if fixed or tag else None
