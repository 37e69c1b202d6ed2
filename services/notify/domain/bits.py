"""Sets of enterprise numbers as they travel: serialised roaring bitmaps in base64."""

from __future__ import annotations

import base64

from pyroaring import BitMap


def pack(numbers: BitMap) -> str:
    """Return a set as text; the empty set is the empty text. Equal sets give equal texts."""
    if not numbers:
        return ""
    copy = BitMap(numbers)
    copy.run_optimize()
    return base64.b64encode(copy.serialize()).decode("ascii")


def unpack(text: str) -> BitMap:
    """Return the set in a text."""
    return BitMap.deserialize(base64.b64decode(text)) if text else BitMap()
