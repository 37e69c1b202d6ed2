"""A process that saves and never relays until it is killed: ``saver.py ADDRESS`` prints each id once it is durable."""

import asyncio
import sys
from itertools import count

from shared.store.mongo import MongoStore
from shared.store.port import Store
from shared.store.sqlite import SqliteStore
from tests.support.stored import document


async def main(address: str) -> None:
    """Save documents that owe two events each, for ever."""
    store: Store = MongoStore(address) if address.startswith("mongodb") else SqliteStore(address)
    for number in count():
        await store.save([document(f"d{number:05}", owes=2)])
        print(f"d{number:05}", flush=True)


asyncio.run(main(sys.argv[1]))
