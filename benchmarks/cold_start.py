"""Cold start: from `cinematch serve` on an existing data folder to the first answered request.

Baseline: a bare FastAPI application with one handler, served by the same uvicorn.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.harness import against, in_turns, options, report
from tests.support.ports import free_port
from tests.support.server import Server

_BARE = """
import uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/live")
def live() -> dict[str, str]:
    return {"status": "alive"}
uvicorn.run(app, host="127.0.0.1", port=%d, log_level="error")
"""


def seconds_to_answer(start: "subprocess.Popen[bytes]", url: str) -> float:
    """Return the seconds until `url` answers; the clock began when the process was started."""
    began = time.perf_counter()
    while True:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return time.perf_counter() - began
        except httpx.TransportError:
            if start.poll() is not None:
                raise RuntimeError("the server ended before it answered") from None
            time.sleep(0.005)


def ours(data_dir: Path) -> float:
    """Start the product once, and stop it."""
    port = free_port()
    environment = {
        **os.environ,
        "CINEMATCH_DATA_DIR": str(data_dir),
        "CINEMATCH_PORT": str(port),
        "CINEMATCH_HOST": "127.0.0.1",
    }
    return _once([sys.executable, "-m", "cinematch", "serve"], port, "/api/setup", environment)


def bare() -> float:
    """Start the bare application once, and stop it."""
    port = free_port()
    return _once([sys.executable, "-c", _BARE % port], port, "/live", dict(os.environ))


def _once(command: list[str], port: int, path: str, environment: dict[str, str]) -> float:
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        return seconds_to_answer(process, f"http://127.0.0.1:{port}{path}")
    finally:
        process.terminate()
        process.wait(timeout=15)


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__ or "")
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder, "data")
        with Server(data_dir) as first:  # fills the catalogue, so that the folder exists
            first.sign_up()
        measured = in_turns(
            {"ours": lambda: ours(data_dir), "bare": bare}, rounds=5 if chosen.quick else 15
        )
    figure = against(
        "cold start to first answer",
        measured["ours"],
        measured["bare"],
        unit="s",
        n=len(measured["ours"]),
        note="aim ≤ 3 s; baseline: a bare FastAPI application under uvicorn",
    )
    report([figure], as_json=chosen.json)


if __name__ == "__main__":
    main()
