from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.spans import Unparsable
from readiness.structured.xml import parse


def test_elements_keep_their_lines_texts_and_attributes() -> None:
    root = parse(b'<a>\n <b c="1">x<d/>y</b>\n <b> z </b>\n</a>')
    assert [(each.line, each.text, each.attributes) for each in root] == [
        (2, "xy", (("c", "1"),)),
        (3, "z", ()),
    ]


def test_names_are_taken_without_their_prefix() -> None:
    root = parse(b'<m:a xmlns:m="x" m:b="1"><m:c/></m:a>')
    assert (root.name, root.attribute("b"), [each.name for each in root]) == ("a", "1", ["c"])


def test_a_path_finds_elements_and_texts() -> None:
    root = parse(b"<a><b><c>1</c></b><b><c>2</c></b></a>")
    assert root.value("b", "c") == "1"
    assert [each.text for each in root.each("b", "c")] == ["1", "2"]
    assert (root.get("b", "x"), root.value("x", "y"), root.each("x")) == (None, "", ())


def test_the_case_of_an_attribute_does_not_matter() -> None:
    root = parse(b'<a Include="x"/>')
    assert (root.attribute("include"), root.attribute("other")) == ("x", "")


def test_another_encoding_is_read() -> None:
    assert parse("<a>ü</a>".encode("utf-16")).text == "ü"


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"", 1), (b"<a>\n<b>\n</a>", 3), (b"<a>\xff</a>", 1), (b"<a/><b/>", 1), (b"<a>&x;</a>", 1)],
)
def test_what_is_not_well_formed_is_a_mistake(data: bytes, line: int) -> None:
    with pytest.raises(Unparsable) as caught:
        parse(data)
    assert (caught.value.line, caught.value.opens) == (line, False)


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]>\n<a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<?xml version="1.0" encoding="nobody-knows"?><a/>',
        b'<?xml version="1.0" encoding="zlib"?><a/>',
        b"<a>" * 201,
        b"<a>" + b"<b/>" * 200_000 + b"</a>",
        b"<a>" + b" " * (1 << 20) + b"</a>",
    ],
)
def test_a_document_type_and_what_is_over_a_limit_are_not_read(data: bytes) -> None:
    with pytest.raises(Unparsable) as caught:
        parse(data)
    assert caught.value.opens


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>/ab &;!?='\"\n", max_size=40).map(str.encode) | st.binary(max_size=40))
def test_any_bytes_end_in_an_element_or_a_problem(data: bytes) -> None:
    line = 1
    try:
        line = parse(data).line
    except Unparsable as problem:
        line = problem.line
    assert line >= 1
