"""Names and sentences of a made-up repository, by chance, the same for the same seed."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_THINGS = _words("""
    account address agent alarm archive asset audience badge balance basket batch booking branch broker
    budget bundle calendar campaign canvas carrier catalog channel charge checkpoint claim client
    cluster column comment contract country course credit currency customer dataset deal delivery
    deposit device digest discount dispatch document domain draft driver edition element employee engine
    entry estimate event exchange expense export feature feed field filter flight folder forecast form
    gallery gateway grant group guide holder index insight invoice item journal kernel label
    ledger lesson letter license line listing locale location lot machine mailbox margin market measure
    member menu message metric milestone model module notice number object offer order outlet owner
    package page panel parcel partner passage patient payment period permit photo plan player policy
    portal position price probe process product profile project quota quote range rate reading receipt
    record region rental report request reserve resource result review reward role room route rule
    sample schedule score season seat section segment sensor series session shelf shift shipment signal
    slot source stage statement station stock store stream student subject summary supplier survey table
    tariff task team template tenant term ticket token topic tour track trade transfer trip unit upload
    usage vehicle vendor venue version visit voucher wallet warehouse window workspace zone
""")
_ACTIONS = _words("""
    accept add allocate apply approve assign attach balance bind build cancel change charge check claim
    clean close collect combine compare compute confirm convert count create decide decode deliver
    derive describe detach divide draw encode enrich ensure estimate expand export extract fetch fill
    filter find finish fold format gather group handle hold import inspect join keep lift link list load
    lock match measure merge move normalize notify open order pack parse pick place plan prepare publish
    query raise rank read rebuild record reduce refresh release remove render replace report reserve
    resolve restore resume retry review rotate route save scale schedule search select send settle share
    sort split start stop store submit sum sync tag take test track trim update validate verify watch
    weigh write
""")
_QUALITIES = _words("""
    active annual available basic broad calm central clear closed common complete current daily direct
    distinct early empty exact external fair fast final firm first fixed formal full general global
    gross hidden initial inner internal joint known large last late latest lean light local long lower
    main manual minor missing mixed monthly narrow net new next nominal normal old open optional outer
    paid partial past pending plain primary private public quick rare ready recent regular remote rich
    round safe secondary second secure shared short simple single slow small solid special stable
    standard steady strict strong total trusted unique upper valid weekly whole wide
""")


class Words:
    """Names and sentences by chance, the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self.chance = Random(seed)  # noqa: S311 - nothing here is a secret

    def thing(self) -> str:
        """A noun."""
        return self.chance.choice(_THINGS)

    def name(self) -> str:
        """A name such as ``late_invoice`` or ``late_invoice_batch``."""
        parts = [self.chance.choice(_QUALITIES), self.chance.choice(_THINGS)]
        if self.chance.random() < 0.4:
            parts.append(self.chance.choice(_THINGS))
        return "_".join(parts)

    def action(self) -> str:
        """A name such as ``settle_invoice_batch``."""
        return f"{self.chance.choice(_ACTIONS)}_{self.name().partition('_')[2]}"

    def kind(self) -> str:
        """A name such as ``LateInvoice``."""
        return "".join(part.capitalize() for part in self.name().split("_"))

    def sentence(self) -> str:
        """Eight to twenty words and a full stop."""
        pick = self.chance.choice
        parts = []
        for _ in range(self.chance.randint(2, 5)):
            parts += ["the", pick(_QUALITIES), pick(_THINGS), f"{pick(_ACTIONS)}s"]
        return f"{' '.join([*parts, 'a', pick(_THINGS)]).capitalize()}."

    def number(self) -> int:
        """A number as programs have them: small ones often, large ones seldom."""
        return self.chance.randint(0, 10 ** self.chance.randint(1, 4))

    def version(self) -> str:
        """A version of three parts."""
        return f"{self.chance.randint(0, 9)}.{self.chance.randint(0, 30)}.{self.chance.randint(0, 12)}"

    def digits(self, count: int) -> str:
        """Hexadecimal digits."""
        return f"{self.chance.getrandbits(count * 4):0{count}x}"


def camel(name: str) -> str:
    """``late_invoice`` as ``lateInvoice``."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def filled(words: Words, head: str, parts: tuple[Callable[[Words], str], ...], size: int) -> str:
    """``head`` and then one of ``parts`` after another, until there are ``size`` characters."""
    chosen, length = [head], len(head)
    while length < size:
        part = words.chance.choice(parts)(words)
        chosen.append(part)
        length += len(part)
    return "\n".join(chosen)
