from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.facts.dependencies import DEPENDENCY, MANIFEST
from readiness.facts.dependencies.dotnet import parse_project
from readiness.facts.dependencies.elixir import parse_mix
from readiness.facts.dependencies.php import parse_composer
from readiness.facts.dependencies.ruby import parse_gemfile, parse_gemspec
from readiness.facts.dependencies.rust import parse_cargo
from readiness.facts.store import Store
from readiness.records import replace
from readiness.spans import Unparsable
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Role

COMMIT = "a" * 40


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=[])


def told(files: dict[str, str]) -> list[tuple[str, str, bool | None, str]]:
    rows = store(files).collected(DEPENDENCY).rows
    return [(row.name, row.version, row.pinned, row.scope) for row in rows]


# --- Ruby


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("gem 'a'", ("a", "", False, "runtime")),
        ('gem "a", "1.2.3"', ("a", "1.2.3", True, "runtime")),
        ("gem('a', '= 1.2.3')", ("a", "= 1.2.3", True, "runtime")),
        ("gem 'a', '>= 1', '< 2' # why", ("a", ">= 1, < 2", False, "runtime")),
        ("gem 'a', '~> 1',\n  require: false", ("a", "~> 1", False, "runtime")),
        (f"gem 'a', git: 'https://x/a', ref: '{COMMIT}'", ("a", "", True, "runtime")),
        ("gem 'a', group: :test", ("a", "", False, "development")),
        ("gem 'a', groups: [:lint, :test]", ("a", "", False, "development")),
        ("gem 'a', :group => [:production, :test]", ("a", "", False, "runtime")),
        ("group :development, :test do\n  gem 'a'\nend", ("a", "", False, "development")),
        ("group(:test) do\n  gem 'a'\nend", ("a", "", False, "development")),
        ("group :test do\n  if x\n    gem 'a'\n  end\nend", ("a", "", False, "development")),
        ("group :test do\nend\ngem 'a'", ("a", "", False, "runtime")),
        ("source 'https://x' do\n  gem 'a'\nend", ("a", "", False, "runtime")),
        ("gem 'a', 'unclosed", ("a", "", False, "runtime")),
    ],
)
def test_a_gemfile_is_read(line: str, expected: tuple[str, str, bool, str]) -> None:
    assert told({"Gemfile": f"# gem 'x'\n{line}\n"}) == [expected]


def test_a_statement_of_a_gemfile_keeps_its_first_line() -> None:
    assert [item.line for item in parse_gemfile(b"\ngem 'a',\n  '1'\ngem 'b',").requirements] == [2, 4]


@pytest.mark.parametrize("line", ["gem name", 'gem "#{name}"', "eval_gemfile 'x'"])
def test_a_computed_gem_leaves_the_list_unknown(line: str) -> None:
    assert not parse_gemfile(f"{line}\n".encode()).known


@pytest.mark.parametrize(
    ("path", "expected"), [("Gemfile", ["Gemfile"]), ("test/Gemfile", []), ("build.gradle", ["build.gradle"])]
)
def test_a_list_that_is_computed_leaves_the_question_open(path: str, expected: list[str]) -> None:
    text = "gem name\n" if path.endswith("Gemfile") else "dependencies {\nimplementation x.y\n}\n"
    tree = MemoryTree({path: text})
    roles = {"test/Gemfile": Role.TEST}
    tree.entries = tuple(replace(entry, role=roles.get(entry.path, entry.role)) for entry in tree.entries)
    assert [gap.path for gap in Store(tree, tables=[]).collected(DEPENDENCY).openings] == expected


@pytest.mark.parametrize("line", ["gem 'a', path: '../a'", "gem 'own'"])
def test_gems_of_the_repository_are_no_dependencies(line: str) -> None:
    assert told({"Gemfile": line, "own/own.gemspec": ""}) == []


def test_a_gemspec_is_read() -> None:
    text = (
        "spec.add_dependency 'a', '~> 1'\n"
        's.add_runtime_dependency("b")\n'
        "spec.add_development_dependency 'c'\n"
    )
    assert told({"x.gemspec": text}) == [
        ("a", "~> 1", False, "runtime"),
        ("b", "", False, "runtime"),
        ("c", "", False, "development"),
    ]
    assert not parse_gemspec(b"s.add_dependency name\n").known


# --- Rust


def test_a_cargo_toml_is_read() -> None:
    text = f"""[package]
name = "x"
[dependencies]
a = "1.0"
b = {{ version = "=1.2.3", features = ["x"] }}
c = {{ path = "../c" }}
d = {{ workspace = true }}
e = {{ git = "https://x/e", rev = "{COMMIT}" }}
f = {{ package = "real", version = "2" }}
[dev-dependencies]
g = "*"
[build-dependencies]
h = "1"
[target.'cfg(unix)'.dependencies]
i = "1"
"""
    assert told({"Cargo.toml": text}) == [
        ("a", "1.0", False, "runtime"),
        ("b", "=1.2.3", True, "runtime"),
        ("d", "", None, "runtime"),
        ("e", "https://x/e", True, "runtime"),
        ("real", "2", False, "runtime"),
        ("g", "*", False, "development"),
        ("h", "1", False, "development"),
        ("i", "1", False, "runtime"),
    ]


def test_a_workspace_alone_lists_what_its_members_take() -> None:
    assert told({"Cargo.toml": "[workspace]\n[workspace.dependencies]\na = '1'\n"}) == [
        ("a", "1", False, "runtime")
    ]
    assert not parse_cargo(b"[profile.release]\nlto = true\n").manifest


# --- PHP


def test_a_composer_json_is_read() -> None:
    text = """{"require": {"php": "^8.1", "ext-json": "*", "A/b": "^1.0", "c/d": "v1.2.3", "e/f": 1},
 "require-dev": {"g/h": "dev-main"}}"""
    assert told({"composer.json": text}) == [
        ("a/b", "^1.0", False, "runtime"),
        ("c/d", "v1.2.3", True, "runtime"),
        ("e/f", "1", False, "runtime"),
        ("g/h", "dev-main", False, "development"),
    ]


def test_a_composer_json_that_is_no_object_is_unparsable() -> None:
    with pytest.raises(Unparsable):
        parse_composer(b"[]")


# --- Elixir


def test_a_mix_exs_is_read() -> None:
    text = """def project do
  [app: :x, deps: deps(), y: {:no, "1"}]
end
defp deps do
  [
    {:a, "~> 1.7"},
    # {:x, "1"},
    {:b, "== 1.2.3"},
    {:c, "~> 1", only: [:dev, :test], runtime: false},
    {:d, "~> 1", only: [:prod]},
    {:e, path: "../e"},
    {:f, in_umbrella: true},
    {:g, git: "https://x/g"}
  ]
end
defp aliases, do: [{:h, "1"}]
"""
    assert told({"mix.exs": text}) == [
        ("a", "~> 1.7", False, "runtime"),
        ("b", "== 1.2.3", True, "runtime"),
        ("c", "~> 1", False, "development"),
        ("d", "~> 1", False, "runtime"),
        ("g", "", False, "runtime"),
    ]


# --- .NET


def project(*items: str, more: str = "") -> str:
    return f"<Project>{more}<ItemGroup>{''.join(items)}</ItemGroup></Project>"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ('<PackageReference Include="A" Version="1.2.3"/>', ("A", "1.2.3", True, "runtime")),
        (
            '<PackageReference Include="A"><Version>1</Version></PackageReference>',
            ("A", "1", True, "runtime"),
        ),
        ('<PackageReference Include="A" Version="[1.2]"/>', ("A", "[1.2]", True, "runtime")),
        ('<PackageReference Include="A" Version="[1,2)"/>', ("A", "[1,2)", False, "runtime")),
        ('<PackageReference Include="A" Version="1.*"/>', ("A", "1.*", False, "runtime")),
        ('<PackageReference Include="A" Version="$(X)"/>', ("A", "$(X)", None, "runtime")),
        ('<PackageReference Include="A"/>', ("A", "", None, "runtime")),
        ('<PackageReference Include="A" Version="1" PrivateAssets="all"/>', ("A", "1", True, "development")),
        (
            '<PackageReference Include="A" Version="1"><PrivateAssets>All</PrivateAssets></PackageReference>',
            ("A", "1", True, "development"),
        ),
    ],
)
def test_a_project_file_is_read(item: str, expected: tuple[str, str, bool | None, str]) -> None:
    assert told({"a/a.csproj": project(item, '<PackageReference Update="B" Version="1"/>')}) == [expected]


def test_versions_come_from_the_files_above() -> None:
    files = {
        "src/a.fsproj": project(
            '<PackageReference Include="a"/>', '<PackageReference Include="B" Version="$(V)"/>'
        ),
        "Directory.Packages.props": project('<PackageVersion Include="A" Version="2"/>'),
        "Directory.Build.props": "<Project><PropertyGroup><V>3</V></PropertyGroup></Project>",
    }
    assert told(files) == [("B", "3", True, "runtime"), ("a", "2", True, "runtime")]


@pytest.mark.parametrize(
    "text",
    [
        project(
            '<PackageReference Include="A" Version="1"/>',
            more="<PropertyGroup><IsTestProject>true</IsTestProject></PropertyGroup>",
        ),
        project(
            '<PackageReference Include="A" Version="1"/>',
            '<PackageReference Include="Microsoft.NET.Test.Sdk" Version="1"/>',
        ),
    ],
)
def test_what_a_project_of_tests_needs_is_for_development(text: str) -> None:
    assert {scope for *_, scope in told({"a.csproj": text})} == {"development"}


@pytest.mark.parametrize(
    "more",
    [
        '<PropertyGroup><IsTestProject Condition="x">true</IsTestProject></PropertyGroup>',
        '<PropertyGroup Condition="x"><IsTestProject>true</IsTestProject></PropertyGroup>',
    ],
)
def test_a_property_under_a_condition_says_nothing(more: str) -> None:
    text = project('<PackageReference Include="A" Version="1"/>', more=more)
    assert [scope for *_, scope in told({"a.csproj": text})] == ["runtime"]


def test_a_packages_config_is_read() -> None:
    tool = '<package id="B" version="2" developmentDependency="true"/>'
    text = f'<packages><package id="A" version="1"/>{tool}</packages>'
    assert told({"packages.config": text}) == [("A", "1", True, "runtime"), ("B", "2", True, "development")]


def test_a_broken_project_file_is_a_problem() -> None:
    found = store({"a.csproj": "<Project>", "b/b.csproj": project()}).collected(DEPENDENCY)
    assert ([problem.path for problem in found.problems], found.openings) == (["a.csproj"], ())


@pytest.mark.parametrize(
    ("version", "lock", "expected"),
    [("1.0", "", True), ("1.*", "", False), ("$(X)", "", None), ("1.*", "a/packages.lock.json", True)],
)
def test_a_project_is_locked_unless_a_version_floats(version: str, lock: str, expected: bool | None) -> None:
    files = {"a/a.csproj": project(f'<PackageReference Include="A" Version="{version}"/>')}
    (row,) = store(files | ({lock: ""} if lock else {})).collected(MANIFEST).rows
    assert (row.locked, row.lock) == (expected, lock)


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet="gem'\"ad(),:# do\nendp{}<>/[]=~1", max_size=60).map(str.encode)
    | st.binary(max_size=60),
    st.sampled_from([parse_gemfile, parse_gemspec, parse_cargo, parse_composer, parse_mix, parse_project]),
)
def test_any_bytes_end_in_a_list_or_a_problem(data: bytes, parse: object) -> None:
    assert callable(parse)
    line = 1
    try:
        parse(b"gem " + data)
    except Unparsable as problem:
        line = problem.line
    assert line >= 1
