"""TOML into nodes: the same as ``tomllib`` reads, with lines, and what hostile files end in."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table
from readiness.structured.toml import parse


def shape(node: Node) -> object:
    """A node as dictionaries, lists and texts; None for whatever is no text."""
    if isinstance(node, Scalar):
        return None if node.plain else node.text
    if isinstance(node, Items):
        return [shape(item) for item in node]
    return {key.text: shape(value) for key, value in node}


def expected(value: object) -> object:
    """What ``tomllib`` reads, in the same form."""
    if isinstance(value, dict):
        return {key: expected(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [expected(inner) for inner in value]
    return value if isinstance(value, str) else None


def lines(table: Table) -> dict[str, int]:
    return {key.text: key.line for key, _ in table}


def table(text: str, *keys: str) -> Table:
    node: Table | None = parse(text.encode())
    for key in keys:
        assert node is not None
        node = node.table(key)
    assert node is not None
    return node


def refusal(data: str | bytes) -> Unparsable:
    with pytest.raises(Unparsable) as caught:
        parse(data.encode() if isinstance(data, str) else data)
    return caught.value


EXAMPLE = '''# head
title = "x"
"quoted key" = 'y'   # tail
dotted . name.inner = 1
dotted.other = true

[server]
ports = [ # first
  8001,
  { name = "a", deep.er = [] },
]
text = """
one
two \\
   three"""
literal = \'\'\'
 \\ as is\'\'\'
quotes = """"a"b"""""
when = 2020-01-01 00:00:00
empty = {}

[server.a."b.c"]
on = false

[[plugin]]
name = "p"
[plugin.options]
x = 0x1F
[[plugin]]
name = "q"
'''


def test_everything_is_read_as_tomllib_reads_it() -> None:
    assert shape(parse(EXAMPLE.encode())) == expected(tomllib.loads(EXAMPLE))


def test_keys_know_their_lines() -> None:
    root = table(EXAMPLE)
    assert lines(root) == {"title": 2, "quoted key": 3, "dotted": 4, "server": 7, "plugin": 25}
    assert lines(table(EXAMPLE, "dotted")) == {"name": 4, "other": 5}
    server = {"ports": 8, "text": 12, "literal": 16, "quotes": 18, "when": 19, "empty": 20, "a": 22}
    assert lines(table(EXAMPLE, "server")) == server
    assert lines(table(EXAMPLE, "server", "a", "b.c")) == {"on": 23}


def test_items_know_their_lines() -> None:
    assert [item.line for item in table(EXAMPLE, "server").items("ports")] == [9, 10]
    assert [item.line for item in table(EXAMPLE).items("plugin")] == [25, 29]


def test_a_text_over_several_lines_tells_where_it_begins() -> None:
    texts = table('a = """\n\nx"""\nb = """x\ny"""\n')
    values = [value for _, value in texts if isinstance(value, Scalar)]
    assert [(value.line, value.body) for value in values] == [(1, 2), (4, 4)]
    assert [value.text for value in values] == ["\nx", "x\ny"]


def test_what_is_no_text_stays_as_written() -> None:
    root = table("a = 1_000\nb = true\nc = 1979-05-27T07:32:00Z # day\nd = 'true'\n")
    assert [root.text(key) for key in "abcd"] == ["1_000", "true", "1979-05-27T07:32:00Z", "true"]
    assert [value.truth for _, value in root if isinstance(value, Scalar)] == [None, True, None, None]


def test_an_escaped_quote_ends_no_text() -> None:
    text = 'a = "x\\"y\\\\"\nb = """\\""" x"""'
    assert shape(parse(text.encode())) == {"a": 'x"y\\', "b": '""" x'}


def test_a_later_header_tells_the_line_of_its_table() -> None:
    assert table("[a.b]\nx = 1\n\n[a]\ny = 2\n", "a").line == 4


def test_windows_line_ends_do_not_shift_lines() -> None:
    text = 'a = """x\r\ny"""\r\n[b]\r\nc = [\r\n 1]\r\n'
    assert lines(table(text)) == {"a": 1, "b": 3}
    assert table(text).text("a") == "x\ny"


def test_a_byte_order_mark_is_understood() -> None:
    assert shape(parse(b"\xef\xbb\xbfa = 'b'")) == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a = 1\nb =\n", 2, "expected a value"),
        ("a = 1\n= 2", 2, "expected a key"),
        ("a\n= 2", 1, "expected '='"),
        ("a = 1 b = 2", 1, "expected newline or end of document after a statement"),
        ("\n[a\nb = 1", 2, "expected ']'"),
        ("\n[[a]\n", 2, "expected ']]'"),
        ("a = [\n1\n2]", 3, "expected ',' or ']'"),
        ("a = [\n1", 2, "expected ',' or ']'"),
        ("a = {b = 1", 1, "expected ',' or '}'"),
        ("a = 'x\ny'", 1, "expected the closing quote on the same line"),
        ('a = 1\nb = "x', 2, "a text is not closed"),
        ('a = "\\q"', 1, "unescaped '\\' in a string"),
        ('\na = """\n\\q"""', 2, "unescaped '\\' in a string"),
        ("a = 1\n\na = 2", 3, "'a' is given twice"),
        ("a = 1\n[a.b]", 2, "'a' is no table"),
        ("a = 1\n[[a]]", 2, "'a' is no array of tables"),
        ("[a]\n[a]", 2, "cannot declare ('a',) twice"),
        ("a = 1\n\nb = nope\n", 3, "invalid value"),
        ("a = 1\nb = 1__0", 2, "expected newline or end of document after a statement"),
        ("a = " + "9" * 5000, 1, "a number has thousands of digits"),
    ],
)
def test_a_mistake_has_its_line_and_reason(text: str, line: int, reason: str) -> None:
    caught = refusal(text)
    assert (caught.line, caught.reason, caught.opens) == (line, f"not readable as TOML: {reason}", False)


def test_a_mistake_that_tomllib_finds_at_the_end_is_on_the_last_line() -> None:
    assert refusal("a = 1\nb = {c = 1,}\n").line == 2


def test_a_key_of_many_parts_is_an_open_question() -> None:
    caught = refusal("a" + ".a" * 300_000 + " = 1")
    assert (caught.reason, caught.opens) == ("a key of more than 32 parts", True)
    assert refusal("[" + "a." * 32 + "a]").opens
    assert lines(table("a." * 31 + "a = 1", *"a" * 31)) == {"a": 1}


@pytest.mark.parametrize("piece", ["[", "{a = ", "[{a.b.c = "])
def test_deep_nesting_is_an_open_question(piece: str) -> None:
    caught = refusal("a = " + piece * 10_000)
    assert (caught.reason, caught.opens) == ("nested more than 64 deep", True)


def test_sixty_levels_are_read() -> None:
    assert isinstance(table("a = " + "[" * 60 + "]" * 60).get("a"), Items)


def test_too_many_values_are_an_open_question() -> None:
    caught = refusal("a = [" + "1,\n" * 200_001 + "]")
    assert (caught.reason, caught.opens) == ("more than 200,000 values", True)


def test_more_than_a_mebibyte_is_an_open_question() -> None:
    assert refusal(b"#" * ((1 << 20) + 1)).opens


def test_a_file_with_nul_bytes_is_no_text() -> None:
    assert refusal(b"a = 1\n\x00").line == 2


_PIECES = st.sampled_from(
    [*"ab.[]{},\"'\\# 1-:_\n\x00", " = ", "[[", "]]", '"""', "'''", "true", "\r\n", "é", "\\u00e9", "0x"]
) | st.sampled_from(["\nc = ", "\n[a]\n", "\n[[b]]\n"])


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=60), st.lists(_PIECES, max_size=30).map(lambda parts: "".join(parts).encode())
    )
)
def test_any_bytes_end_as_tomllib_says_or_in_a_refusal(data: bytes) -> None:
    try:
        node = parse(data)
    except Unparsable as error:
        refused = error
    else:
        text = data.decode("utf-8", "replace") if b"\xff" not in data else ""
        if data == text.encode():
            assert shape(node) == expected(tomllib.loads(text.removeprefix("\ufeff")))
        return
    assert 1 <= refused.line <= data.count(b"\n") + 1


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=20).map("".join))
def test_what_tomllib_reads_is_read(text: str) -> None:
    try:
        read = tomllib.loads(text)
    except ValueError:
        return
    assert shape(parse(text.encode())) == expected(read)
