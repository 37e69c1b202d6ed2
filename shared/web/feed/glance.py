"""Taking in at a glance what is plainly good; the careful examination would let it in with the very same bytes.

Nothing is refused here: whatever is not plainly good, for whatever reason, is left to be examined with care.
"""

from __future__ import annotations

import orjson

from shared.contracts.canonical import canonical
from shared.contracts.strict import FIRST
from shared.web.feed.examine import Examiner
from shared.web.feed.stamp import Stamp
from shared.web.feed.taken import Taken


class Glance:
    """The first look at the lines of one call; most of them need no second one."""

    def __init__(self, examiner: Examiner, stamp: Stamp) -> None:
        self._examiner, self._stamp = examiner, stamp

    def take(self, line: bytes, taken: Taken) -> bool:
        """Take in a line that is plainly good; False leaves ``taken`` as it was.

        That its JSON has one meaning only is seen from the length of what is written from it. Plain data has no floats
        and no escapes, so nothing can come back longer than it was; a doubled key, white space, a sign before a nought
        come back shorter. Its numbers are bounded and its depth is too: `plain` knows no others.
        """
        if b"\\" in line or line.find(b'": ', 0, FIRST) >= 0:
            return False
        try:
            wire = orjson.loads(line)
        except orjson.JSONDecodeError:
            return False
        examiner = self._examiner
        frame = examiner.frame(wire) if wire.__class__ is dict else None
        if frame is None or examiner.secret(wire) or "time" not in wire:
            return False
        kind, data = examiner.kind(wire["type"]), wire["data"]
        if kind.plain is None or not kind.plain.isinstance_python(data):
            return False
        told = canonical(data)
        # A text that came without escapes needs none.
        written = frame % {
            b"id": wire["id"].encode(),
            b"subject": wire["subject"].encode(),
            b"time": wire["time"].encode(),
            b"data": told,
        }
        return len(written) == len(line) and self._stamp.seal(wire, told, written, kind.judge, taken)
