"""The names that tell whose file it is: the tables behind ``roles``.

Folder names are compared in lower case. A name that also means something else in a
product carries the places where it does: ``terraform/environments/test`` is an
environment, ``models/vendor`` a seller, ``com/example`` a package.
Sources: linguist's vendor.yml, generated.rb and documentation.yml for the conventions; the
documentation of the test runners for the names that they collect.
"""

from __future__ import annotations

from functools import lru_cache

from readiness.globs import glob
from readiness.records import Struct
from readiness.tree.model import Role

CODE_IN_DOCUMENTS = "an illustration in the documentation"

CODE_ROOTS = frozenset(
    {"app", "apps", "cmd", "com", "crates", "internal", "lib", "libs", "main", "modules", "org", "packages"}
    | {"pages", "pkg", "routes", "src", "views"}
)
"""Folders of product code, below which ``docs`` or ``sandbox`` name a part of it."""

ENVIRONMENTS = frozenset(
    {"accounts", "argocd", "clusters", "config", "configs", "deploy", "deployment", "deployments", "env"}
    | {"environment", "environments", "envs", "group_vars", "helm", "host_vars", "infra", "infrastructure"}
    | {"inventories", "inventory", "k8s", "kubernetes", "kustomize", "live", "ops", "overlays", "regions"}
    | {"stages", "terraform", "values", "vars", "workspaces"}
)
"""Folders that hold one folder for each environment."""

TRADES = frozenset(
    {"api", "app", "apps", "components", "controllers", "domain", "domains", "entities", "features"}
    | {"handlers", "models", "modules", "pages", "repositories", "routes", "schemas", "screens", "services"}
    | {"views"}
)
"""Folders whose parts are named after the product's trade: there, a vendor is a seller."""

WORKPLACES = frozenset(
    CODE_ROOTS
    | {"ansible", "charts", "deploy", "deployment", "docs", "helm", "infra", "infrastructure", "k8s"}
    | {
        "kubernetes",
        "manifests",
        "ops",
        "playbooks",
        "roles",
        "runbooks",
        "scripts",
        "templates",
        "terraform",
    }
)
"""Folders in which ``backups`` names the subject, not the copies."""

PIPELINE_HOMES = frozenset({".azure-pipelines", ".buildkite", ".circleci", ".ci", ".forgejo", ".gitea"}) | {
    ".github",
    ".gitlab",
    ".tekton",
    ".woodpecker",
}
"""Folders at the root that run where they lie: ``.github/actions/integration-tests`` is no test."""

LANGUAGES = frozenset({"groovy", "java", "kotlin", "scala"})

_DOCUMENTS = frozenset(
    {"adoc", "asciidoc", "doc", "docx", "drawio", "gif", "htm", "html", "jpeg", "jpg", "markdown", "md"}
    | {"mdx", "mmd", "odt", "pdf", "png", "puml", "rst", "svg", "txt", "webp"}
)
_DATA = frozenset(
    {"7z", "bz2", "cfg", "conf", "csv", "db", "dump", "env", "gz", "ini", "json", "properties", "rdb", "sql"}
    | {"sqlite", "sqlite3", "tar", "tgz", "toml", "tsv", "xml", "yaml", "yml", "zip", "zst"}
)
_TOOLS = (
    "{{dockerfile,containerfile,makefile,jenkinsfile,vagrantfile,procfile}{,.*},*.{dockerfile,sh,service,spec}"
    ",{docker-,}compose*.{yml,yaml}}"
)
_SPECIFICATIONS = ("openapi", "swagger", "asyncapi", "slo")
"""Beginnings of names of files that are a practice, though they are data and lie in ``docs``."""


class Folder(Struct, frozen=True):
    """What a folder's name says of the files below it.

    ``unless_below``: not under any of these folders; ``unless_in``: not directly in one of
    them. ``only`` and ``not_for`` name a form of files (``form``).
    """

    role: Role
    reason: str
    names: tuple[str, ...]
    unless_below: frozenset[str] = frozenset()
    unless_in: frozenset[str] = frozenset()
    only: str = ""
    not_for: str = ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FOLDERS = (
    Folder(
        Role.VENDORED,
        "a vendored copy",
        _words(
            "node_modules bower_components jspm_packages vendored _vendor third_party third-party thirdparty"
            " 3rdparty site-packages dist-packages pods carthage .yarn .venv"
        ),
    ),
    Folder(Role.VENDORED, "a vendored copy", ("vendor",), unless_in=TRADES),
    Folder(
        Role.VENDORED,
        "an agent prompt pack",
        _words(
            ".agent .agents .agent-os .aider .amazonq .augment .bmad .bmad-core .claude .cline .clinerules"
            " .codex .continue .cursor .gemini .junie .kiro .opencode .qwen .roo .specify .superclaude .trae"
            " .windsurf bmad-core .github/prompts .github/chatmodes .github/instructions .github/agents"
        ),
    ),
    Folder(Role.VENDORED, "an agent prompt pack", _words("prompts web-bundles"), only="document"),
    Folder(Role.GENERATED, "the output of a build", ("dist",), not_for="tool"),
    Folder(
        Role.GENERATED,
        "the output of a build",
        _words(
            ".next .nuxt .output .svelte-kit .docusaurus storybook-static _site build/bdist build/static"
            " build/classes build/libs build/intermediates build/outputs build/reports build/resources"
            " build/tmp target/classes target/debug target/release target/site out/_next out/production"
            " bin/debug bin/release obj/debug obj/release"
        ),
    ),
    Folder(Role.GENERATED, "generated code", _words("__generated__ generated .generated")),
    Folder(
        Role.GENERATED,
        "the output of a test run",
        _words(
            "coverage htmlcov .nyc_output playwright-report test-results test_results allure-report"
            " allure-results surefire-reports __snapshots__ mochawesome-report"
        ),
        unless_below=CODE_ROOTS,
    ),
    Folder(
        Role.GENERATED, "the output of a test run", _words("__snapshots__ playwright-report test-results")
    ),
    Folder(
        Role.GENERATED,
        "a tool's cache",
        _words(
            "__pycache__ .cache .gradle .mypy_cache .nox .parcel-cache .pytest_cache .ruff_cache .terraform"
            " .tox .turbo"
        ),
    ),
    Folder(
        Role.SAMPLE,
        "an example",
        _words("examples _examples .examples samples demos tutorials playgrounds cookbook"),
    ),
    Folder(
        Role.SAMPLE,
        "an example",
        _words("example sample demo sandbox playground tutorial"),
        unless_below=CODE_ROOTS,
        unless_in=ENVIRONMENTS,
    ),
    Folder(Role.SAMPLE, "a developer's container", (".devcontainer",)),
    Folder(
        Role.TEST,
        "a test",
        _words(
            "tests __tests__ __test__ __mocks__ __fixtures__ e2e cypress playwright testdata test-data"
            " test_data fixtures mocks integration-test integration_test e2e-test smoke-test load-test"
            " unit-test unit_test"
            " unittests androidtest commontest iostest jvmtest jstest benches spec/dummy spec/support"
            " spec/factories spec/cassettes"
        ),
    ),
    Folder(Role.TEST, "a test", ("test",), unless_in=ENVIRONMENTS | {"cmd", "commands", "subcommands"}),
    Folder(
        Role.TEST,
        "a test",
        _words("test-environments test_environments test-envs test_envs"),  # of one, it may be a stage
        unless_in=ENVIRONMENTS,
    ),
    Folder(Role.TEST, "a test", ("spec",), unless_below=CODE_ROOTS, only="code"),
    Folder(Role.TEST, "a benchmark", _words("benchmark benchmarks")),
    Folder(
        Role.SAMPLE,
        CODE_IN_DOCUMENTS,
        _words("doc docs documentation"),
        unless_below=CODE_ROOTS | {"static", "templates"},
        not_for="document",
    ),
    Folder(Role.BACKUP, "a backup copy", _words(".backup .backups .history")),
)
"""Read from above: what a folder's name says. A name of two parts is a folder in a folder."""

_FIRST = {name: sign for sign in reversed(FOLDERS) for name in sign.names}
_SINGLE = {name: sign for name, sign in _FIRST.items() if "/" not in name}
PAIRS = {name: sign for name, sign in _FIRST.items() if "/" in name}

_BACKUP_FOLDER = Folder(Role.BACKUP, "a backup copy", ())
_PACK = Folder(Role.VENDORED, "an agent prompt pack", ())
_TEMPLATE = Folder(Role.SAMPLE, "a template of another project", ())
_TESTS = Folder(Role.TEST, "a test", ())
_EXAMPLES = Folder(
    Role.SAMPLE, "an example", (), unless_below=CODE_ROOTS - {"apps", "packages"}, unless_in=ENVIRONMENTS
)
_SPLIT = str.maketrans("-_.", "   ")


@lru_cache(maxsize=8192)
def folder(name: str) -> Folder | None:
    """What a folder of this name, in lower case, says; None where it says nothing by itself."""
    if name in _SINGLE:
        return _SINGLE[name]
    if (
        name.startswith("_") and name[1:] in _SINGLE
    ):  # an underscore sorts it first, or keeps it out of a site
        return _SINGLE[name[1:]]
    if "{{" in name:
        return _TEMPLATE
    if name.startswith(".bmad"):
        return _PACK
    if name.endswith((".bak", "_bak", ".backup", "_backup", ".orig", ".old", "~")):
        return _BACKUP_FOLDER
    words = name.translate(_SPLIT).split()
    if words and words[0] in {"backup", "backups", "bak"} and is_dated(name):
        return _BACKUP_FOLDER
    if len(words) < 2:
        return None
    if words[-1] in {"tests", "unittests", "integrationtests"} or words[0] == "tests":
        return _TESTS
    if words[0] in {"demo", "example", "examples", "sample", "samples"} or words[-1] in {
        "demo",
        "example",
        "examples",
        "samples",
    }:
        return _EXAMPLES
    return None


def is_dated(name: str) -> bool:
    """Whether a name carries a day or a moment: 20250812, 2025-08-12, seconds since 1970."""
    run, runs = "", []
    for char in (*name.replace("-", "").replace("_", ""), " "):
        if "0" <= char <= "9":
            run += char
        elif run:
            runs.append(run)
            run = ""
    return any(
        (len(digits) >= 8 and "1990" <= digits[:4] < "2100")
        or (len(digits) >= 10 and digits[:2] in {"16", "17", "18"})
        for digits in runs
    )


def form(path: str) -> str:
    """What kind of file a name tells of: ``document``, ``data``, ``code``, or ``tool``: it acts in place."""
    name = path.rpartition("/")[2].lower()
    suffix = name.rpartition(".")[2] if "." in name else ""
    if suffix in _DOCUMENTS or name.startswith(_SPECIFICATIONS):
        return "document"
    if glob(_TOOLS).covers(name):
        return "tool"
    return "data" if suffix in _DATA else "code"
