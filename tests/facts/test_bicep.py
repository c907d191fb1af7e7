from __future__ import annotations

import pytest

from readiness.facts.infrastructure.bicep import parse
from readiness.spans import Unparsable


def test_a_resource_has_a_type_a_name_and_what_it_sets() -> None:
    text = b"""param sku string = 'Standard_LRS' // a comment
@allowed([ 'a', 'b' ])
param mode string

/* resource x 'y@1' = { */
resource store 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'acme${suffix}'
  sku: { name: sku, tier: 'Standard' }
  properties: {
    minimumTlsVersion: 'TLS1_2'
    allowBlobPublicAccess: false
    count: 3
    none: null
    text: 'it''s'
    rules: [
      {
        name: 'a'
      }
      other
    ]
    'quoted-key': true
    choice: mode == 'a'
      ? 'x'
      : 'y'
    ...more
  }
}
output id string = store.id
"""
    (row,) = parse(text.replace(b"'it''s'", b"'it\\'s'")).items
    assert (row.line, row.tool, row.kind, row.type, row.name) == (
        6,
        "bicep",
        "resource",
        "Microsoft.Storage/storageAccounts",
        "store",
    )
    assert row.values == {
        "sku/tier=Standard",
        "properties/minimumTlsVersion=TLS1_2",
        "properties/allowBlobPublicAccess=false",
        "properties/count=3",
        "properties/text=it's",
        "properties/rules/name=a",
        "properties/quoted-key=true",
    }
    assert row.computed == {"name", "sku/name", "properties/rules", "properties/choice"}
    assert "properties/none" in row.attributes


def test_a_module_names_its_file_and_one_elsewhere_leaves_questions_open() -> None:
    found = parse(
        b"module db './db.bicep' = if (wanted) {\n  name: 'db'\n}\n"
        b"module net 'br/public:avm/res/network:0.1.0' = {\n}\n"
    )
    assert [(row.kind, row.name, row.source) for row in found.items] == [
        ("module", "db", "./db.bicep"),
        ("module", "net", "br/public:avm/res/network:0.1.0"),
    ]
    assert found.unread == ((4, "a module that lies elsewhere"),)


def test_a_resource_that_exists_is_not_made_here() -> None:
    text = b"resource kv 'Microsoft.KeyVault/vaults@2022-07-01' existing = {\n  name: 'x'\n}\n"
    assert parse(text).items == ()


def test_a_resource_within_another_has_its_type() -> None:
    text = b"""resource sql 'Microsoft.Sql/servers@2022-05-01' = {
  name: 'x'
  resource db 'databases@2022-05-01' = {
    properties: { zoneRedundant: true }
  }
  resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  }
}
"""
    found = {row.name: row for row in parse(text).items}
    assert found["db"].type == "Microsoft.Sql/servers/databases"
    assert found["db"].values == {"properties/zoneRedundant=true"}
    assert found["lock"].type == "Microsoft.Authorization/locks"
    assert found["sql"].attributes == {"name"}


def test_a_loop_makes_one_resource_and_conditions_are_passed_over() -> None:
    text = b"""resource a 'T/a@1' = [for (item, i) in items: if (length('x') > 0) {
  kind: 'b'
  list: [for y in [1, 2]: {
    deep: y
    flat: 'z'
  }]
}]
"""
    (row,) = parse(text).items
    assert row.values == {"kind=b", "list/flat=z"}
    assert row.computed == {"list/deep"}


def test_texts_hold_anything() -> None:
    text = b"""var script = '''
resource x 'T/x@1' = {
'''
var other = 'a ${concat('b', '}')} {'
resource y 'T/y@1' = {
  one: '''two
three'''
  list: ['a', 'b']
}
"""
    (row,) = parse(text).items
    assert (row.name, row.line) == ("y", 5)
    assert row.values == {"one=two three", "list=a", "list=b"}


def test_secrets_are_not_shown() -> None:
    (row,) = parse(b"resource a 'T/a@1' = {\n  password: 'hunter22x'\n}\n").items
    assert row.values == {"password=***"}


def test_words_that_begin_like_a_declaration_are_none() -> None:
    text = b"var resource = 1\nresource\nmodule x\nvar m = { resource: 'a', module: 'b' }\n"
    assert parse(text).items == ()


def test_line_ends_of_windows_count_as_one() -> None:
    (row,) = parse(b"\r\n\r\nresource a 'T/a@1' = {\r\n  b: 'c'\r\n}\r\n").items
    assert (row.line, row.values) == (3, frozenset(("b=c",)))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("resource a 'T/a@1' = {\n  b: 'c\n}\n", 2),
        ("resource a 'T/a@1' = {\n", 2),
        ("}\n", 1),
        ("/* a\n", 1),
        ("var a = '''b\n", 1),
        ("resource a 'T/a@1' = [for x in y\n", 1),
        ("resource a 'T/a@1' = if (b {\n", 1),
        ("resource a 'T/a@1' = {\n  b: [\n  }\n", 3),
    ],
)
def test_what_bicep_cannot_read_is_no_bicep(text: str, line: int) -> None:
    with pytest.raises(Unparsable) as caught:
        parse(text.encode())
    assert (caught.value.line, caught.value.opens) == (line, False)


def test_what_lies_too_deep_leaves_questions_open() -> None:
    text = "resource a 'T/a@1' = {\n" + "a: {\n" * 80
    with pytest.raises(Unparsable) as caught:
        parse(text.encode())
    assert caught.value.opens


@pytest.mark.parametrize(
    "text",
    [
        "resource a 'T/a@1' = " + "[" * 100_000,
        "var a = " + "(" * 200_000,
        "resource a 'T/a@1' = {\n" + "b: 1\n" * 100_000 + "}\n",
        "var a = 'x'\n" * 60_000,
        "resource a 'T/a@1' = [for x in y: [for x in y: " * 10_000,
        ",\n" * 200_000,
    ],
)
def test_large_files_are_read_in_time(text: str) -> None:
    try:
        found = parse(text.encode())
    except Unparsable:
        return
    assert len(found.items) <= 1
