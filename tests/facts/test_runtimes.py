from __future__ import annotations

import pytest

from readiness.errors import RuleError
from readiness.facts.runtimes.nouns import RUNTIME, Runtime
from readiness.facts.runtimes.versions import Language, ends, line_of, load
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree


def runtimes(files: dict[str, str], as_of: str = "") -> tuple[Runtime, ...]:
    return Store(MemoryTree(files), tables=[], as_of=as_of).collected(RUNTIME).rows


def told(files: dict[str, str]) -> list[tuple[int, str, str, str, bool, str]]:
    return [
        (row.line, row.language, row.version, row.cycle, row.minimum, row.source) for row in runtimes(files)
    ]


@pytest.mark.parametrize(
    ("language", "version", "cycle", "is_open"),
    [
        ("python", "3.11.4", "3.11", False),
        ("python", ">=3.11", "3.11", True),
        ("python", ">= 3.11, < 3.12", "3.11", False),
        ("python", ">=3.11,<3.13", "3.11", True),
        ("python", ">=3.11,<4", "3.11", True),
        ("python", "^3.11", "3.11", True),
        ("python", "~3.11", "3.11", False),
        ("python", "~=3.11.0", "3.11", False),
        ("python", "~=3.11", "3.11", True),
        ("python", "==3.11.*", "3.11", False),
        ("python", "3", "3", True),
        ("python", "!=3.9", "", True),
        ("node", "v18.1.0", "18", False),
        ("node", "18.x", "18", False),
        ("node", "^18.2", "18", False),
        ("node", ">=18", "18", True),
        ("node", ">=18 <19", "18", False),
        ("node", "^20 || ^18", "18", True),
        ("node", "18 || 18.2", "18", False),
        ("node", "lts/hydrogen", "18", False),
        ("node", "lts/*", "", True),
        ("node", "*", "", True),
        ("java", "1.8", "8", False),
        ("java", "17", "17", False),
        ("php", "^8.1|^8.2", "8.1", True),
        ("ruby", "~> 3.1.0", "3.1", False),
        ("dotnet", "8.0.100", "8", False),
        ("dotnet", "3.1", "3.1", False),
        ("go", "1.22", "1.22", False),
        ("go", "1.99999999", "1", True),
    ],
)
def test_a_constraint_means_a_line_of_releases(
    language: Language, version: str, cycle: str, is_open: bool
) -> None:
    line = line_of(language, version)
    assert (line.cycle, line.open) == (cycle, is_open)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            ".python-version",
            "# why\n3.11.4\n3.10\n",
            (2, "python", "3.11.4", "3.11", False, ".python-version"),
        ),
        (".nvmrc", "v18\n", (1, "node", "v18", "18", False, ".nvmrc")),
        (".ruby-version", "ruby-3.1.2\n", (1, "ruby", "3.1.2", "3.1", False, ".ruby-version")),
        (".java-version", "temurin-17.0.5+8\n", (1, "java", "17.0.5+8", "17", False, ".java-version")),
        (
            ".tool-versions",
            "elixir 1\njava temurin-17.0.1\n",
            (2, "java", "17.0.1", "17", False, ".tool-versions"),
        ),
        ("runtime.txt", "python-3.9.1\n", (1, "python", "3.9.1", "3.9", False, "runtime.txt")),
        ("go.mod", "module x\ngo 1.20 // why\n", (2, "go", "1.20", "1.20", True, "go")),
        ("go.mod", "module x\ntoolchain go1.22.1\n", (2, "go", "1.22.1", "1.22", False, "toolchain")),
        (
            "pyproject.toml",
            "[project]\nrequires-python = '>=3.8'\n",
            (2, "python", ">=3.8", "3.8", True, "project.requires-python"),
        ),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\npython = '^3.8'\n",
            (2, "python", "^3.8", "3.8", True, "dependencies.python"),
        ),
        ("package.json", '{"engines": {"node": "18"}}', (1, "node", "18", "18", False, "engines.node")),
        ("composer.json", '{"require": {"php": "^8.1"}}', (1, "php", "^8.1", "8.1", True, "require.php")),
        ("global.json", '{"sdk": {"version": "8.0.1"}}', (1, "dotnet", "8.0.1", "8", False, "sdk.version")),
        (
            "global.json",
            '{"sdk": {"version": "8.0.1", "rollForward": "latestMajor"}}',
            (1, "dotnet", "8.0.1", "8", True, "sdk.version"),
        ),
        (
            "a.csproj",
            "<Project>\n<PropertyGroup><TargetFramework>net6.0-windows</TargetFramework></PropertyGroup></Project>",
            (2, "dotnet", "6.0", "6", False, "TargetFramework"),
        ),
        (
            "build.gradle",
            "\njava { x = JavaLanguageVersion.of(17) }",
            (2, "java", "17", "17", False, "java toolchain"),
        ),
        (
            "build.gradle.kts",
            "sourceCompatibility = JavaVersion.VERSION_1_8\n",
            (1, "java", "1.8", "8", True, "sourceCompatibility"),
        ),
        (
            "build.gradle.kts",
            "kotlin { jvmToolchain(21) }\n",
            (1, "java", "21", "21", False, "java toolchain"),
        ),
        (
            "build.gradle.kts",
            "// jvmToolchain(11)\nkotlin {\n    jvmToolchain(17)\n}\n",
            (3, "java", "17", "17", False, "java toolchain"),
        ),
        ("Gemfile", "ruby '3.1.2'\n", (1, "ruby", "3.1.2", "3.1", False, "ruby")),
    ],
)
def test_a_setting_asks_for_a_runtime(
    path: str, text: str, expected: tuple[int, str, str, str, bool, str]
) -> None:
    assert told({path: text}) == [expected]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".python-version", "pypy3.9-7.3\n"),
        (".nvmrc", "\n"),
        ("package.json", "{}"),
        ("package.json", "["),
        ("package.json", '{"engines": ["node"]}'),
        (
            "a.csproj",
            "<Project><PropertyGroup><TargetFramework>net48</TargetFramework></PropertyGroup></Project>",
        ),
        ("a.csproj", "<Project"),
        ("pom.xml", "<project/>"),
        ("pom.xml", "<project"),
    ],
)
def test_what_asks_for_none_gives_no_row(path: str, text: str) -> None:
    assert runtimes({path: text}) == ()


def test_maven_compiles_for_a_java_that_newer_ones_run() -> None:
    text = "<project><properties>\n<java.version>${v}</java.version>\n<v>11</v></properties></project>"
    assert told({"pom.xml": text}) == [(2, "java", "11", "11", True, "java.version")]


@pytest.mark.parametrize(
    ("version", "as_of", "day", "days"),
    [
        ("16", "2023-09-21", "2023-09-11", 10),
        ("16", "2023-01-01", "2023-09-11", 0),
        ("16", "", "2023-09-11", None),
        ("99", "2023-01-01", None, None),
        (">=16", "2023-01-01", None, None),
    ],
)
def test_a_line_ends_on_a_day(version: str, as_of: str, day: str | None, days: int | None) -> None:
    (row,) = runtimes({".nvmrc": version}, as_of)
    assert (row.ends, row.ended_days) == (day, days)


@pytest.mark.parametrize(("as_of", "days"), [("2023-09-01", 10), ("2024-01-01", 0), ("", None)])
def test_days_are_left_until_a_line_ends(as_of: str, days: int | None) -> None:
    (row,) = runtimes({".nvmrc": "16"}, as_of)
    assert row.left_days == days


def test_the_text_tells_the_setting() -> None:
    (row,) = runtimes({".nvmrc": "16"})
    assert row.text == ".nvmrc: node 16"


def test_the_table_of_ends_is_sound() -> None:
    assert ends()[("python", "3.8")] == "2024-10-07"


@pytest.mark.parametrize("text", ["cobol: {'1': 2020-01-01}", "node: 3", "node: {'1': never}", "a: ["])
def test_a_mistake_in_the_table_of_ends_is_told(text: str) -> None:
    with pytest.raises(RuleError):
        load(text.encode())
