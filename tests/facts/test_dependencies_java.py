from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.facts.dependencies import DEPENDENCY, MANIFEST, Dependency, Manifest
from readiness.facts.dependencies.gradle_script import parse_script
from readiness.facts.dependencies.maven import parse_pom
from readiness.facts.store import Store
from readiness.spans import Unparsable
from readiness.tree.memory import MemoryTree

BOOT = (
    "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>"
    "<version>3.1.0</version></parent>"
)


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=[])


def rows(files: dict[str, str]) -> tuple[Dependency, ...]:
    return store(files).collected(DEPENDENCY).rows


def told(files: dict[str, str]) -> list[tuple[str, str, bool | None, str]]:
    return [(row.name, row.version, row.pinned, row.scope) for row in rows(files)]


def manifest(files: dict[str, str], path: str) -> Manifest:
    return next(row for row in store(files).collected(MANIFEST).rows if row.path == path)


def dependency(text: str) -> str:
    """``group:artifact:version:scope`` as an element; an empty part is left out."""
    names = ("groupId", "artifactId", "version", "scope")
    parts = zip(names, text.split(":"), strict=False)
    return (
        "<dependency>" + "".join(f"<{name}>{part}</{name}>" for name, part in parts if part) + "</dependency>"
    )


def within(*names: str) -> str:
    """The last text within elements of the other names, the first outermost."""
    *outer, text = names
    return "".join(f"<{name}>" for name in outer) + text + "".join(f"</{name}>" for name in reversed(outer))


def pom(*dependencies: str, more: str = "") -> str:
    listed = "".join(dependency(each) for each in dependencies)
    return f"<project><artifactId>own</artifactId>{more}<dependencies>{listed}</dependencies></project>"


# --- Maven


def test_a_pom_is_read_with_its_lines_and_scopes() -> None:
    text = (
        "<project>\n<dependencies>\n<dependency><groupId>g</groupId><artifactId>a</artifactId>\n"
        "<version>1.0</version></dependency>\n</dependencies>\n</project>"
    )
    (row,) = rows({"pom.xml": text})
    assert (row.line, row.name, row.version, row.pinned, row.scope) == (3, "g:a", "1.0", True, "runtime")


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("", "runtime"), ("runtime", "runtime"), ("test", "development"), ("provided", "development")],
)
def test_what_is_not_packaged_is_for_development(scope: str, expected: str) -> None:
    (row,) = rows({"pom.xml": pom(f"g:a:1:{scope}")})
    assert row.scope == expected


@pytest.mark.parametrize(
    ("version", "pinned"),
    [
        ("1.0", True),
        ("[1.0]", True),
        ("[1.0,2.0)", False),
        ("(,1.0]", False),
        ("LATEST", False),
        ("1.0-SNAPSHOT", False),
        ("${revision}", None),
        ("", None),
    ],
)
def test_a_range_and_a_snapshot_float(version: str, pinned: bool | None) -> None:
    (row,) = rows({"pom.xml": pom(f"g:a:{version}")})
    assert row.pinned is pinned


def test_properties_are_put_in() -> None:
    more = "<properties><v>${w}.0</v><w>2</w></properties>"
    assert told({"pom.xml": pom("g:a:${v}", more=more)}) == [("g:a", "2.0", True, "runtime")]


def test_a_property_that_names_itself_ends() -> None:
    more = "<properties><v>${v}x</v></properties>"
    (row,) = rows({"pom.xml": pom("g:a:${v}", more=more)})
    assert row.pinned is None


def test_a_project_has_its_own_version_and_its_parents() -> None:
    more = "<parent><groupId>p</groupId><artifactId>q</artifactId><version>3</version></parent>"
    found = told(
        {
            "pom.xml": pom(
                "${project.groupId}:a:${project.version}", "x:b:${project.parent.version}", more=more
            )
        }
    )
    assert [(name, version) for name, version, _, _ in found] == [("p:a", "3"), ("x:b", "3")]


def test_versions_and_scopes_come_from_a_parent_in_the_repository() -> None:
    managed = within("dependencyManagement", "dependencies", dependency("g:a:${v}:test"))
    head = "<groupId>g</groupId><artifactId>top</artifactId><version>1</version>"
    parent = f"<project>{head}{managed}<properties><v>7</v></properties></project>"
    child = pom("g:a", "h:b:${v}", more="<parent><groupId>g</groupId><artifactId>top</artifactId></parent>")
    files = {"pom.xml": parent, "child/pom.xml": child}
    assert told(files) == [("g:a", "7", True, "development"), ("h:b", "7", True, "runtime")]


@pytest.mark.parametrize("place", ["<relativePath>../parents</relativePath>", "<relativePath/>"])
def test_a_parent_is_found_by_its_place_or_its_name(place: str) -> None:
    parent = (
        "<project><groupId>g</groupId><artifactId>top</artifactId><properties><v>7</v></properties></project>"
    )
    more = f"<parent><groupId>g</groupId><artifactId>top</artifactId>{place}</parent>"
    files = {"parents/pom.xml": parent, "child/pom.xml": pom("h:b:${v}", more=more)}
    assert [row.version for row in rows(files)] == ["7"]


def test_parents_in_a_circle_end() -> None:
    more = "<parent><groupId>g</groupId><artifactId>own</artifactId></parent>"
    files = {"pom.xml": pom("h:b:1", more=more), "a/pom.xml": pom("h:c:1", more=more)}
    assert len(rows(files)) == 2


def test_an_exact_parent_from_outside_fixes_what_names_no_version() -> None:
    assert told({"pom.xml": pom("g:a", more=BOOT)}) == [("g:a", "", True, "runtime")]


@pytest.mark.parametrize(("version", "pinned"), [("1.0", True), ("1.0-SNAPSHOT", None)])
def test_an_imported_list_of_versions_fixes_them_if_it_is_exact(version: str, pinned: bool | None) -> None:
    bom = dependency(f"b:bom:{version}:import")
    more = f"<dependencyManagement><dependencies>{bom}</dependencies></dependencyManagement>"
    assert [row.pinned for row in rows({"pom.xml": pom("g:a", more=more)})] == [pinned]


def test_projects_of_the_repository_are_no_dependencies() -> None:
    lib = "<project><groupId>g</groupId><artifactId>lib</artifactId></project>"
    assert told({"lib/pom.xml": lib, "app/pom.xml": pom("g:lib:1", "h:b:1")}) == [
        ("h:b", "1", True, "runtime")
    ]


def test_profiles_count() -> None:
    text = within("project", "profiles", "profile", "dependencies", dependency("g:a:1"))
    assert told({"pom.xml": text}) == [("g:a", "1", True, "runtime")]


def test_a_pom_with_exact_versions_needs_no_lock() -> None:
    row = manifest({"pom.xml": pom("g:a:1", "g:t:[1,2):test")}, "pom.xml")
    assert (row.ecosystem, row.locked, row.exact, row.count, row.lock) == ("maven", True, True, 1, "")


@pytest.mark.parametrize(("version", "expected"), [("[1,2)", False), ("${x}", None)])
def test_a_pom_whose_versions_float_is_not_locked(version: str, expected: bool | None) -> None:
    row = manifest({"pom.xml": pom(f"g:a:{version}", "g:b:1")}, "pom.xml")
    assert (row.locked, row.exact) == (expected, expected)


def test_a_module_that_is_not_there_is_missing() -> None:
    modules = "".join(f"<module>{name}</module>" for name in ("a", "b/pom.xml", "gone", "../x", "${y}"))
    text = f"<project><artifactId>own</artifactId><modules>{modules}</modules></project>"
    row = manifest({"pom.xml": text, "a/pom.xml": pom(), "b/pom.xml": pom()}, "pom.xml")
    assert row.missing == {"gone"}


def test_a_broken_pom_is_a_problem() -> None:
    found = store({"pom.xml": "<project>", "a/pom.xml": "<other/>"}).collected(DEPENDENCY)
    assert ([problem.path for problem in found.problems], found.openings) == (["a/pom.xml", "pom.xml"], ())


def test_a_pom_with_a_document_type_leaves_the_question_open() -> None:
    found = store({"pom.xml": "<!DOCTYPE project><project/>"}).collected(DEPENDENCY)
    assert [gap.path for gap in found.openings] == ["pom.xml"]


# --- Gradle


def gradle(body: str, **others: str) -> list[tuple[str, str, bool | None, str]]:
    return told({"build.gradle": f"dependencies {{\n{body}\n}}\n", **others})


@pytest.mark.parametrize(
    ("statement", "name", "version"),
    [
        ("implementation 'g:a:1'", "g:a", "1"),
        ('implementation("g:a:1")', "g:a", "1"),
        ("implementation 'g:a:1:classifier@zip'", "g:a", "1"),
        ("implementation group: 'g', name: 'a', version: '1'", "g:a", "1"),
        ('implementation(group = "g", name = "a", version = "1")', "g:a", "1"),
        ('implementation("g", "a", "1")', "g:a", "1"),
        ("implementation(\n'g:a:1'\n)", "g:a", "1"),
        ("implementation('g:a:1') { exclude group: 'x', module: 'y' }", "g:a", "1"),
        ('"implementation"("g:a:1")', "g:a", "1"),
        ('add("implementation", "g:a:1")', "g:a", "1"),
        ('implementation(kotlin("stdlib", "1.9"))', "org.jetbrains.kotlin:kotlin-stdlib", "1.9"),
        ("implementation 'g:a:' + v", "g:a", "5"),
        ('implementation "g:a:$v"', "g:a", "5"),
        ('implementation "g:a:${rootProject.ext.v}"', "g:a", "5"),
        ("implementation \"g:a:${property('v')}\"", "g:a", "5"),
        ("implementation group: 'g', name: 'a', version: v", "g:a", "5"),
        ("implementation deps.a", "g:a", "6"),
        ("api 'g:a:1' // 'g:b:1'\n/* implementation 'g:c:1' */", "g:a", "1"),
    ],
)
def test_a_statement_names_a_package(statement: str, name: str, version: str) -> None:
    text = f"ext {{\n  v = '5'\n}}\next.deps = [a: 'g:a:6']\ndependencies {{\n{statement}\n}}\n"
    assert told({"build.gradle": text}) == [(name, version, True, "runtime")]


@pytest.mark.parametrize(
    "statement",
    [
        "implementation project(':a')",
        "implementation(projects.core.ui)",
        "implementation files('a.jar')",
        "implementation gradleApi()",
        "constraints { implementation 'g:a:1' }",
        "println 'g:a:1'",
        "implementation",
    ],
)
def test_what_is_no_package_is_passed_over(statement: str) -> None:
    assert gradle(statement) == []


@pytest.mark.parametrize(
    ("configuration", "scope"),
    [
        ("api", "runtime"),
        ("runtimeOnly", "runtime"),
        ("aatImplementation", "runtime"),
        ("testImplementation", "development"),
        ("compileOnly", "development"),
        ("annotationProcessor", "development"),
        ("debugImplementation", "development"),
        ("kapt", "development"),
    ],
)
def test_the_configuration_gives_the_scope(configuration: str, scope: str) -> None:
    assert gradle(f"{configuration} 'g:a:1'") == [("g:a", "1", True, scope)]


def test_what_the_build_itself_needs_is_for_development() -> None:
    text = "buildscript {\n dependencies {\n classpath 'g:a:1'\n implementation 'g:b:1'\n }\n}\n"
    assert [row.scope for row in rows({"build.gradle": text})] == ["development", "development"]


@pytest.mark.parametrize(
    ("version", "pinned"),
    [("1.+", False), ("latest.release", False), ("[1,2)", False), ("1-SNAPSHOT", False), ("$gone", None)],
)
def test_a_version_may_float(version: str, pinned: bool | None) -> None:
    assert gradle(f'implementation "g:a:{version}"') == [("g:a", version, pinned, "runtime")]


def test_a_catalog_gives_packages() -> None:
    catalog = """[versions]
v = "3"
rich = { strictly = "4" }
[libraries]
one-two = { module = "g:a", version.ref = "v" }
three = { group = "g", name = "b", version.ref = "rich" }
four = "g:c:5"
five = { module = "g:d" }
odd = 1
[bundles]
both = ["one-two", "four"]
"""
    files = {
        "app/build.gradle.kts": "dependencies {\n implementation(libs.one.two)\n api(libs.three)\n"
        " implementation(libs.bundles.both)\n runtimeOnly(libs.five)\n testImplementation(libs.gone)\n}\n",
        "gradle/libs.versions.toml": catalog,
    }
    assert [(row.name, row.version, row.pinned) for row in rows(files)] == [
        ("g:a", "3", True),
        ("g:b", "4", True),
        ("g:a", "3", True),
        ("g:c", "5", True),
        ("g:d", "", None),
    ]
    assert manifest(files, "app/build.gradle.kts").count == 5


@pytest.mark.parametrize(
    "statement", ["implementation(libs.gone)", "implementation(deps.gone)", "implementation x"]
)
def test_what_a_statement_refers_to_may_not_be_seen(statement: str) -> None:
    row = manifest({"build.gradle": f"dependencies {{\n{statement}\napi 'g:a:1'\n}}\n"}, "build.gradle")
    assert (row.count, row.locked, row.exact) == (None, None, None)


def test_variables_come_from_above_and_from_properties() -> None:
    files = {
        "gradle.properties": "one=1\n",
        "build.gradle.kts": 'val two by extra("2")\nextra["three"] = "3"\n',
        "a/build.gradle": 'def four = "4"\ndependencies {\n'
        + "".join(f'implementation "g:{name}:${name}"\n' for name in ("one", "two", "three", "four"))
        + "}\n",
    }
    assert [row.version for row in rows(files)] == ["1", "2", "3", "4"]


def test_a_name_with_two_values_is_unknown() -> None:
    text = 'def v = "1"\nif (x) {\nv = "2"\n}\ndependencies {\nimplementation "g:a:$v"\n}\n'
    assert [row.pinned for row in rows({"build.gradle": text})] == [None]


@pytest.mark.parametrize("written", ["'gradle/v.gradle'", '"$rootDir/gradle/v.gradle"'])
def test_a_script_that_is_taken_in_gives_variables(written: str) -> None:
    files = {
        "build.gradle": f'apply from: {written}\ndependencies {{\nimplementation "g:a:$v"\n}}\n',
        "gradle/v.gradle": "ext.v = '1'\n",
    }
    assert told(files) == [("g:a", "1", True, "runtime")]


def test_a_script_that_is_taken_in_may_declare_more() -> None:
    own = "apply from: 'more.gradle'\napply from: gone\ndependencies {\nimplementation 'g:a:1'\n}\n"
    files = {"build.gradle": own, "more.gradle": "dependencies {\nimplementation 'g:b:1'\n}\n"}
    assert manifest(files, "build.gradle").count is None


NEEDED = "dependencies {\nimplementation 'g:a'\n}\n"
SPRING = "plugins {\nid 'org.springframework.boot' version '3.1'\nid 'io.spring.dependency-management'\n}\n"


@pytest.mark.parametrize(
    "text",
    [
        "dependencies {\nimplementation platform('b:bom:1')\n}\n",
        "dependencies {\napi(platform(SpringBootPlugin.BOM_COORDINATES))\n}\n" + SPRING,
        "dependencyManagement {\nimports {\nmavenBom 'b:bom:1'\n}\n}\n",
        "dependencyManagement {\ndependencies {\ndependency 'g:a:1'\n}\n}\n",
        SPRING,
    ],
)
def test_a_list_of_versions_fixes_what_names_none(text: str) -> None:
    assert [
        (row.name, row.pinned) for row in rows({"build.gradle": text + NEEDED}) if row.scope == "runtime"
    ] == [("g:a", True)]


def test_without_a_list_a_missing_version_is_unknown() -> None:
    assert gradle("implementation 'g:a'") == [("g:a", "", None, "runtime")]


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        ("a/gradle.lockfile", "a/gradle.lockfile"),
        ("gradle.lockfile", ""),
        ("gradle/verification-metadata.xml", "gradle/verification-metadata.xml"),
    ],
)
def test_a_lock_of_gradle_holds_for_its_own_project(lock: str, expected: str) -> None:
    files = {"a/build.gradle": "dependencies {\nimplementation 'g:a:1.+'\n}\n", lock: ""}
    row = manifest(files, "a/build.gradle")
    assert (row.lock, row.locked) == (expected, bool(expected))


def test_blocks_nested_without_end_are_not_read() -> None:
    found = store({"build.gradle": "a {\n" * 200}).collected(DEPENDENCY)
    assert [gap.path for gap in found.openings] == ["build.gradle"]


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="dependencies{}()[]\"'$:=+,;/*\n ga1.", max_size=80).map(str.encode)
    | st.binary(max_size=60),
    st.sampled_from([parse_script, parse_pom]),
)
def test_any_bytes_end_in_a_list_or_a_problem(data: bytes, parse: object) -> None:
    assert callable(parse)
    line = 1
    try:
        parse(b"dependencies {\n" + data)
    except Unparsable as problem:
        line = problem.line
    assert line >= 1
