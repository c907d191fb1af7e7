"""The commands of ``tox -e lint``: ``tox.ini``, ``setup.cfg``, ``pyproject.toml``, ``tox.toml``.

Source: tox 4's documentation, "Configuration" (environments, factors, substitutions, TOML).
"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from readiness.facts.commands.runners.model import Call, Led, Piece, Step, inside
from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.structured import ini, toml
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASE = "testenv"
_DEPTH = 3  # substitutions within substitutions
_LONGEST = 2048
_NAMES = 200
_VALUED = frozenset(("-e", "-f", "-m", "-c", "--conf", "-x", "--override", "--workdir", "--root", "-k", "-o"))
_RUNS = frozenset(("run", "r", "run-parallel", "p"))
_OTHER = frozenset(
    ("list", "l", "config", "c", "devenv", "d", "depends", "de", "quickstart", "q", "legacy", "le")
)


class Section(Struct, frozen=True):
    """An environment's own keys: each a list of lines with their number."""

    line: int
    keys: dict[str, tuple[tuple[int, str], ...]]


class Environments(Struct, frozen=True):
    """What a file says to tox: its environments by name (``testenv`` is the base) and its list of them."""

    sections: dict[str, Section]
    listed: tuple[str, ...]


def parse_ini(data: bytes) -> Environments | None:
    """``tox.ini`` or ``setup.cfg``; None if tox is not configured there. Raises ``Unparsable``."""
    return _of_ini(ini.parse(data))


def _of_ini(root: Table) -> Environments | None:
    sections: dict[str, Section] = {}
    listed: tuple[str, ...] = ()
    found = False
    for name, body in root:
        if not isinstance(body, Table):
            continue
        title = name.text.strip()
        section = Section(name.line, {key.text: _lines(value) for key, value in body})
        if title in ("tox", "tox:tox"):
            found = True
            lines = section.keys.get("envlist", section.keys.get("env_list", ()))
            listed = tuple(dict.fromkeys(each for _, line in lines for each in _names(line)))
        elif title == _BASE or title.startswith("testenv:"):
            found = True
            for each in _names(title.removeprefix("testenv:")):
                sections[each] = section
        sections[f"[{title}]"] = section
    return Environments(sections, listed) if found else None


def _lines(value: Node) -> tuple[tuple[int, str], ...]:
    """The lines of a value, a backslash at the end of one joining it with the next."""
    if not isinstance(value, Scalar):
        return ()
    lines: list[tuple[int, str]] = []
    joining = False
    for number, text in enumerate(value.text.split("\n"), value.line):
        bare = text.strip()
        if joining:
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {bare.removesuffix(chr(92)).rstrip()}")
        elif bare and not bare.startswith("#"):
            lines.append((number, bare.removesuffix("\\").rstrip()))
        joining = bare.endswith("\\") and bool(lines)
    return tuple(lines)


def _names(text: str) -> Iterator[str]:
    """The names that ``py{39,310}-lint, docs`` stands for."""
    depth, part, parts = 0, "", []
    for char in text + ",":
        depth += (char == "{") - (char == "}")
        if char in ", \t" and depth <= 0:
            parts.append(part.strip())
            part = ""
        else:
            part += char
    count = 0
    for each in parts:
        for name in _generated(each):
            count += 1
            if name and count <= _NAMES:
                yield name


def _generated(text: str) -> list[str]:
    names = [""]
    rest = text
    while rest:
        before, opened, after = rest.partition("{")
        inner, _, rest = after.partition("}")
        choices = [choice.strip() for choice in inner.split(",")] if opened else [""]
        if opened and len(choices) == 1 and "-" in choices[0]:  # a range: py{38-312}
            first, _, last = choices[0].partition("-")
            numbers = first.isdigit() and last.isdigit() and len(first) < 5 and len(last) < 5
            choices = (
                [str(number) for number in range(int(first), int(last) + 1)][:50] if numbers else choices
            )
        names = [name + before + choice for name in names for choice in choices][:_NAMES]
    return names


def parse_toml(data: bytes) -> Environments | None:
    """``tox.toml``, or the ``tool.tox`` of a ``pyproject.toml``; None if tox is not configured there."""
    root = toml.parse(data)
    tool = root.table("tool")
    table = tool.table("tox") if tool is not None else None
    legacy = table.get("legacy_tox_ini") if table is not None else None
    if isinstance(legacy, Scalar):
        start = legacy.body or legacy.line
        found = _of_ini(ini.parse(legacy.text.encode()))
        return _shifted(found, start - 1) if found else None
    native = table if tool is not None else root
    if native is None or (native.get("env") is None and native.get("env_run_base") is None):
        return None
    sections = {}
    base = native.table("env_run_base")
    if base is not None:
        sections[_BASE] = _native(base)
    for name, body in native.table("env") or ():
        if isinstance(body, Table):
            sections[name.text] = _native(body)
    listed = tuple(item.text for item in native.items("env_list") if isinstance(item, Scalar))
    return Environments(sections, listed)


def _shifted(found: Environments, by: int) -> Environments:
    def moved(section: Section) -> Section:
        keys = {key: tuple((line + by, text) for line, text in lines) for key, lines in section.keys.items()}
        return Section(section.line + by, keys)

    return Environments({name: moved(section) for name, section in found.sections.items()}, found.listed)


def _native(body: Table) -> Section:
    keys: dict[str, tuple[tuple[int, str], ...]] = {}
    for key, value in body:
        if isinstance(value, Scalar):
            keys[key.text] = ((value.line, value.text),)
        elif isinstance(value, Items):
            lines = [(item.line, _command(item)) for item in value]
            keys[key.text] = tuple((line, text) for line, text in lines if text)
    return Section(body.line, keys)


def _command(item: Node) -> str:
    """One command of a TOML list: words, or ``{ replace = "posargs", default = […] }``."""
    if isinstance(item, Scalar):
        return item.text
    if isinstance(item, Items):
        words = [_command(word) if isinstance(word, Table) else quote(_command(word)) for word in item]
        return " ".join(words).strip()
    if item.text("replace") == "posargs":
        return " ".join(_command(word) for word in item.items("default"))
    return ""


INI = Parser("tox.ini", 1, parse_ini)
TOML = Parser("tox.toml", 1, parse_toml)


def run(call: Call) -> Led | None:
    """``tox``, ``tox -e NAME,NAME``, ``tox run``."""
    if call.words[0] != "tox":
        return None
    names, folder, named = [], call.directory, False
    rest = iter(call.words[1:])
    for word in rest:
        key, sign, value = word.partition("=")
        if word == "--":
            break
        if word in _OTHER or word in ("-l", "--listenvs", "--notest", "-n", "-a", "--devenv", "--version"):
            return None
        if key in _VALUED or (word.startswith("-e") and len(word) > 2):
            value = word[2:] if key not in _VALUED else value if sign else next(rest, "")
            if key == "-e" or word.startswith("-e"):
                names += [each for each in value.split(",") if each]
                named = True
            elif key in ("-c", "--conf"):
                folder = inside(call.directory, value.rpartition("/")[0] if "." in value else value)
    path, found = _file(call, folder)
    if found is None:
        return call.absent("a tox configuration", inside(folder, "tox.ini"))
    if not named:
        names = list(found.listed) or ["py"]
    return _led(call, path, found, names, folder)


def _file(call: Call, folder: str) -> tuple[str, Environments | None]:
    for name, parser in (("tox.ini", INI), ("setup.cfg", INI), ("pyproject.toml", TOML), ("tox.toml", TOML)):
        path = inside(folder, name)
        found = call.read(parser, path)
        if found is not None:
            return path, found
    return "", None


def _led(call: Call, path: str, found: Environments, names: list[str], folder: str) -> Led:
    steps: list[Step] = []
    for name in names:
        plain = name.partition("$")[0]
        if "$" in name and not (plain.startswith("py") and _BASE in found.sections):
            return Led(tuple(steps), unknown=f"which tox environment '{name}' is")
        if "$" not in name and not _declared(found, name):
            return call.absent(f"tox environment '{name}' ({path})", path, tuple(steps))
        own = plain.rstrip("-") if "$" in name else name
        steps += _steps(path, found, own, folder)
    return Led(tuple(steps))


def _declared(found: Environments, name: str) -> bool:
    """Whether tox knows the environment: by its section, the list, or as a Python's own name."""
    if name in found.sections or name in found.listed:
        return True
    known = {factor for each in (*found.listed, *found.sections) for factor in each.split("-")}
    return all(
        _is_python(factor) or factor in known or _conditional(found, factor) for factor in name.split("-")
    )


def _is_python(factor: str) -> bool:
    for prefix in ("pypy", "python", "py", ""):
        if factor.startswith(prefix):
            rest = factor.removeprefix(prefix).replace(".", "").removesuffix("t")
            return rest.isdigit() or (not rest and bool(prefix))
    return False


def _conditional(found: Environments, factor: str) -> bool:
    base = found.sections.get(_BASE)
    lines = [line for key in base.keys.values() for _, line in key] if base else []
    return any(factor in _factors(line.partition(":")[0]) for line in lines if ":" in line)


def _factors(condition: str) -> set[str]:
    return {each.strip().lstrip("!") for part in condition.split(",") for each in part.split("-")}


def _steps(path: str, found: Environments, name: str, folder: str) -> list[Step]:
    soft = "ignore_outcome" if _flag(found, name, "ignore_outcome") else ""
    place = folder
    change = _value(found, name, "changedir") or _value(found, name, "change_dir")
    if change:
        place = inside(folder, _put_in(change[0][1], found, name, 0))
    steps = []
    for key in ("commands_pre", "commands", "commands_post"):
        for line, text in _value(found, name, key):
            for command in _chosen(text, name):
                own = _put_in(command, found, name, 0)
                ignored = own.startswith("- ") or (own.startswith("-") and own[1:2].isalpha())
                own = own.lstrip("-! ")
                if own:
                    mask = soft or ("- in front of the command" if ignored else "")
                    steps.append(
                        Step(path, name, Piece(own, line, mask, errexit=True, folded=True), place, ())
                    )
    return steps


def _flag(found: Environments, name: str, key: str) -> bool:
    return any(text.lower() in ("true", "1", "yes", "on") for _, text in _value(found, name, key))


def _value(found: Environments, name: str, key: str) -> tuple[tuple[int, str], ...]:
    """A key of an environment, or of the base that it takes its own from."""
    for each in (name, _BASE):
        section = found.sections.get(each)
        if section is not None and key in section.keys:
            return section.keys[key]
    return ()


def _chosen(line: str, name: str) -> list[str]:
    """The command of a line, if the line has no condition on factors or one that ``name`` meets."""
    condition, colon, rest = line.partition(":")
    bare = condition.replace(" ", "")
    if not colon or not bare or not rest.startswith((" ", "\t")) or not _is_condition(bare):
        return [line]
    factors = set(name.split("-"))
    for choice in bare.split(","):
        wanted = choice.split("-")
        if all((each[1:] not in factors) if each.startswith("!") else (each in factors) for each in wanted):
            return [rest.strip()]
    return []


def _is_condition(text: str) -> bool:
    return all(char.isalnum() or char in "-,!._{}" for char in text)


def _put_in(text: str, found: Environments, name: str, depth: int) -> str:
    """``text`` with tox's substitutions; ``{posargs:default}`` is its default."""
    if "{" not in text or depth > _DEPTH or len(text) > _LONGEST:
        return text
    parts: list[str] = []
    at = size = 0
    while size <= _LONGEST:
        opened = text.find("{", at)
        closed = _end(text, opened) if opened >= 0 else -1
        if opened < 0 or closed < 0:
            break
        parts += [text[at:opened], _substitute(text[opened + 1 : closed], found, name, depth)]
        at = closed + 1
        size += len(parts[-1]) + len(parts[-2]) + 1
    return "".join([*parts, text[at:]])


def _end(text: str, opened: int) -> int:
    depth = 0
    for at in range(opened, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return at
    return -1


def _substitute(inner: str, found: Environments, name: str, depth: int) -> str:
    if inner.startswith("[") and "]" in inner:
        title, _, wanted = inner[1:].partition("]")
        section = found.sections.get(title.removeprefix("testenv:")) or found.sections.get(f"[{title}]")
        lines = section.keys.get(wanted, ()) if section else ()
        return _put_in("\n".join(line for _, line in lines), found, name, depth + 1)
    key, colon, default = inner.partition(":")
    if key == "posargs":
        return _put_in(default, found, name, depth + 1)
    if key in ("toxinidir", "tox_root"):
        return "."
    if key in ("envpython", "env_python"):
        return "python"
    if key in ("envname", "env_name"):
        return name
    if key == "env" and colon:
        variable, sign, value = default.partition(":")
        return _put_in(value, found, name, depth + 1) if sign else f"${{{variable}}}"
    return f"${{{key}}}" if key.isidentifier() else "{" + inner + "}"
