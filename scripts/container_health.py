"""A container's own look at its role: exit status 0 while `/live` answers 200.

The API answers on its port; every other role on CINEMATCH_PROBE_PORT. Standard library only.
"""

import http.client
import os
import sys

SECONDS = 4.0


def main() -> int:
    """Ask the role in this container."""
    port = os.environ.get("CINEMATCH_PROBE_PORT") or os.environ.get("CINEMATCH_PORT") or "8000"
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=SECONDS)
    try:
        connection.request("GET", "/live")
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"No answer at port {port}: {error}\n")
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    raise SystemExit(main())
