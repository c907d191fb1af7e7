"""JSON into nodes: lines, the relaxed kinds, and what hostile files end in."""

from __future__ import annotations

import json as library

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.spans import Unparsable
from readiness.structured.json import parse
from readiness.structured.nodes import Items, Node, Scalar, Table


def shape(node: Node) -> object:
    """A node as dictionaries, lists and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [shape(item) for item in node]
    return {key.text: shape(value) for key, value in node}


def typed(node: Node) -> object:
    """A node as the library would read it."""
    if isinstance(node, Scalar):
        return library.loads(node.text) if node.plain else node.text
    if isinstance(node, Items):
        return [typed(item) for item in node]
    return {key.text: typed(value) for key, value in node}


def table(text: str, *, json5: bool = False) -> Table:
    node = parse(text.encode(), json5=json5)
    assert isinstance(node, Table)
    return node


def refusal(data: str | bytes, *, json5: bool = False) -> Unparsable:
    with pytest.raises(Unparsable) as caught:
        parse(data.encode() if isinstance(data, str) else data, json5=json5)
    return caught.value


def test_keys_and_values_know_their_lines() -> None:
    node = table('{\n "a":\n  1,\n "b": [\n  "x",\n  {"c": 2}\n ]\n}')
    assert [key.line for key, _ in node] == [2, 4]
    assert [value.line for _, value in node] == [3, 4]
    assert [item.line for item in node.items("b")] == [5, 6]


def test_only_what_is_not_quoted_is_typed() -> None:
    node = table('{"a": true, "b": "true", "c": null, "d": "", "e": 1.10}')
    assert [value.truth for _, value in node if isinstance(value, Scalar)] == [True, None, None, None, None]
    assert [value.null for _, value in node if isinstance(value, Scalar)] == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert node.text("e") == "1.10"


def test_a_merge_key_is_a_key_like_any_other() -> None:
    assert table('{"<<": {"a": 1}}').get("a") is None


def test_comments_and_trailing_commas_are_passed_over() -> None:
    text = '// head\n{ /* a\n b */ "a": [1, 2,], // tail\n "b": "// no comment",\n}\n// end'
    node = table(text)
    assert shape(node) == {"a": ["1", "2"], "b": "// no comment"}
    assert [key.line for key, _ in node] == [3, 4]


def test_duplicate_keys_are_kept_and_the_last_holds() -> None:
    node = table('{"a": 1, "a": 2}')
    assert (len(node.pairs), node.text("a")) == (2, "2")


def test_escapes_are_resolved() -> None:
    assert shape(table(r'{"k\"": "a\n\\\" \u00e9 \ud83d\ude00 \ud800"}')) == {'k"': 'a\n\\" é 😀 ?'}


def test_text_of_any_script_is_read_with_and_without_a_mark() -> None:
    assert shape(parse('\ufeff{"é": "\u00a0日本"}'.encode())) == {"é": "\u00a0日本"}
    assert shape(parse('{"é": 1}'.encode("utf-16"))) == {"é": "1"}


@pytest.mark.parametrize("number", ["0", "-0", "12", "-1.5", "1e5", "1E-5", "1.25e+10"])
def test_numbers_stay_as_written(number: str) -> None:
    assert [number] == shape(parse(f"[{number}]".encode()))


@pytest.mark.parametrize(
    "word",
    ["01", "1.", ".5", "+1", "1e", "1e+", "-", "0x1", "NaN", "Infinity", "True", "yes", "1.2.3", "--1"],
)
def test_words_that_are_no_value_are_a_mistake(word: str) -> None:
    assert f"not readable as JSON: '{word}' is no value" == refusal(f"[{word}]").reason


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "a value was expected"),
        ("\n\n", 3, "a value was expected"),
        ("[1\n2]", 2, "',' or ']' was expected"),
        ('{"a": 1\n"b": 2}', 2, "',' or '}' was expected"),
        ('{"a"\n1}', 2, "':' was expected after a key"),
        ("{a: 1}", 1, "a key in quotes was expected"),
        ("{'a': 1}", 1, "a key in quotes was expected"),
        ("['a']", 1, "a value was expected"),
        ("[,]", 1, "a value was expected"),
        ("[1,,2]", 1, "a value was expected"),
        ("[1]\n[2]", 2, "nothing more was expected"),
        ('\n["a', 2, "a text is not closed"),
        ('["a\\"]', 1, "a text is not closed"),
        ('[\n"a\nb"]', 2, "a text holds a line end, a control character or an escape that is none"),
        ('["\\x"]', 1, "a text holds a line end, a control character or an escape that is none"),
        ("[1 /* a", 1, "'/' begins no comment"),
        ("[1 / 2]", 1, "'/' begins no comment"),
        ("[1", 1, "',' or ']' was expected"),
        ("[1}", 1, "',' or ']' was expected"),
        ("]", 1, "a value was expected"),
    ],
)
def test_a_mistake_has_its_line_and_reason(text: str, line: int, reason: str) -> None:
    caught = refusal(text)
    assert (line, f"not readable as JSON: {reason}", False) == (caught.line, caught.reason, caught.opens)


def test_json5_takes_bare_keys_single_quotes_and_its_numbers() -> None:
    text = "{a: 'it\\'s', 'b': +1, $c: .5, d: 5., e: 0xFF, f: -Infinity, g: NaN, h: 1e3, i: '\"'}"
    assert shape(table(text, json5=True)) == {
        "a": "it's", "b": "+1", "$c": ".5", "d": "5.", "e": "0xFF", "f": "-Infinity", "g": "NaN", "h": "1e3",
        "i": '"',
    }  # fmt: skip


def test_json5_texts_may_go_on_behind_a_backslash() -> None:
    node = table("{a: 'x\\\n y\\\r\nz',\n b: '\\x41\\u00e9\\n\\\\n\\q\\0\\ud83d\\ude00'}", json5=True)
    assert shape(node) == {"a": "x yz", "b": "Aé\n\\nq\0😀"}
    assert [key.line for key, _ in node] == [1, 4]


@pytest.mark.parametrize(
    "text", ["['a\nb']", "['\\xZ1']", "['\\u12']", "['\\\n\n']", "['\\\\\n']", "['\\a\n']"]
)
def test_json5_texts_end_on_their_line(text: str) -> None:
    assert "a text holds" in refusal(text, json5=True).reason


@pytest.mark.parametrize("text", ["{a: 0x}", "{a: 0xG}", "{a: b}", "{a: .}", "{a: ++1}", "{a: 01}", "{: 1}"])
def test_json5_has_mistakes_too(text: str) -> None:
    assert refusal(text, json5=True).line == 1


def test_json5_knows_more_kinds_of_space() -> None:
    assert shape(table("{\u00a0a\f: 1}", json5=True)) == {"a\f": "1"}


@pytest.mark.parametrize("piece", ["[", '{"a":', '[{"a":'])
def test_deep_nesting_is_an_open_question(piece: str) -> None:
    caught = refusal(piece * 10_000)
    assert (caught.reason, caught.opens) == ("nested more than 200 deep", True)


def test_too_many_values_are_an_open_question() -> None:
    caught = refusal("[" + "1,\n" * 200_001 + "1]")
    assert (caught.reason, caught.opens) == ("more than 200,000 values", True)


def test_a_long_run_of_backslashes_takes_linear_time() -> None:
    node = parse(b'["' + b"\\\\" * 400_000 + b'"]')
    assert isinstance(node, Items)
    assert len(str(shape(node.items[0]))) == 400_000


def test_a_file_with_nul_bytes_is_no_text() -> None:
    assert refusal(b'{"a": "\x00"}').reason == "not a text: it holds NUL bytes"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(_VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_what_the_library_writes_is_read_back(value: object, ascii_only: bool, indent: int | None) -> None:
    text = library.dumps(value, ensure_ascii=ascii_only, indent=indent)
    if "\\u0000" in text or "\\ud" in text:
        text = library.dumps(None)
        value = None
    for json5 in (False, True):
        assert value == typed(parse(text.encode(), json5=json5))


_PIECES = st.sampled_from(
    (
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "'",
        "\\",
        "/",
        "//",
        "/*",
        "*/",
        "\n",
        " ",
        "a",
        "1",
        "-",
        "e",
        ".",
        "true",
        "null",
        "\\u12",
        "é",
        "\r\n",
        "\x00",
        "0x",
    )
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=100), st.lists(_PIECES, max_size=40).map(lambda parts: "".join(parts).encode())
    ),
    st.booleans(),
)
def test_any_bytes_end_in_a_node_or_a_refusal(data: bytes, json5: bool) -> None:
    try:
        node = parse(data, json5=json5)
    except Unparsable as error:
        refused = error
    else:
        assert shape(node) is not None
        return
    assert 1 <= refused.line <= data.count(b"\n") + 1
