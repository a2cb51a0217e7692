"""A consumer of one's own: copy this file, give it another name, and change `handle`.

    python consumer_template.py          # goes on until Ctrl-C
    python consumer_template.py --once   # takes what there is, and ends

It reads the same environment as CineMatch itself: CINEMATCH_DATA_DIR alone tails the outbox of one
machine; MONGODB_URL and KAFKA_BOOTSTRAP_SERVERS make it a consumer group of a cluster.

This one counts how often each genre was watched.
"""

import json
import signal
import sys
import threading
from collections import Counter
from collections.abc import Sequence

from cinematch.bootstrap import build
from cinematch.bootstrap.fanout import consumer_loop
from cinematch.events.core import Event, Image
from cinematch.infra.ports import Store, Tx
from cinematch.ops.ports import OpsRepository
from cinematch.settings import read_settings

PLACE = "consumer.genres"


class GenreCounter:
    """Implements `events.ports.Handler`."""

    name = "genres"  # progress is kept under it: another name begins at the first event

    def __init__(self, records: OpsRepository) -> None:
        self._records = records

    def handle(self, tx: Tx, events: Sequence[Event]) -> None:
        """Write the effect with `tx`: it is kept together with the progress, or not at all."""
        counts = Counter(self._records.setting(tx, PLACE) or {})
        for event in events:
            counts.update(viewings(event.after))
            counts.subtract(viewings(event.before))
        self._records.save_setting(tx, PLACE, +counts)

    def afterwards(self) -> None:
        """Do what is due outside the store, such as a call; here, nothing is."""

    def counts(self, store: Store) -> dict[str, int]:
        """Return what has been counted."""
        return dict(store.snapshot(lambda tx: self._records.setting(tx, PLACE)) or {})


def viewings(image: Image | None) -> dict[str, int]:
    """Return what a film adds to the counts: nothing where there is none."""
    return dict.fromkeys(image.film.genres, len(image.watches)) if image else {}


def main() -> None:
    """Run the consumer."""
    settings = read_settings()
    services = build(settings, role="none")
    handler = GenreCounter(services.ops)
    loop = consumer_loop(services, handler)
    try:
        if "--once" in sys.argv:
            loop.catch_up()
        else:
            over = threading.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: over.set())
            loop.start()
            over.wait()
            loop.stop()
        print(json.dumps(handler.counts(services.store), sort_keys=True))
    finally:
        loop.close()
        services.stop()


if __name__ == "__main__":
    main()
