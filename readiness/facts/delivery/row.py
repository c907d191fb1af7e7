"""The row of a delivery by a controller."""

from __future__ import annotations

from typing import Annotated, Literal

from readiness.facts.model import Glob, Row


class Delivery(Row, frozen=True, kw_only=True):
    """Something that a controller in a cluster keeps as a repository says."""

    tool: Annotated[Literal["argocd", "flux"], "the controller"]
    kind: Annotated[str, "the kind of object that asks for it, such as Application or Kustomization"]
    name: Annotated[str, "its name"]
    source: Annotated[str, "where it is taken from, as written; empty if not to be known"]
    source_path: Annotated[Glob, "the folder in that source, empty for its root and for a chart"]
    automated: Annotated[bool, "a change of the source is applied without a person"]
    heals: Annotated[bool, "what somebody changes in the cluster is put back"]
    rolls_back: Annotated[bool, "an upgrade that fails is taken back by the controller"]
    here: Annotated[
        bool | None, "it is taken from this repository; unknown where the repository's address is"
    ]
    live: Annotated[
        bool | None,
        "a controller surely delivers it from here: Flux wrote here what it was set up with; false if a "
        "person must, or if it is taken from elsewhere; else unknown",
    ]
