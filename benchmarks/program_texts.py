"""The program texts of a made-up repository: templates with varied names.

Every function takes the ``Words`` to choose by and gives one file's text of about ``size`` characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from words import camel, filled

if TYPE_CHECKING:
    from words import Words

# Python


def python(words: Words, size: int) -> str:
    """A module of classes and functions."""
    others = "".join(
        f"from .{words.thing()} import {words.kind()}\n" for _ in range(words.chance.randint(0, 4))
    )
    extra = words.chance.choice(
        ("import json\n", "import os\n", "import subprocess\n", "import urllib.request\n", "")
    )
    head = (
        f'"""{words.sentence()}"""\n\nfrom __future__ import annotations\n\nimport logging\n{extra}'
        f"from dataclasses import dataclass\n\n{others}\nlog = logging.getLogger(__name__)\n"
    )
    calls = (_python_read, _python_call) if extra else (_python_function,)
    parts = (_python_class, _python_function, _python_function, _python_function, _python_loop)
    return filled(words, head, parts + calls[: words.chance.randint(0, 2)], size)


def _python_class(words: Words) -> str:
    fields = "".join(
        f"    {words.name()}: {words.chance.choice(('str', 'int', 'float'))}\n" for _ in range(5)
    )
    return (
        f"\n@dataclass(frozen=True)\nclass {words.kind()}:\n"
        f'    """{words.sentence()}"""\n\n{fields}\n'
        f"    def {words.action()}(self, {words.thing()}: int = {words.number()}) -> int:\n"
        f'        """{words.sentence()}"""\n        return {words.number()} + {words.number()}\n'
    )


def _python_function(words: Words) -> str:
    given, made = words.name(), words.name()
    return (
        f"\ndef {words.action()}({given}: list[int], limit: int = {words.number()}) -> dict[str, int]:\n"
        f'    """{words.sentence()}\n\n    {words.sentence()}\n    """\n'
        f"    {made} = {{}}\n    for place, value in enumerate({given}):\n"
        f"        if value > limit:\n"
        f"            {made}[f'{words.thing()}-{{place}}'] = value - {words.number()}\n"
        f"    return {made}\n"
    )


def _python_loop(words: Words) -> str:
    given = words.name()
    return (
        f"\ndef {words.action()}({given}: str) -> str:\n    # {words.sentence()}\n"
        f"    parts = [part.strip() for part in {given}.split('{words.chance.choice(',;:|')}')]\n"
        f"    try:\n        first, *rest = parts\n    except ValueError as error:\n"
        f'        log.warning("{words.sentence()} %s", error)\n        return "{words.thing()}"\n'
        f"    return first if len(rest) < {words.number()} else '-'.join(rest)\n"
    )


def _python_read(words: Words) -> str:
    return (
        f"\ndef {words.action()}(path: str) -> bytes:\n"
        f'    """{words.sentence()}"""\n    with open(path, "rb") as stream:\n'
        f"        content = stream.read({words.number()})\n"
        f'    log.info("{words.name()} %d", len(content))\n    return content\n'
    )


def _python_call(words: Words) -> str:
    return (
        f"\ndef {words.action()}(value: str) -> str:\n"
        f'    """{words.sentence()}"""\n    import os\n\n'
        f'    place = os.environ.get("{words.name().upper()}", "{words.thing()}")\n'
        f"    return f'{{place}}/{words.thing()}/{{value}}'\n"
    )


def python_test(words: Words, size: int) -> str:
    """A module of tests."""
    return filled(words, "from __future__ import annotations\n\nimport pytest\n", (_python_case,), size)


def _python_case(words: Words) -> str:
    low, high = words.number(), words.number()
    return (
        f"\n@pytest.mark.parametrize('value', [{low}, {high}])\n"
        f"def test_{words.action()}_{words.name()}(value):\n"
        f"    {words.thing()} = value + {words.number()}\n    assert {{'{words.name()}': value}} == "
        f"{{'{words.name()}': value}}\n    assert value in ({low}, {high})\n"
    )


# TypeScript


def typescript(words: Words, size: int) -> str:
    """A module of interfaces, classes and functions."""
    lines = (
        f"import {{ {words.kind()}, {camel(words.action())} }} from './{words.thing()}';\n"
        for _ in range(words.chance.randint(1, 6))
    )
    return filled(words, "".join(lines), (_interface, _function, _function, _class), size)


def component(words: Words, size: int) -> str:
    """A module of React components."""
    return filled(words, "import React, { useState } from 'react';\n", (_interface, _component), size)


def typescript_test(words: Words, size: int) -> str:
    """A module of tests."""
    head = f"import {{ {camel(words.action())} }} from './{words.thing()}';\n"
    return filled(words, head, (_case,), size)


def _interface(words: Words) -> str:
    kinds = ("string", "number", "boolean", "string[]", "Date | null")
    fields = "".join(f"  {camel(words.name())}: {words.chance.choice(kinds)};\n" for _ in range(6))
    return f"/** {words.sentence()} */\nexport interface {words.kind()} {{\n{fields}}}\n"


def _function(words: Words) -> str:
    given = camel(words.name())
    return (
        f"/**\n * {words.sentence()}\n * {words.sentence()}\n */\n"
        f"export async function {camel(words.action())}({given}: string, limit = {words.number()}) {{\n"
        f"  const parts = {given}.split('{words.chance.choice(',;:|')}').filter((part) => part.length > 0);\n"
        f"  if (parts.length > limit) {{\n"
        f"    throw new Error(`{words.thing()} ${{{given}}} {words.name()}`);\n  }}\n"
        f"  return parts.map((part) => ({{ {camel(words.name())}: part, value: {words.number()} }}));\n}}\n"
    )


def _class(words: Words) -> str:
    field = camel(words.name())
    return (
        f"export class {words.kind()} {{\n  private readonly {field}: Map<string, number> = new Map();\n\n"
        f"  // {words.sentence()}\n  {camel(words.action())}(key: string, value: number): number {{\n"
        f"    const before = this.{field}.get(key) ?? {words.number()};\n"
        f"    this.{field}.set(key, before + value);\n"
        f"    return before;\n  }}\n}}\n"
    )


def _component(words: Words) -> str:
    state = camel(words.name())
    return (
        f"export function {words.kind()}({{ title }}: {{ title: string }}) {{\n"
        f"  const [{state}, change] = useState({words.number()});\n  return (\n"
        f'    <section className="{words.thing()}-{words.thing()}">\n      <h2>{{title}}</h2>\n'
        f"      <p>{words.sentence()}</p>\n"
        f"      <button onClick={{() => change({state} + 1)}}>{words.thing()}</button>\n"
        f"    </section>\n  );\n}}\n"
    )


def _case(words: Words) -> str:
    return (
        f"describe('{words.name()}', () => {{\n  it('{words.sentence()}', async () => {{\n"
        f"    const found = {{ {words.thing()}: {words.number()} }};\n"
        f"    expect(found).toEqual({{ {words.thing()}: {words.number()} }});\n  }});\n}});\n"
    )
