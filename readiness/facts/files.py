"""Files, and what they are written in, going by their names alone.

Source for names and endings: GitHub linguist's ``languages.yml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from readiness.facts.model import Collected, FileClass, Glob, Noun, Row

if TYPE_CHECKING:
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_ENDINGS = {
    "c": "c h",
    "clojure": "clj cljc cljs",
    "cmake": "cmake",
    "cpp": "cc cpp cxx hh hpp hxx",
    "crystal": "cr",
    "csharp": "cs",
    "css": "css less sass scss",
    "dart": "dart",
    "dockerfile": "dockerfile",
    "elixir": "ex exs",
    "erlang": "erl hrl",
    "fsharp": "fs",
    "go": "go",
    "groovy": "gradle groovy",
    "haskell": "hs",
    "hcl": "hcl tf tfvars",
    "html": "htm html",
    "ini": "cfg ini",
    "java": "java",
    "javascript": "cjs js jsx mjs svelte vue",
    "json": "json json5 jsonc",
    "julia": "jl",
    "kotlin": "kt kts",
    "lua": "lua",
    "makefile": "mak mk",
    "markdown": "markdown md mdx",
    "nix": "nix",
    "objective-c": "m mm",
    "ocaml": "ml mli",
    "perl": "pl pm",
    "php": "php",
    "powershell": "ps1 psm1",
    "properties": "properties",
    "protobuf": "proto",
    "python": "py pyi pyw",
    "r": "r",
    "restructuredtext": "rst",
    "ruby": "gemspec rake rb ru",
    "rust": "rs",
    "scala": "sbt sc scala",
    "shell": "bash ksh sh zsh",
    "solidity": "sol",
    "sql": "sql",
    "swift": "swift",
    "text": "txt",
    "asciidoc": "adoc asciidoc",
    "toml": "toml",
    "typescript": "cts mts ts tsx",
    "visual-basic": "vb",
    "xml": "csproj fsproj props targets xml",
    "yaml": "yaml yml",
    "zig": "zig",
}
_NAMES = {
    "cmake": "cmakelists.txt",
    "dockerfile": "containerfile dockerfile",
    "env": ".env .envrc",
    "groovy": "jenkinsfile",
    "ini": ".coveragerc .editorconfig .flake8 .gitmodules .npmrc .pylintrc .pypirc pylintrc",
    "json": ".babelrc .jshintrc .swcrc composer.lock deno.lock flake.lock pipfile.lock",
    "makefile": "gnumakefile justfile makefile procfile taskfile tiltfile",
    "ruby": "brewfile capfile dangerfile fastfile gemfile podfile rakefile vagrantfile",
    "shell": ".bash_profile .bashrc .profile .zshrc",
    "text": "authors changelog codeowners contributing copying license notice readme",
    "toml": "cargo.lock pdm.lock pipfile poetry.lock uv.lock",
    "yaml": ".clang-format .clang-tidy .yamllint",
}
_BY_ENDING = {ending: language for language, endings in _ENDINGS.items() for ending in endings.split()}
_BY_NAME = {name: language for language, names in _NAMES.items() for name in names.split()}

_PROGRAMMING = frozenset(
    {
        "c",
        "clojure",
        "cpp",
        "crystal",
        "csharp",
        "dart",
        "elixir",
        "erlang",
        "fsharp",
        "go",
        "groovy",
        "haskell",
    }
    | {"java", "javascript", "julia", "kotlin", "lua", "objective-c", "ocaml", "perl", "php", "powershell"}
    | {
        "python",
        "r",
        "ruby",
        "rust",
        "scala",
        "shell",
        "solidity",
        "swift",
        "typescript",
        "visual-basic",
        "zig",
    }
)
_CONFIGURATION = frozenset(
    {"cmake", "dockerfile", "env", "hcl", "ini", "json", "makefile", "nix", "properties", "requirements"}
    | {"toml", "xml", "yaml"}
)
_DOCUMENTS = frozenset({"asciidoc", "markdown", "restructuredtext", "text"})
# What automates the work on a product rather than being it.
_NO_PRODUCT = frozenset({"groovy", "powershell", "shell"})


def language(path: str) -> str:
    """What a file is written in, in lower case, going by its name alone; empty if that does not say."""
    name = path.rpartition("/")[2].lower()
    if name in _BY_NAME:
        return _BY_NAME[name]
    _, dot, ending = name.rpartition(".")
    if ending == "txt" and name.startswith(("requirements", "constraints")):
        return "requirements"
    if dot and ending in _BY_ENDING:
        return _BY_ENDING[ending]
    if name.startswith((".env.", "env.")) or name.endswith(".env"):
        return "env"
    if name.startswith(("dockerfile.", "containerfile.", "dockerfile-", "dockerfile_")):
        return "dockerfile"
    if name.startswith(("makefile.", "jenkinsfile.")):
        return _BY_NAME[name.partition(".")[0]]
    return ""


def file_class(path: str) -> FileClass | None:
    """What a file is to the matcher: program text, configuration, a document, or data; None for all else.

    SQL is data, since dumps are written in it. Style sheets and HTML are none of them.
    """
    written = language(path)
    if written in _PROGRAMMING:
        return "language"
    if written in _CONFIGURATION:
        return "configuration"
    if written == "sql":
        return "data"
    return "document" if written in _DOCUMENTS else None


class File(Row, frozen=True, kw_only=True):
    """A regular file of the subject."""

    name: Annotated[Glob, "the last part of its path"]
    size: Annotated[int, "in bytes"] = 0
    empty: Annotated[bool, "whether it has no bytes at all"] = False
    language: Annotated[
        str, "what it is written in, by its name: python, yaml …; empty if that does not say"
    ] = ""
    tracked: Annotated[bool | None, "whether git keeps it; unknown without git"] = None
    executable: Annotated[bool, "whether it may be run as a program"] = False


class CodeFile(Row, frozen=True, kw_only=True):
    """A file, not empty, in a language that products are written in; shell and the like do not count."""

    language: Annotated[str, "the language, by the file's name: python, typescript, go …"] = ""


def _entries(facts: Facts, scope: tuple[str, ...]) -> tuple[Entry, ...]:
    return facts.paths(*scope) if scope else tuple(facts.tree.entries)


def collect_files(facts: Facts, scope: tuple[str, ...]) -> Collected[File]:
    """Every file; of a scope, the files that it names."""
    entries = _entries(facts, scope)
    rows = tuple(
        File(
            path=Glob(entry.path),
            role=entry.role,
            text=entry.path,
            name=Glob(entry.path.rpartition("/")[2]),
            size=entry.size,
            empty=entry.size == 0,
            language=language(entry.path),
            tracked=entry.tracked,
            executable=entry.executable,
        )
        for entry in entries
    )
    return Collected(rows, looked=tuple(entry.path for entry in entries))


def collect_code_files(facts: Facts, scope: tuple[str, ...]) -> Collected[CodeFile]:
    """Every file of program text that is not empty; of a scope, those that it names."""
    entries = [
        entry for entry in _entries(facts, scope) if language(entry.path) in _PROGRAMMING - _NO_PRODUCT
    ]
    rows = tuple(
        CodeFile(path=Glob(entry.path), role=entry.role, text=entry.path, language=language(entry.path))
        for entry in entries
        if entry.size
    )
    return Collected(rows, looked=tuple(entry.path for entry in entries))


FILE = Noun("file", File, "a file of the subject, by its path", collect_files)
CODE_FILE = Noun(
    "code.file", CodeFile, "a file in a language that products are written in, not empty", collect_code_files
)
