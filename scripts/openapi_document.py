"""Write what the API says of itself to docs/openapi.json: `make openapi`.

The page's types are made from that file (`npm run api`), and a test compares it with the API.
"""

import json
import tempfile
from pathlib import Path

from cinematch.api.app import create_app
from cinematch.bootstrap import build
from cinematch.settings import Settings
from scripts.bootstrap import ROOT

FILE = ROOT / "docs" / "openapi.json"


def document() -> str:
    """The OpenAPI document of this checkout, as it is kept in the file."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        services = build(settings)
        try:
            said = create_app(services, settings).openapi()
        finally:
            services.store.close()
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
