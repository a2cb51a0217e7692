"""Write the contract of the topic of events: `python -m scripts.event_schema`.

A test compares the file with the events of the code.
"""

import json

from cinematch.events.core import SCHEMA_VERSION
from cinematch.events.schemas import event_schema
from scripts.bootstrap import ROOT

FILE = ROOT / "docs" / "events" / f"user-movie-event.v{SCHEMA_VERSION}.json"


def document() -> str:
    """The contract of this checkout, as it is kept in the file."""
    return json.dumps(event_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(document(), encoding="utf-8")
