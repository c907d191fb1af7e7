"""Which file is read how, and the leaves of what is read."""

from __future__ import annotations

import pytest

from readiness.spans import Unparsable
from readiness.structured import Family, family, read, read_as, readable
from readiness.structured.leaves import MAX_KEY, MAX_VALUE, Kind, Leaf, leaves
from readiness.structured.nodes import Scalar


def flat(path: str, text: str) -> list[tuple[str, int, str, str]]:
    return [(leaf.key, leaf.line, leaf.value, leaf.kind) for leaf in leaves(read(path, text.encode()))]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.yml", "yaml"),
        ("B.YAML", "yaml"),
        ("package.json", "json"),
        ("tsconfig.jsonc", "json"),
        ("renovate.json5", "json5"),
        ("pyproject.toml", "toml"),
        ("Pipfile", "toml"),
        ("Pipfile.lock", "json"),
        ("x/poetry.lock", "toml"),
        ("uv.lock", "toml"),
        ("Cargo.lock", "toml"),
        ("setup.cfg", "ini"),
        ("tox.ini", "ini"),
        (".editorconfig", "ini"),
        (".flake8", "ini"),
        ("src/application.properties", "properties"),
        (".prettierrc", "rc"),
        ("yarn.lock", None),
        ("nginx.conf", None),
        ("yaml", None),
        ("json/readme", None),
        ("a.yml.bak", None),
        ("", None),
    ],
)
def test_the_name_tells_how_a_file_is_written(path: str, expected: Family | None) -> None:
    assert family(path) == expected
    assert readable(path) == (expected is not None)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yml", "a: {b: 1}"),
        ("a.json", '{"a": {"b": 1}}'),
        ("a.json5", "{a: {b: 1}}"),
        ("a.toml", "a.b = 1"),
        ("a.ini", "[a]\nb = 1"),
        (".prettierrc", '/* x */ {"a": {"b": 1}}'),
        (".prettierrc", "a:\n  b: 1"),
    ],
)
def test_every_format_gives_the_same_leaves(path: str, text: str) -> None:
    assert [(leaf.key, leaf.value, leaf.kind) for leaf in leaves(read(path, text.encode()))] == [
        ("a/b", "1", "number")
    ]


def test_a_file_that_is_not_structured_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="no structured file"):
        read("a.py", b"")


def test_properties_keep_their_dotted_keys() -> None:
    assert flat("a.properties", "a.b=true") == [("a.b", 1, "true", "boolean")]


def test_a_file_can_be_read_as_what_its_name_does_not_say() -> None:
    (root,) = read_as("yaml", b"x")
    assert isinstance(root, Scalar)


def test_keys_are_joined_and_positions_are_numbers() -> None:
    text = "a:\n  b/c:\n    - x\n    - d: y\ne: z\n"
    assert flat("a.yml", text) == [
        ("a/b~1c/0", 3, "x", "text"),
        ("a/b~1c/1/d", 4, "y", "text"),
        ("e", 5, "z", "text"),
    ]


def test_a_leaf_is_on_the_line_of_its_key() -> None:
    assert flat("a.yml", "x: &v\n  1\na: |\n  b\ny: *v\n") == [
        ("x", 1, "1", "number"),
        ("a", 3, "b\n", "text"),
        ("y", 5, "1", "number"),
    ]


def test_an_empty_collection_is_one_leaf() -> None:
    assert flat("a.yml", "a: []\nb: {}\n") == [("a", 1, "", "empty"), ("b", 2, "", "empty")]
    assert flat("a.yml", "[]") == [("", 1, "", "empty")]


def test_all_documents_of_a_file_are_shown() -> None:
    assert flat("a.yml", "a: 1\n---\na: 2\n") == [("a", 1, "1", "number"), ("a", 3, "2", "number")]


def test_merged_keys_are_shown_under_the_merge_key() -> None:
    assert flat("a.yml", "a: &a {x: 1}\nb:\n  <<: *a\n") == [
        ("a/x", 1, "1", "number"),
        ("b/<</x", 1, "1", "number"),
    ]


def test_keys_before_the_first_section_have_no_section_in_front() -> None:
    assert flat(".editorconfig", "root = true\n[*]\nx = y\n") == [
        ("root", 1, "true", "boolean"),
        ("*/x", 3, "y", "text"),
    ]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *((word, "boolean") for word in ("true", "False", "TRUE")),
        *((word, "null") for word in ("", "~", "null", "Null")),
        *((word, "number") for word in ("0", "-1", "+1", "1.", ".5", "1.5e3", "1E+3", "0x1F", "0o17", "0b1")),
        *((word, "number") for word in (".inf", "-.INF", ".nan", "+inf", "-nan", "1_000")),
        *((word, "text") for word in ("yes", "on", "1.2.3", "1e", "0x", "0xg", "-", ".", "+", "inf", "nan")),
        *(
            (word, "text")
            for word in ("1__0", "_1", "1_", "12:30", "2020-01-01", "١", "1e+", ".e1", "a1", "v1")
        ),
    ],
)
def test_a_plain_word_is_what_yaml_1_2_says(word: str, expected: Kind) -> None:
    assert [leaf.kind for leaf in leaves((Scalar(1, word),))] == [expected]


@pytest.mark.parametrize("text", ['"1"', "'true'", "!vault 1", "!!str 1"])
def test_what_is_quoted_or_tagged_is_text(text: str) -> None:
    assert [leaf.kind for leaf in leaves(read("a.yml", f"a: {text}".encode()))] == ["text"]


def test_keys_and_values_are_cut() -> None:
    (leaf,) = leaves(read("a.yml", b"k" * 900 + b":\n  " + b"k" * 900 + b": " + b"v" * 9000))
    assert (len(leaf.key), len(leaf.value)) == (MAX_KEY, MAX_VALUE)


def test_leaves_come_one_by_one() -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n + 1}: &a{n + 1} [{','.join([f'*a{n}'] * 9)}]" for n in range(4)]
    found = leaves(read("a.yml", "\n".join(lines).encode()))
    assert next(found) == Leaf("a0/0", 1, "x", "text")
    assert sum(1 for _ in found) == 9 + 81 + 729 + 6561 + 59049 - 1


def test_a_bomb_has_no_leaves() -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n + 1}: &a{n + 1} [{','.join([f'*a{n}'] * 9)}]" for n in range(9)]
    with pytest.raises(Unparsable) as caught:
        read("a.yml", "\n".join(lines).encode())
    assert caught.value.opens
