from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.spans import Unparsable
from readiness.structured.hcl import Block, parse
from readiness.structured.hcl_texts import EXPRESSION
from readiness.structured.nodes import Items, Scalar, Table


def only(text: str) -> Block:
    (block,) = parse(text.encode()).blocks
    return block


def value(text: str) -> Scalar:
    node = parse(f"a = {text}\n".encode()).get("a")
    assert isinstance(node, Scalar)
    return node


def test_a_block_has_a_kind_labels_and_a_line() -> None:
    block = only('# why\n\nresource "aws_s3_bucket" logs {}\n')
    assert (block.line, block.kind, block.labels) == (3, "resource", ("aws_s3_bucket", "logs"))


def test_attributes_and_nested_blocks_keep_their_lines() -> None:
    block = only('a {\n  b = 1\n  c {\n    d = "x"\n  }\n  e = true\n}\n')
    assert [(key.text, key.line) for key, _ in block.attributes] == [("b", 2), ("e", 6)]
    assert [(inner.kind, inner.line) for inner in block.inside("c")] == [("c", 3)]


def test_a_block_may_stand_on_one_line() -> None:
    assert only('a { b = "x" }').text("b") == "x"


@pytest.mark.parametrize(
    ("written", "text", "plain"),
    [
        ('"x"', "x", False),
        (r'"a\n\t\"b\\c\q"', 'a\n\t"b\\c\\q', False),
        ('"$${x} %%{y}"', "${x} %{y}", False),
        ('""', "", False),
        ("true", "true", True),
        ("-1.5", "-1.5", True),
        ("null", "null", True),
        ('"x" // why', "x", False),
        ('"x" /* why */', "x", False),
        ("1 # why", "1", True),
    ],
)
def test_what_is_written_out_is_a_value(written: str, text: str, plain: bool) -> None:
    found = value(written)
    assert (text, plain, "") == (found.text, found.plain, found.tag)


@pytest.mark.parametrize(
    "written",
    [
        "var.x",
        '"a${var.x}b"',
        '"%{ if x }a%{ endif }"',
        '"${x ? "a}" : "b"}"',
        'foo("a", [1, 2])',
        '"a" == "b"',
        "[for x in y : x]",
        "{ for k, v in y : k => v }",
        "[1, 2][0]",
        "(\n 1 +\n 2)",
        "f(<<EOF\n)\nEOF\n)",
        'f("}", /* ) */ 1 // )\n)',
        '"a${ { b = "}" } }"',
        "<<EOF\n${x}\nEOF",
        "a /* } */ + b",
    ],
)
def test_everything_else_is_an_expression(written: str) -> None:
    assert value(written).tag == EXPRESSION


def test_an_expression_ends_where_its_line_ends() -> None:
    root = parse(b"a = b # c\nd = e // f\ng = h\n")
    assert [node.text for _, node in root.attributes if isinstance(node, Scalar)] == ["b", "e", "h"]


def test_lists_and_objects_are_read() -> None:
    root = parse(b'a = [1, "x", [2],\n]\nb = { c = 1, "d" : 2\n (var.e) = 3\n f = {} }\n')
    listed, table = root.get("a"), root.get("b")
    assert isinstance(listed, Items)
    assert isinstance(table, Table)
    assert [node.line for node in listed] == [1, 1, 1]
    assert [(key.text, key.tag) for key, _ in table] == [
        ("c", ""),
        ("d", ""),
        ("(var.e)", EXPRESSION),
        ("f", ""),
    ]


def test_a_here_document_is_a_text() -> None:
    root = parse(b'a = <<EOF\n{ "b\n EOF\nc = <<-X\n    d\n      e\n\n  X\n')
    assert (root.text("a"), root.text("c")) == ('{ "b\n', "d\n  e\n\n")


def test_comments_are_no_content() -> None:
    root = parse("\ufeff# a = 1\n// b = 1\n/* c = 1\n */ d = 1 /* e */\r\n".encode())
    assert [(key.text, key.line) for key, _ in root.attributes] == [("d", 4)]


def test_the_text_of_an_attribute_tells_none_from_unknown() -> None:
    root = parse(b'a = "x"\nb = var.x\nc = null\n')
    assert [root.text(name) for name in "abcd"] == ["x", None, "", ""]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a {\n b = 1\n", 1),
        ("\n}\n", 2),
        ("a =\n", 1),
        ('a = "x\n', 1),
        ("a = [1\n", 2),
        ("a = (1]\n", 1),
        ("a = (1\n", 2),
        ("a b c\n", 1),
        ("a = 1 }\n", 1),
        ("a = { b }\n", 1),
        ("a = { = 1 }\n", 1),
        ("a = <<EOF\nx\n", 1),
        ("a = <<\nx\n", 1),
        ("a = <<EOF", 1),
        ("/* a\n", 1),
        ("{{ x }}", 1),
        ('"a" = 1\n', 1),
        ("a = 1)\n", 1),
        ("1a = 1\n", 1),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(Unparsable) as caught:
        parse(text.encode())
    assert (line, False) == (caught.value.line, caught.value.opens)


@pytest.mark.parametrize(
    "text",
    ["a {\n" * 70, "a = " + "[" * 70 + "]" * 70, "a = " + "{a=" * 70 + "1" + "}" * 70, "a=1\n" * 110_000],
)
def test_over_a_limit_the_file_is_not_read(text: str) -> None:
    with pytest.raises(Unparsable) as caught:
        parse(text.encode())
    assert caught.value.opens


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='ab={}[]()"$%<-E\n\\#/*, :1', max_size=60).map(str.encode) | st.binary(max_size=60))
def test_any_bytes_end_in_a_block_or_a_problem(data: bytes) -> None:
    line = 1
    try:
        line = parse(data).line
    except Unparsable as problem:
        line = problem.line
    assert line >= 1
