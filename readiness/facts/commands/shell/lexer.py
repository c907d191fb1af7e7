"""Shell text cut into words, operators and redirections, in one pass.

Follows POSIX "Shell Command Language" 2.3 (token recognition) with what bash adds and
scripts use: ``[[ ]]``, ``(( ))``, ``<<<``, ``&>``, ``|&``, arrays, process substitution. An
expression ``${{ … }}`` of a workflow is one part of a word. Nothing is ever an
error: what is not closed ends with the text.
"""

from __future__ import annotations

from readiness.records import Struct, field

_OPERATORS = (";;&", ";;", ";&", "&&", "||", "|&", "\n", ";", "&", "|", "(", ")")
_REDIRECTIONS = ("&>>", "<<<", "<<-", "&>", ">>", ">|", ">&", "<&", "<>", "<<", ">", "<")
_LOOKS = 2000  # times that this is looked for in one script
_BLANK = " \t\r"
_ARITHMETIC = 400  # characters within which a ``((`` must end to be arithmetic and no nested subshell
_BREAKS = frozenset(" \t\r\n;&|()<>")
_SPECIAL = _BREAKS | frozenset("\\'\"$`")
_BEFORE_COMMAND = frozenset(
    ("if", "then", "elif", "else", "while", "until", "do", "{", "!", "time", "&&", "||", "|", "|&")
)


class Token(Struct):
    """A piece of a script.

    ``kind`` is ``word``, ``op`` or ``redirect``. ``text`` is the word without its quotes, or the
    operator. ``quoted`` says that some of the word was quoted, so that it is no reserved word
    and is not split again. ``start`` and ``end`` are offsets; ``body`` is what a
    heredoc's operator brings in.
    """

    kind: str
    text: str
    line: int
    start: int
    end: int
    quoted: bool = False
    body: str = ""


class _Reader(Struct):
    text: str
    at: int = 0
    line: int = 1
    tokens: list[Token] = field(default_factory=list)
    heredocs: list[tuple[Token, str]] = field(default_factory=list)
    looks: int = 0  # ahead, for the end of an arithmetic command


def tokens(text: str) -> list[Token]:
    """The tokens of ``text``, in order; comments and the bodies of heredocs are none."""
    reader = _Reader(text)
    size = len(text)
    while reader.at < size:
        char = text[reader.at]
        if char in _BLANK:
            reader.at += 1
        elif char == "\\" and text.startswith("\n", reader.at + 1):
            reader.at += 2
            reader.line += 1
        elif char == "#":
            end = text.find("\n", reader.at)
            reader.at = size if end < 0 else end
        elif not (_redirection(reader) or _operator(reader)):
            _word(reader)
    return reader.tokens


def _operator(reader: _Reader) -> bool:
    text, at = reader.text, reader.at
    if text[at] not in _BREAKS or _is_arithmetic(reader):
        return False
    operator = next((op for op in _OPERATORS if text.startswith(op, at)), "")
    if not operator:
        return False
    reader.tokens.append(Token("op", operator, reader.line, at, at + len(operator)))
    reader.at += len(operator)
    if operator == "\n":
        reader.line += 1
        if reader.heredocs:
            _take_heredocs(reader)
    return True


def _redirection(reader: _Reader) -> bool:
    text, at = reader.text, reader.at
    if text[at] not in "<>&" or text.startswith(("<(", ">("), at):
        return False
    operator = next((op for op in _REDIRECTIONS if text.startswith(op, at)), "")
    if not operator:
        return False
    last = reader.tokens[-1] if reader.tokens else None
    if last is not None and last.kind == "word" and last.end == at and last.text.isdigit():
        reader.tokens.pop()
    reader.tokens.append(Token("redirect", operator, reader.line, at, at + len(operator)))
    reader.at += len(operator)
    return True


def _take_heredocs(reader: _Reader) -> None:
    """Move the lines up to each awaited delimiter out of the script."""
    for token, delimiter in reader.heredocs:
        lines = []
        while reader.at < len(reader.text):
            end = reader.text.find("\n", reader.at)
            end = len(reader.text) if end < 0 else end
            line = reader.text[reader.at : end]
            reader.at = min(end + 1, len(reader.text))
            reader.line += 1
            bare = line.lstrip("\t") if token.text == "<<-" else line
            if bare.rstrip("\r") == delimiter:
                break
            lines.append(bare)
        token.body = "\n".join(lines)
    reader.heredocs.clear()


def _at_command(reader: _Reader) -> bool:
    """Whether the next word would be a command's first."""
    if not reader.tokens:
        return True
    last = reader.tokens[-1]
    if last.kind == "op":
        return last.text != ")"
    return last.kind == "word" and not last.quoted and last.text in _BEFORE_COMMAND


def _is_arithmetic(reader: _Reader) -> bool:
    if not reader.text.startswith("((", reader.at) or reader.looks > _LOOKS:
        return False
    reader.looks += 1
    after_for = bool(reader.tokens) and reader.tokens[-1].text == "for"
    window = reader.text[reader.at : reader.at + _ARITHMETIC]
    return (after_for or _at_command(reader)) and window.startswith(")", closing(window, 2, ")"))


def _word(reader: _Reader) -> None:
    """Read one word, or one whole ``(( … ))`` or ``[[ … ]]``, and add it to the tokens."""
    text, start, line = reader.text, reader.at, reader.line
    quoted = False
    if _is_arithmetic(reader):
        reader.at = closing(text, start + 2, ")") + 1
        value = text[start : reader.at]
    elif text.startswith("[[", start) and text[start + 2 : start + 3].isspace() and _at_command(reader):
        end = text.find(" ]]", start)
        reader.at = len(text) if end < 0 else end + 3
        value = text[start : reader.at]
    else:
        value, quoted = _plain_word(reader)
    reader.line += text.count("\n", start, reader.at)
    token = Token("word", value, line, start, reader.at, quoted)
    previous = reader.tokens[-1] if reader.tokens else None
    if previous is not None and previous.kind == "redirect" and previous.text in ("<<", "<<-"):
        reader.heredocs.append((previous, value))
    reader.tokens.append(token)


def _plain_word(reader: _Reader) -> tuple[str, bool]:
    text, size = reader.text, len(reader.text)
    parts: list[str] = []
    quoted = False
    while reader.at < size:
        at, char = reader.at, text[reader.at]
        if char == "(" and parts and parts[-1][-1:] in ("=", "?", "*", "+", "@", "!"):
            reader.at = closing(text, at + 1, ")")
        elif char in _BREAKS and not text.startswith(("<(", ">("), at):
            break
        elif char == "\\":
            parts.append("" if text.startswith("\n", at + 1) else text[at + 1 : at + 2])
            quoted = quoted or not text.startswith("\n", at + 1)
            reader.at = min(at + 2, size)
            continue
        elif char in "'\"" or text.startswith("$'", at):
            quoted = True
            parts.append(_quoted(reader))
            continue
        elif char in "$`<>":
            reader.at = _part(text, at)
        else:
            reader.at += 1
            while reader.at < size and text[reader.at] not in _SPECIAL:
                reader.at += 1
        parts.append(text[at : reader.at])
    if reader.at < size and not parts and not quoted:  # a stray sign that nothing above reads
        parts.append(text[reader.at])
        reader.at += 1
    return "".join(parts), quoted


def _part(text: str, at: int) -> int:
    """The end of the unquoted part of a word that starts at ``at``."""
    if text.startswith("${{", at):
        return _expression(text, at)
    if text.startswith(("$(", "<(", ">("), at):
        return closing(text, at + 2, ")")
    if text.startswith("${", at):
        return closing(text, at + 2, "}")
    if text[at] == "`":
        return closing(text, at + 1, "`")
    return at + 1


def _expression(text: str, at: int) -> int:
    end = text.find("}}", at + 3)
    return len(text) if end < 0 else end + 2


def _quoted(reader: _Reader) -> str:
    """The inside of the quotes that start here; of backslashes only those that guard a sign are cut."""
    text, at = reader.text, reader.at
    if text[at] != '"':
        start = at + (2 if text[at] == "$" else 1)
        end = text.find("'", start)
        end = len(text) if end < 0 else end
        reader.at = min(end + 1, len(text))
        return text[start:end]
    reader.at = closing(text, at + 1, '"')
    inside = text[at + 1 : reader.at]
    inside = inside.removesuffix('"')
    if "\\" not in inside:
        return inside
    for written, meant in (("\\\n", ""), ('\\"', '"'), ("\\$", "$"), ("\\`", "`"), ("\\\\", "\\")):
        inside = inside.replace(written, meant)
    return inside


def closing(text: str, at: int, closer: str) -> int:
    """The offset behind the ``closer`` that belongs to an opener just before ``at``; else the text's end.

    Quotes, nested substitutions and comments inside are passed over. Linear in what is read.
    """
    stack, size = [closer], len(text)
    while at < size and stack:
        char, top = text[at], stack[-1]
        if char == "\\":
            at += 2
            continue
        if char == top:
            stack.pop()
        elif char == "'" and top != '"':
            end = text.find("'", at + 1)
            at = size if end < 0 else end
        elif text.startswith("${{", at):
            at = _expression(text, at)
            continue
        elif char == "#" and top == ")" and text[at - 1] in " \t\n":
            end = text.find("\n", at)
            at = size if end < 0 else end
        elif char == "$" and text[at + 1 : at + 2] in ("(", "{"):
            stack.append(")" if text[at + 1] == "(" else "}")
            at += 1
        elif char in '"`' or (char == "(" and top == ")"):
            stack.append(")" if char == "(" else char)
        at += 1
    return min(at, size)
