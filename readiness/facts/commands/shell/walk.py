"""A script followed from top to bottom: which commands it runs, where, and which can fail it.

Sources: POSIX "Shell Command Language" 2.8 and 2.14 (``set -e``), the bash manual on ``pipefail``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.commands.shell.command import Command
from readiness.facts.commands.shell.grammar import (
    Block,
    Case,
    Function,
    Group,
    If,
    Loop,
    Part,
    Pipeline,
    Simple,
    Statement,
    parse,
)
from readiness.facts.commands.shell.meaning import covers, held_script, options, truth
from readiness.facts.commands.shell.outcome import Survey, aborts, assignment, keeps_status, outcome, survey
from readiness.facts.commands.shell.values import UNKNOWN, Scope, normal, resolve, shown
from readiness.records import Struct, replace

if TYPE_CHECKING:
    from readiness.facts.commands.shell.lexer import Token

COMMANDS = 2000
_STEPS = 50_000
_NESTING = 12  # calls of functions and inner scripts within each other
_INNER = 1 << 16  # characters of an inner script
_LEVELS = 60  # parts within parts, over all calls
_DECLARING = frozenset(("declare", "export", "local", "readonly", "typeset"))
_SEARCH = frozenset(("egrep", "grep", "rg"))
_WRITING = frozenset((">", ">>", ">|", "&>", "&>>"))
_Choice = tuple[Block, Block, str]
"""One of several alternatives: its body, the condition before it, and what masks that."""


class _At(Struct, frozen=True):
    """Where in the structure a block stands.

    ``mask`` is why its failure is lost; ``tail``: its last status is looked at;
    ``guarded``: ``set -e`` is without effect; ``sealed``: even ``exit`` does not leave it;
    ``depth``: calls of functions and inner scripts on the way; ``maybe``: it need not be reached.
    """

    mask: str = ""
    tail: bool = True
    guarded: bool = False
    sealed: bool = False
    depth: int = 0
    maybe: bool = False


class Walk:
    """One pass over one script. ``found`` collects its commands, shared with inner scripts."""

    def __init__(self, text: str, scope: Scope, *, errexit: bool, pipefail: bool) -> None:
        self.text, self.scope = text, scope
        self.errexit, self.pipefail = errexit, pipefail
        self.switched_off = False
        self.line = 0  # of an inner script, the line of the command that holds it
        self.found: list[Command] = []
        self.steps, self.levels = [0], [0]
        self.calls: list[str] = []
        script = parse(text)
        self.known: Survey = survey(script)
        self.script = script

    def run(self, at: _At | None = None) -> tuple[Command, ...]:
        """The commands of the whole script, in the order in which it names them."""
        self._block(self.script, at or _At())
        return tuple(self.found)

    def _block(self, block: Block, at: _At) -> str:
        """Walk ``block``; ``exit`` or ``return`` if what follows it is never reached."""
        for index, statement in enumerate(block):
            self.steps[0] += 1
            if self.steps[0] > _STEPS or len(self.found) >= COMMANDS:
                return "exit"
            following = block[index + 1] if index + 1 < len(block) else None
            ended = self._statement(statement, replace(at, tail=at.tail and following is None), following)
            if ended:
                return ended
        return ""

    def _statement(self, statement: Statement, at: _At, following: Statement | None) -> str:
        background = statement.background and not self.known.waits
        ended = ""
        for index, (_, pipeline) in enumerate(statement.links):
            mask = self._consequence(statement, index, at, following)
            if background:
                mask = mask or "background &"
            last = index == len(statement.links) - 1
            inner = replace(
                at,
                mask=mask,
                guarded=at.guarded or not last or pipeline.negated,
                sealed=at.sealed or background,
                maybe=at.maybe or index > 0,
            )
            ended = self._pipeline(pipeline, inner, following, found=self._found_ends(statement, index))
        return ended if len(statement.links) == 1 and not background else ""

    def _consequence(self, statement: Statement, index: int, at: _At, following: Statement | None) -> str:
        """Why the failure of the pipeline ``index`` is lost; empty if it ends the script."""
        links = statement.links
        if links[index][1].negated:
            if links[index + 1 : index + 2] and self._answered(links[index + 1]) and not at.sealed:
                return ""
            return at.mask or "! in front"
        failing, position = index, index + 1
        while position < len(links):
            operator, handler = links[position]
            if operator == "||":
                result = outcome(handler, links[failing][1], self.known)
                if result == "aborts":
                    return at.mask if at.sealed else ""
                if result == "passes":
                    return at.mask or f"|| {self._brief(handler)}"
                failing = position
            position += 1
        if keeps_status(following, self.known) and not at.sealed:
            return ""
        if at.mask or at.tail:
            return at.mask
        if not self.errexit or at.guarded:
            return "set +e" if self.switched_off else "not last without errexit"
        return "" if failing == len(links) - 1 else "not last in &&"

    def _answered(self, link: tuple[str, Pipeline]) -> bool:
        """Whether the link after a negated command ends the script where that command failed."""
        operator, pipeline = link
        return operator == "&&" and outcome(pipeline, pipeline, self.known, again=False) == "aborts"

    def _brief(self, pipeline: Pipeline) -> str:
        part = pipeline.parts[0] if pipeline.parts else None
        if isinstance(part, Simple) and part.words:
            return part.words[0].text[:40]
        return "{ … }"

    def _found_ends(self, statement: Statement, index: int) -> bool:
        """Whether what a tool reports ends the script: ``lint | grep . && exit 1``."""
        last = statement.links[index][1].parts[-1:]
        searches = any(
            isinstance(part, Simple) and bool(part.words) and part.words[0].text in _SEARCH for part in last
        )
        return searches and any(self._answered(link) for link in statement.links[index + 1 : index + 2])

    def _pipeline(
        self, pipeline: Pipeline, at: _At, following: Statement | None, *, found: bool = False
    ) -> str:
        if len(pipeline.parts) == 1:
            return self._part(pipeline.parts[0], at)
        kept = found or keeps_status(following, self.known)
        at = replace(at, mask="") if found and not at.sealed else at
        for part in pipeline.parts:
            before = self._saved()
            lost = part is not pipeline.parts[-1] and not self.pipefail and not kept
            mask = at.mask or ("left of a pipe without pipefail" if lost else "")
            self._part(part, replace(at, mask=mask, sealed=at.sealed or bool(mask)))
            self._restore(before)
        return ""

    def _saved(self) -> tuple[str, bool, bool, bool]:
        return self.scope.directory, self.errexit, self.pipefail, self.switched_off

    def _restore(self, state: tuple[str, bool, bool, bool]) -> None:
        self.scope.directory, self.errexit, self.pipefail, self.switched_off = state

    def _part(self, part: Part, at: _At) -> str:
        self.levels[0] += 1
        try:
            return self._inside(part, at) if self.levels[0] <= _LEVELS else ""
        finally:
            self.levels[0] -= 1

    def _inside(self, part: Part, at: _At) -> str:
        match part:
            case Simple():
                return self._simple(part, at)
            case Group() if part.subshell:
                before = self._saved()
                self._block(part.body, replace(at, tail=True, sealed=at.sealed or bool(at.mask)))
                self._restore(before)
                return ""
            case Group():
                return self._block(part.body, replace(at, tail=True))
            case If():
                return self._condition(part, at)
            case Loop():
                return self._loop(part, at)
            case Case():
                return self._case(part, at)
            case Function():
                return ""

    def _condition(self, part: If, at: _At) -> str:
        choices: list[_Choice] = []
        for index, (test, body) in enumerate(part.branches):
            answered = truth(test, self.scope)
            if answered is False:
                continue
            final = index == len(part.branches) - 1
            negated = len(test) == 1 and test[0].links[-1][1].negated
            answer = body if negated else part.otherwise if final else ()
            handled = aborts(answer, self.known) and not at.sealed
            choices.append((body, test, "" if handled else at.mask or "condition of if"))
            if answered:
                return self._branches(choices, at, certain=len(choices) == 1)
        return self._branches([*choices, (part.otherwise, (), "")], at, certain=not choices)

    def _test(self, test: Block, at: _At) -> None:
        """Walk a condition: of several commands only the last one's status is asked."""
        for index, statement in enumerate(test):
            mask = at.mask if index == len(test) - 1 else at.mask or "condition of if"
            for _, pipeline in statement.links:
                self._pipeline(replace(pipeline, negated=False), replace(at, mask=mask), None)

    def _branches(self, choices: list[_Choice], at: _At, *, certain: bool) -> str:
        """Walk alternatives, each from the same start; a folder stays known if all agree on it."""
        start, places = self._saved(), set()
        ended = ""
        for body, test, mask in choices:
            self._restore(start)
            self._test(test, replace(at, mask=mask, tail=True, guarded=True))
            ended = self._block(body, replace(at, tail=True, maybe=at.maybe or not certain))
            if not ended:
                places.add(self.scope.directory)
        self._restore((places.pop() if len(places) == 1 else UNKNOWN if places else start[0], *start[1:]))
        return ended if certain else ""

    def _loop(self, part: Loop, at: _At) -> str:
        mask = at.mask
        if not mask and (not self.errexit or at.guarded):
            mask = "only the last round of a loop counts"
        inner = replace(at, mask=mask, tail=True, maybe=True)
        before = self.scope.directory
        if part.word in ("while", "until"):
            self.scope.arguments = None  # such loops are where arguments are shifted
            self._test(part.test, replace(at, mask=at.mask or f"condition of {part.word}", guarded=True))
        values = self._expanded(part.values) if part.word == "for" else []
        known = part.name not in self.known.assigned and 0 < len(values) <= 20
        if known and not any(sign in value for value in values for sign in "$`*?["):
            for value in values:
                self.scope.variables[part.name] = value
                self._block(part.body, inner)
            self.scope.variables.pop(part.name, None)
        else:
            self._block(part.body, inner)
        if self.scope.directory != before:
            self.scope.directory = UNKNOWN
        return ""

    def _case(self, part: Case, at: _At) -> str:
        subject = resolve(part.subject.text, self.scope)
        if any(sign in subject for sign in "$`"):
            choices: list[_Choice] = [(body, (), "") for _, body in part.arms]
            return self._branches([*choices, ((), (), "")], at, certain=False)
        for patterns, body in part.arms:
            if any(covers(pattern, subject) for pattern in patterns):
                return self._branches([(body, (), "")], at, certain=True)
        return ""

    def _expanded(self, tokens: tuple[Token, ...]) -> list[str]:
        """The words of a command with what is known put in, split where the shell would split."""
        words: list[str] = []
        for token in tokens:
            if token.text in ("$@", "${@}", "$*", "${*}") and self.scope.arguments is not None:
                words += self.scope.arguments
                continue
            value = resolve(token.text, self.scope)
            if value == token.text or token.quoted or assignment(token.text)[0]:
                words.append(value)
            else:
                words += value.split()
        return words

    def _simple(self, part: Simple, at: _At) -> str:
        words = self._expanded(part.words)
        if not words and not part.redirects:
            return ""
        directory = self.scope.directory
        name = words[0] if words else ""
        if name in self.known.functions and name not in self.calls and at.depth < _NESTING:
            return self._call(name, tuple(words[1:]), at)
        inner = held_script(words, part)
        if inner is not None and len(inner) <= _INNER and at.depth < _NESTING:
            self._nested(inner, words, part, at)
            return "exit" if name == "exec" else ""
        said = tuple(shown(word, self.scope) for word in words)
        if "ssh" in words[:4]:  # sshpass -p x ssh
            said += tuple(operator.body for operator, _ in part.redirects if operator.body)
        ended = self._builtin(words, at)
        targets = [
            resolve(target.text, self.scope)
            for operator, target in part.redirects
            if operator.text in _WRITING
        ]
        if name == "tee":
            targets += [word for word in words[1:] if not word.startswith("-")]
        self.found.append(
            Command(
                words=said,
                line=self.line or part.line,
                text=" ".join(self.text[part.start : part.end].split())[:200],
                masked=at.mask,
                directory=directory,
                writes=tuple(shown(target, self.scope) for target in targets if target != "/dev/null"),
            )
        )
        return ended

    def _call(self, name: str, arguments: tuple[str, ...], at: _At) -> str:
        """Walk the body of a function that is called."""
        outer = self.scope.arguments
        self.calls.append(name)
        self.scope.arguments = arguments
        ended = self._block(self.known.functions[name], replace(at, tail=True, depth=at.depth + 1))
        self.scope.arguments = outer
        self.calls.pop()
        return ended if ended == "exit" else ""

    def _nested(self, script: str, words: list[str], part: Simple, at: _At) -> None:
        """Walk an inner script, in a shell of its own unless it is ``eval``."""
        own = words[0] != "eval"
        arguments = () if own else self.scope.arguments
        scope = replace(self.scope, arguments=arguments, variables=dict(self.scope.variables))
        changed = options(words[1:])
        walk = Walk(
            script,
            scope,
            errexit=changed.get("errexit", False) if own else self.errexit,
            pipefail=changed.get("pipefail", False) if own else self.pipefail,
        )
        walk.line = self.line or part.line
        walk.found, walk.steps, walk.levels = self.found, self.steps, self.levels
        sealed, guarded = at.sealed or (own and bool(at.mask)), at.guarded and not own
        walk.run(replace(at, tail=True, guarded=guarded, sealed=sealed, depth=at.depth + 1))
        if not own:
            self.scope.directory = scope.directory

    def _builtin(self, words: list[str], at: _At) -> str:
        """Take note of what a builtin changes; ``exit`` or ``return`` if nothing after it is reached."""
        name, rest = (words[0], words[1:]) if words else ("", [])
        match name:
            case "cd" | "pushd":
                targets = [word for word in rest if not word.startswith("-") or word == "-"]
                path = targets[0] if targets else "~"
                self.scope.directory = UNKNOWN if path == "-" else normal(self.scope.directory, path)
            case "popd":
                self.scope.directory = UNKNOWN
            case "set":
                changed = options(rest)
                self.pipefail = changed.get("pipefail", self.pipefail)
                self.errexit = changed.get("errexit", self.errexit)
                self.switched_off = not changed.get("errexit", not self.switched_off)
            case "shift" if self.scope.arguments is not None:
                self.scope.arguments = self.scope.arguments[1:]
            case "exit" | "return":
                return name
            case "exec" if rest and not rest[0].startswith("-"):
                return "exit"
        self._remember(rest if name in _DECLARING else words, at)
        return ""

    def _remember(self, words: list[str], at: _At) -> None:
        """Keep the leading assignments of ``words`` that are made once, to a literal, and surely."""
        for word in words:
            name, value = assignment(word)
            if not name:
                return
            if self.known.assigned.get(name) == 1 and not at.maybe and not set("$`") & set(value):
                self.scope.variables[name] = value
