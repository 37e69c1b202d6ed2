"""Texts and files of erased documents are destroyed: noted down with the news, worked off by a sweep."""

from __future__ import annotations

from collections.abc import Sequence

from shared.bus.decider import Heard
from shared.contracts.facts.catalog import DocumentWithdrawn
from shared.store.port import Row

ERASURES = "erasures"
"""Table of blobs still to be destroyed."""


def erasure_rows(heard: Heard) -> Sequence[Row]:
    """Note down every blob of an erased document."""
    fact: DocumentWithdrawn = heard.fact
    return [Row(ERASURES, sha256, 1, {"document": fact.document_id}) for sha256 in fact.blobs]
