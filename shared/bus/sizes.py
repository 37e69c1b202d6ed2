"""One rule for how large a record may be, so that every adapter refuses the same ones before it writes anything."""

from __future__ import annotations

from collections.abc import Sequence

from shared.bus.group import LARGEST, LARGEST_HEADERS
from shared.bus.port import Draft, TooLarge


def refuse_too_large(drafts: Sequence[Draft]) -> None:
    """Raise ``TooLarge`` for the first draft no broker would take."""
    for index, draft in enumerate(drafts):
        # Characters first: counting the bytes of every key and header is only worth it for the few that come close.
        size = len(draft.value) + len(draft.key) * 4
        if size > LARGEST and (size := len(draft.value) + len(draft.key.encode())) > LARGEST:
            raise TooLarge(index, size)
        if draft.headers:
            extra = sum(len(name) * 4 + len(value) + 10 for name, value in draft.headers)
            if extra > LARGEST_HEADERS:
                raise TooLarge(index, size + extra)
