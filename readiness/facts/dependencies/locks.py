"""What fixes the versions of a manifest: a lock, what a resolver made of it, or the manifest itself.

Sources: the lock files of each package manager; Gradle "Locking dependency versions" (one file
for each project) and "Verifying dependencies"; NuGet "Locking dependencies".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.dependencies.places import above, within
from readiness.facts.dependencies.python import REQUIREMENTS

if TYPE_CHECKING:
    from readiness.facts.dependencies.manifests import File
    from readiness.facts.dependencies.model import Declared, Ecosystem
    from readiness.facts.model import Facts

_LOCKS: dict[Ecosystem, tuple[str, ...]] = {
    "pypi": ("poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "requirements.lock"),
    "npm": (
        "package-lock.json",
        "npm-shrinkwrap.json",
        "pnpm-lock.yaml",
        "yarn.lock",
        "bun.lockb",
        "bun.lock",
        "deno.lock",
    ),
    "go": ("go.sum", "go.work.sum"),
    "cargo": ("Cargo.lock",),
    "gem": ("Gemfile.lock", "gems.locked"),
    "composer": ("composer.lock",),
    "hex": ("mix.lock",),
    "maven": ("gradle/verification-metadata.xml",),
    "nuget": (),
}
_BESIDE: dict[Ecosystem, str] = {"maven": "gradle.lockfile", "nuget": "packages.lock.json"}
_BY_THEMSELVES = ("maven", "nuget")

# What each of these needs of other packages, in all versions that are in use: one of them, at least.
# Source: the dependencies in each package's own metadata.
_NEEDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("aiohttp", ("multidict", "yarl")),
    ("boto3", ("botocore", "s3transfer")),
    ("celery", ("billiard", "kombu", "vine")),
    ("django", ("asgiref", "pytz", "sqlparse")),
    ("fastapi", ("pydantic", "starlette")),
    ("flask", ("itsdangerous", "jinja2", "werkzeug")),
    ("httpx", ("anyio", "httpcore", "sniffio")),
    ("matplotlib", ("numpy", "pillow", "pyparsing")),
    ("pandas", ("numpy", "python-dateutil", "pytz")),
    ("requests", ("certifi", "idna", "urllib3")),
    ("scikit-learn", ("joblib", "numpy", "scipy")),
    ("uvicorn", ("click", "h11")),
)


def locked(file: File, lock: str) -> bool | None:
    """Whether every version that the running program needs is fixed.

    Maven has no lock, Gradle and NuGet seldom one: there the versions written decide, since all three
    take the same packages again as long as none of them floats.
    """
    if lock:
        return True
    declared = file.parsed.value
    if file.ecosystem not in _BY_THEMSELVES or declared is None:
        return False
    pins = [item.pinned for item in declared.requirements if item.scope == "runtime"]
    if False in pins:
        return False
    return None if None in pins or not declared.known else True


def lock_of(facts: Facts, file: File) -> str:
    """The path of what fixes the versions, beside the manifest or above; empty if there is none."""
    path, declared = file.entry.path, file.parsed.value
    if declared is not None and path.endswith((".txt", ".in")):
        return _own_lock(facts, path, declared)
    folders = above(path)
    if file.ecosystem == "pypi":
        compiled = _compiled_beside(facts, folders[0])
        if compiled:
            return compiled
    beside = _BESIDE.get(file.ecosystem)
    if beside is not None and facts.entry(within(folders[0], beside)) is not None:
        return within(folders[0], beside)
    if path.endswith("pom.xml"):
        return ""
    places = (within(folder, name) for folder in folders for name in _LOCKS[file.ecosystem])
    return next((place for place in places if facts.entry(place) is not None), "")


def _own_lock(facts: Facts, path: str, declared: Declared) -> str:
    folder = path.rpartition("/")[0]
    exact = bool(declared.requirements) and all(item.pinned for item in declared.requirements)
    if declared.compiled or (exact and _names_all(facts, folder, declared)):
        return path
    for name in declared.constraints:
        candidate = within(folder, name)
        if facts.entry(candidate) is None:
            continue
        narrowed = facts.parsed(REQUIREMENTS, candidate).value
        pinned = {item.name for item in narrowed.requirements if item.pinned} if narrowed else set()
        if all(item.pinned or item.name in pinned for item in declared.requirements):
            return candidate
    return ""


def _names_all(facts: Facts, folder: str, declared: Declared) -> bool:
    """Whether a list of exact versions can be all that is installed.

    A list that names a framework and nothing of what that cannot run without holds what somebody
    chose; the rest is resolved anew at each installation.
    """
    own = {item.name for item in declared.requirements}
    asked = [needs for name, needs in _NEEDS if name in own and own.isdisjoint(needs)]
    if not asked:
        return True
    beside = set(own)
    for entry in facts.paths(within(folder, "*.txt")):
        other = facts.parsed(REQUIREMENTS, entry.path).value
        beside |= {item.name for item in other.requirements} if other else set()
    return all(not beside.isdisjoint(needs) for needs in asked)


def _compiled_beside(facts: Facts, folder: str) -> str:
    """A ``requirements.txt`` that a resolver made from the manifest beside it."""
    path = within(folder, "requirements.txt")
    if facts.entry(path) is None:
        return ""
    declared = facts.parsed(REQUIREMENTS, path).value
    return path if declared is not None and declared.compiled else ""
