"""The folders of Terraform, and how each stands: applied as it is, a module, or an example of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.facts.infrastructure.sources import folder_of, is_local
from readiness.facts.words import name_words, word_set
from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.infrastructure.blocks import Declared
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

Standing = Literal["live", "module", "example"]

_EXAMPLES = word_set("example examples fixture fixtures test tests testing sample samples demo")


class Folder(Struct, frozen=True):
    """A folder with Terraform files: their blocks in the order of paths, and who uses it as a module.

    ``path`` is empty for the subject's root.
    """

    path: str
    blocks: tuple[tuple[Entry, Declared], ...]
    users: tuple[Folder, ...] = ()

    @property
    def is_example(self) -> bool:
        """Whether it lies among examples or tests, by its role or its folders."""
        words = {word for part in self.path.split("/") for word in name_words(part)}
        return bool(words & _EXAMPLES) or self.blocks[0][0].role in (Role.SAMPLE, Role.TEST)

    @property
    def used_by_product(self) -> bool:
        """Whether a folder that is no example uses it as a module."""
        return any(not user.is_example for user in self.users)

    @property
    def backends(self) -> tuple[tuple[Entry, Declared], ...]:
        """The blocks that say where the state is kept."""
        return tuple(each for each in self.blocks if each[1].kind in ("backend", "cloud"))

    @property
    def place(self) -> tuple[Entry, Declared]:
        """The block that speaks for the folder: of its backend, else ``terraform``, else the first."""
        heads = [each for each in self.blocks if each[1].kind == "terraform"]
        return (*self.backends, *heads, *self.blocks)[0]

    def backend(self, facts: Facts) -> str | None:
        """The name of its backend, empty if none is named; unknown where Terragrunt may write it."""
        if self.backends:
            block = self.backends[0][1]
            return "cloud" if block.kind == "cloud" else block.type
        return None if _terragrunt(facts, self.path) else ""

    def beside(self, name: str) -> str:
        """The path of the file ``name`` in this folder."""
        return f"{self.path}/{name}" if self.path else name

    def has_lock(self, facts: Facts) -> bool:
        """Whether the lock of provider versions is committed beside it."""
        entry = facts.entry(self.beside(".terraform.lock.hcl"))
        return entry is not None and entry.tracked is not False

    def state(self, facts: Facts) -> str:
        """The path of a state file that git keeps in this folder, empty for none."""
        entry = facts.entry(self.beside("terraform.tfstate"))
        return entry.path if entry is not None and entry.tracked is not False else ""

    def standing(self, facts: Facts) -> Standing | None:
        """Whether it is applied as it is, offered as a module, or shows how; unknown if nothing tells."""
        if self.is_example:
            return "example"
        kinds = {each.kind for _, each in self.blocks}
        if self.users:  # by examples alone, else it would be no root
            return "module"
        if kinds & {"backend", "cloud", "provider"}:
            return "live"
        if self.has_lock(facts) or _has_values(facts, self.path) or _terragrunt(facts, self.path):
            return "live"
        if "modules" in self.path.lower().split("/"):
            return "module"
        asked = any(each.kind == "variable" and "default" not in each.attributes for _, each in self.blocks)
        works = bool(kinds & {"resource", "module"})
        return None if asked or not works else "live"


def folders(files: Iterable[tuple[Entry, tuple[Declared, ...]]]) -> tuple[Folder, ...]:
    """Every folder with at least one block, in the order of paths."""
    found: dict[str, list[tuple[Entry, Declared]]] = {}
    for entry, blocks in sorted(files, key=lambda file: file[0].path):
        home = entry.path.rpartition("/")[0]
        found.setdefault(home, []).extend((entry, each) for each in blocks)
    alone = {path: Folder(path, tuple(blocks)) for path, blocks in found.items() if blocks}
    users: dict[str, list[Folder]] = {}
    for folder in alone.values():
        for entry, block in folder.blocks:
            if block.kind == "module" and block.source is not None and is_local(block.source):
                target = folder_of(entry.path, block.source)
                if target is not None and target != folder.path:
                    users.setdefault(target, []).append(folder)
    return tuple(Folder(path, alone[path].blocks, tuple(users.get(path, ()))) for path in sorted(alone))


def _has_values(facts: Facts, path: str) -> bool:
    """Whether values for its variables lie beside it, or in a folder or two below."""
    prefix = f"{path}/" if path else ""
    return any(
        entry.path.startswith(prefix) and entry.path.count("/") <= prefix.count("/") + 2
        for entry in facts.paths("**/*.tfvars", "**/*.tfvars.json")
        if entry.role is Role.PRODUCT
    )


def _terragrunt(facts: Facts, path: str) -> bool:
    """Whether Terragrunt runs this folder: its file lies there or above."""
    while True:
        prefix = f"{path}/" if path else ""
        if any(facts.entry(prefix + name) for name in ("terragrunt.hcl", "root.hcl")):
            return True
        if not path:
            return False
        path = path.rpartition("/")[0]
