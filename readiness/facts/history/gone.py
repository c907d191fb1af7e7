"""Files that went and stay in the history: which of them look like holding secrets, and whether they did."""

from __future__ import annotations

from posixpath import basename, dirname
from typing import TYPE_CHECKING, Literal

from readiness.facts.secrets import envfiles
from readiness.facts.words import name_words, word_set

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["env", "private-key", "keystore", "credentials", "state"]

_TEMPLATES = word_set("default defaults dist example examples sample samples schema template tmpl tpl")
# Keys that everybody may know: of Android's debug builds, and of those whom one trusts.
_PUBLIC = word_set("ca cacert cacerts chain debug fullchain pub public trust trusted truststore")
_TESTING = word_set("dummy fake mock mocks snakeoil testdata testing")
_CODE = word_set("adoc c cs cts d go h html java js jsx kt md mjs mts php pl py rb rs rst sh svg ts tsx vue")
_ENV_STARTS = (".env.", ".env-", ".env_")
_NAMES: Mapping[str, Kind] = {
    **dict.fromkeys(("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"), "private-key"),
    **dict.fromkeys((".netrc", "_netrc", ".pgpass", ".pypirc", ".npmrc", ".git-credentials"), "credentials"),
    **dict.fromkeys((".dockercfg", "kubeconfig", "client_secret.json", "master.key"), "credentials"),
    **dict.fromkeys(("terraform.tfstate", "terraform.tfstate.backup"), "state"),
}
_ENDINGS: Mapping[str, Kind] = {
    **dict.fromkeys(("pem", "key", "ppk"), "private-key"),
    **dict.fromkeys(("p12", "pfx", "jks", "keystore"), "keystore"),
    **dict.fromkeys(("tfstate", "tfvars"), "state"),
}
_STEMS = frozenset(("credential", "credentials", "secret", "secrets"))
_DATA = frozenset(("json", "yaml", "yml", "toml", "ini", "properties", "txt", ""))
_ACCOUNTS = (("service", "account"), ("serviceaccount",), ("client", "secret"), ("credentials",))
_HOMES: Mapping[str, str] = {".aws": "credentials", ".docker": "config.json", ".kube": "config"}


def kind_of(path: str) -> Kind | None:
    """What secret a file of this name may hold; None for none, an example, a public or a test's key."""
    found = _by_name(path)
    return found if found and _TESTING.isdisjoint(name_words(dirname(path))) else None


def _by_name(path: str) -> Kind | None:
    name = basename(path).lower()
    words = name_words(name)
    ending = name.rpartition(".")[2] if "." in name else ""
    if ending in _CODE or not _TEMPLATES.isdisjoint(words):
        return None
    if name == ".env" or name.startswith(_ENV_STARTS) or (ending == "env" and name != "env"):
        return "env"
    found = _NAMES.get(name) or _ENDINGS.get(ending)
    if found in ("private-key", "keystore"):
        return found if _PUBLIC.isdisjoint(words) else None
    if found is None and _HOMES.get(basename(dirname(path)).lower()) == name:
        return "credentials"
    if found is None and ending in _DATA and name.removesuffix(f".{ending}") in _STEMS:
        return "credentials"
    if found is None and ending == "json" and any(_holds(words, each) for each in _ACCOUNTS):
        return "credentials"
    return found


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return any(words[at : at + len(part)] == part for at in range(len(words)))


def held_in(contents: Mapping[str, tuple[Kind, bytes]]) -> Mapping[str, bool | None]:
    """For each file, by any name that tells it apart: whether a real secret was in it, in plain text.

    Looked for as in the files that are there. None for what is no text, such as a keystore.
    """
    from readiness.facts.secrets.nouns import CANDIDATE, TABLES  # noqa: PLC0415 - only where a file went
    from readiness.facts.store import Store  # noqa: PLC0415 - only where a file went
    from readiness.tree.memory import MemoryTree  # noqa: PLC0415 - only where a file went

    # By a name under which each is searched, whatever it was called.
    names = {
        name: f"{number}/{'.env' if kind == 'env' else 'secrets.yaml'}"
        for number, (name, (kind, _)) in enumerate(sorted(contents.items()))
    }
    facts = Store(MemoryTree({names[name]: content for name, (_, content) in contents.items()}), TABLES)
    real = {row.path for row in facts.collected(CANDIDATE).rows if not row.placeholder}
    real |= {row.path for row in facts.collected(envfiles.FILE).rows if row.secret_keys}
    return {name: _held(contents[name][1], found=names[name] in real) for name in names}


def _held(content: bytes, *, found: bool) -> bool | None:
    if content.startswith(b"\0GITCRYPT"):
        return False
    if b"\0" in content:
        return None
    return found or any(sign in content for sign in (b"client-key-data: ", b"Encryption: none\n"))
