"""What a Groovy file of a pipeline says, as a tree: statements and values, each with its line."""

from __future__ import annotations

from readiness.records import Struct


class Text(Struct, frozen=True):
    """A text; expressions in it stand between ``tokens.HOLE`` and ``tokens.CLOSED``."""

    line: int
    text: str
    lines: tuple[int, ...] = ()


class Name(Struct, frozen=True):
    """A name, a number or a path of names: ``scm``, ``true``, ``env.BRANCH_NAME``."""

    line: int
    text: str


class Argument(Struct, frozen=True):
    """A value given to a call, to a list or to a map; ``name`` is empty where it has none."""

    name: str
    value: Value


class Call(Struct, frozen=True):
    """``target.name(arguments)``, with or without parentheses; a closure behind it is its last argument."""

    line: int
    name: str
    arguments: tuple[Argument, ...] = ()
    target: Value | None = None

    @property
    def closure(self) -> Closure | None:
        """The closure behind it, or the last that it is given."""
        return next((one.value for one in reversed(self.arguments) if isinstance(one.value, Closure)), None)

    def given(self, name: str) -> Value | None:
        """The argument ``name``."""
        return next((one.value for one in self.arguments if one.name == name), None)

    @property
    def first(self) -> Value | None:
        """The first argument without a name that is no closure."""
        plain = (one.value for one in self.arguments if not one.name)
        return next((value for value in plain if not isinstance(value, Closure)), None)


class Closure(Struct, frozen=True):
    """``{ a, b -> … }``, or the block of a statement."""

    line: int
    statements: tuple[Statement, ...]
    parameters: tuple[str, ...] = ()


class Several(Struct, frozen=True):
    """A list or a map."""

    line: int
    items: tuple[Argument, ...]


class Logic(Struct, frozen=True):
    """``or``, ``and`` or ``not`` of its parts."""

    line: int
    word: str
    parts: tuple[Value, ...]


class Compare(Struct, frozen=True):
    """``left sign right``."""

    line: int
    sign: str
    left: Value
    right: Value


class Other(Struct, frozen=True):
    """Any other expression, with the values in it."""

    line: int
    parts: tuple[Value, ...] = ()


class If(Struct, frozen=True):
    """``if`` with its two ways, the second empty where there is none."""

    line: int
    condition: Value
    then: Closure
    otherwise: Closure


class Try(Struct, frozen=True):
    """``try``, its handlers, and what it does in any case."""

    line: int
    body: Closure
    handlers: tuple[Closure, ...]
    last: Closure


class Loop(Struct, frozen=True):
    """A loop, or the ways of a ``switch``: what may run, once or often."""

    line: int
    body: Closure


class Assign(Struct, frozen=True):
    """``name = value``; ``name`` is that of the variable, whatever part of it is set."""

    line: int
    name: str
    value: Value
    part: str = ""


class Function(Struct, frozen=True):
    """A function of the file."""

    line: int
    name: str
    parameters: tuple[str, ...]
    body: Closure


class Jump(Struct, frozen=True):
    """``return``, ``throw``, ``break`` or ``continue``."""

    line: int
    word: str
    value: Value | None = None


class Library(Struct, frozen=True):
    """``@Library('name')``: functions of another repository may be called by their names."""

    line: int
    name: str


Value = Text | Name | Call | Closure | Several | Logic | Compare | Other
Statement = Value | If | Try | Loop | Assign | Function | Jump | Library


def parts_of(value: Value) -> tuple[Value, ...]:
    """The values that ``value`` is made of, a closure's statements left out."""
    match value:
        case Call():
            own = tuple(one.value for one in value.arguments)
            return own if value.target is None else (value.target, *own)
        case Several():
            return tuple(one.value for one in value.items)
        case Logic() | Other():
            return value.parts
        case Compare():
            return value.left, value.right
        case _:
            return ()
