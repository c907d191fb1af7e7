"""make's variables: how they are set, and texts with their values put in.

Source: the GNU make manual, "How to Use Variables" and "Functions". Functions are not computed:
they stay as text, which a shell would take for a command substitution.
"""

from __future__ import annotations

from readiness.facts.commands.shell.lexer import closing
from readiness.records import Struct, field

_ASSIGN = (":::=", "::=", ":=", "?=", "+=", "!=", "=")
_MODIFIERS = ("export ", "override ", "private ", "unexport ")
_LONGEST = 8192
_DEPTH = 10
_LOOKUPS = 50_000


# How a Makefile asks where a program is: it is that program in the end.
_FINDS = (["shell", "which"], ["shell", "command", "-v"], ["shell", "type", "-p"])


class Scope(Struct):
    """The variables of a Makefile, and those that make sets for one rule.

    ``lookups`` is how many more are put in before texts stay as they are: variables may
    name each other without end.
    """

    values: dict[str, str] = field(default_factory=dict)
    automatic: dict[str, str] = field(default_factory=dict)
    lookups: int = _LOOKUPS

    def take(self, content: str) -> bool:
        """Take in a line that sets a variable; False if it is none. Of several settings the last holds."""
        for modifier in _MODIFIERS:
            content = content.removeprefix(modifier).lstrip()
        name, operator, value = setting(content)
        if not operator:
            return content in ("export", "unexport") or content.startswith(("vpath ", "undefine "))
        if operator == "+=" and name in self.values:
            self.values[name] = f"{self.values[name]} {value}"[:_LONGEST]
        elif operator == "?=":
            self.values.setdefault(name, value)
        else:
            self.values[name] = f"$(shell {value})" if operator == "!=" else value
        return True

    def expand(self, text: str, depth: int = 0) -> str:
        """``text`` with variables put in. A name that is not set here becomes the shell's ``${NAME}``."""
        if "$" not in text or depth > _DEPTH:
            return text
        parts, at, size = [], 0, 0
        while size <= _LONGEST and self.lookups > 0:
            sign = text.find("$", at)
            if sign < 0:
                break
            self.lookups -= 1
            opener = text[sign + 1 : sign + 2]
            if opener in ("(", "{"):
                end = closing(text, sign + 2, ")" if opener == "(" else "}")
                value = self._value(text[sign + 2 : end - 1], text[sign:end], depth)
            else:
                end = sign + 2
                value = "$" if opener == "$" else self._known(opener, text[sign:end])
            parts += [text[at:sign], value]
            size += len(value) + sign - at
            at = end
        return "".join([*parts, text[at:]])

    def _call(self, name: str, written: str, depth: int) -> str:
        """``$(call NAME,a,b)``: the text NAME with ``$(1)`` and ``$(2)`` put in."""
        function, *arguments = [part.strip() for part in name.removeprefix("call ").split(",")]
        if function not in self.values:
            return written
        outer = self.automatic
        numbered = {str(at): self.expand(text, depth + 1) for at, text in enumerate(arguments, 1)}
        self.automatic = {**outer, **numbered}
        value = self.expand(self.values[function], depth + 1)
        self.automatic = outer
        return value

    def _known(self, name: str, default: str) -> str:
        return self.automatic.get(name, self.values.get(name, default))

    def _value(self, name: str, written: str, depth: int) -> str:
        if name == "MAKE":
            return "make"
        if name == "CURDIR":
            return "$(pwd)"
        words = name.split()
        if words[:-1] in _FINDS and words[-1].replace("-", "a").replace("_", "a").isalnum():
            return words[-1]
        if name.startswith("call "):
            return self._call(name, written, depth)
        if name in self.values:
            return self.expand(self.values[name], depth + 1)
        if name in self.automatic:
            return self.automatic[name]
        return f"${{{name}}}" if name.replace("_", "").isalnum() and name.isascii() else written


def setting(content: str) -> tuple[str, str, str]:
    """Name, operator and value of a line that sets a variable; empty texts for any other."""
    sign = content.find("=")
    if sign < 0:
        return "", "", ""
    operator = next(each for each in _ASSIGN if content[: sign + 1].endswith(each))
    name = content[: sign + 1 - len(operator)].strip()
    if not name or any(char in name for char in " \t:#"):
        return "", "", ""
    return name, operator, content[sign + 1 :].strip()
