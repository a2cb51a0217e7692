"""Does every line stand in its room? `python -m scripts.check_rooms`, silent when all is well.

Three house rules that no other tool knows (.importlinter holds the rest):
budgets, doors (a room is entered by its core, service, ports or schemas only) and drivers
(a driver or framework is imported in the files named after it).
"""

import ast
import fnmatch
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MODULE_LINES, TEST_LINES, TYPESCRIPT_LINES, FUNCTION_LINES = 400, 500, 250, 40

ENTRANCES = {"core", "ports", "schemas", "service"}
OPEN_TO_ALL = {"infra", "kit", "settings"}
# These put the building together, so they may open every door.
BUILDERS = {"__main__", "api", "bootstrap", "cli", "worker"}

_HTTP = ("*/endpoints.py", "*/endpoints/*", "*/api.py", "cinematch/api/*")
_COMMANDS = ("*/commands.py", "*/commands/*", "cinematch/cli.py", "cinematch/infra/terminal.py")
DRIVERS = {
    "sqlite3": ("*/sqlite.py", "*/sqlite/*"),
    "fastapi": _HTTP,
    "starlette": _HTTP,
    "sse_starlette": _HTTP,
    "uvicorn": (*_HTTP, *_COMMANDS, "cinematch/worker/*"),
    "typer": _COMMANDS,
    "rich": _COMMANDS,
    "pymongo": ("*/mongo.py", "*/mongo/*"),
    "redis": ("*/redis.py", "*/redis/*"),
    "confluent_kafka": ("*/kafka.py", "*/kafka/*"),
    "pyspark": ("*/spark.py", "*/spark/*"),
    "irspack": ("*/irspack.py",),
    "myfm": ("*/myfm.py",),
    "sklearn": ("*/sklearn.py",),
    "threadpoolctl": ("*/irspack.py", "*/myfm.py", "*/sklearn.py", "*/threads.py"),
}


@dataclass(frozen=True)
class Import:
    line: int
    module: str  # as far as it is known to be a module
    names: tuple[str, ...]  # what `from module import ...` takes out of it

    def parts(self) -> Iterator[list[str]]:
        """Each name this statement reaches, as dotted parts."""
        for name in self.names or ("",):
            yield [part for part in (*self.module.split("."), name) if part]


def check(root: Path) -> Iterator[str]:
    """Every broken rule below `root`, as `path:line: what to do`."""
    for folder in ("benchmarks", "cinematch", "scripts", "tests"):
        for file in sorted((root / folder).rglob("*.py")):
            yield from check_python(file, file.relative_to(root).as_posix())
    for file in sorted((root / "web" / "src").rglob("*.ts*")):
        path = file.relative_to(root).as_posix()
        if not path.startswith("web/src/api/"):
            yield from check_length(path, file.read_text(encoding="utf-8"), TYPESCRIPT_LINES)


def check_python(file: Path, path: str) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text, filename=path)
    yield from check_length(path, text, TEST_LINES if path.startswith("tests/") else MODULE_LINES)
    yield from check_functions(path, tree)
    if path.startswith("cinematch/"):
        for statement in imports(tree):
            yield from check_drivers(path, statement)
            yield from check_doors(path, statement)


def check_length(path: str, text: str, limit: int) -> Iterator[str]:
    lines = text.count("\n")
    if lines > limit:
        yield f"{path}:{limit + 1}: {lines} lines; the budget is {limit}: split it"


def check_functions(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = length(node)
            if lines > FUNCTION_LINES:
                yield (
                    f"{path}:{node.lineno}: {node.name}() has {lines} lines; "
                    f"the budget is {FUNCTION_LINES}: give its parts names"
                )


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end; a docstring costs nothing."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def imports(tree: ast.Module) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, alias.name, ())
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield Import(node.lineno, node.module, tuple(alias.name for alias in node.names))


def check_drivers(path: str, statement: Import) -> Iterator[str]:
    driver = statement.module.partition(".")[0]
    allowed = DRIVERS.get(driver, ("*",))
    if not any(fnmatch.fnmatch(path, pattern) for pattern in allowed):
        yield f"{path}:{statement.line}: {driver} belongs in {' or '.join(allowed)}"


def check_doors(path: str, statement: Import) -> Iterator[str]:
    here = room_of(Path(path).with_suffix("").parts)
    if here in BUILDERS | OPEN_TO_ALL:
        return
    for parts in statement.parts():
        there = room_of(parts)
        if parts[0] != "cinematch" or there in {here, ""} | BUILDERS | OPEN_TO_ALL:
            continue
        if len(parts) < 3 or parts[2] not in ENTRANCES:
            yield (
                f"{path}:{statement.line}: {'.'.join(parts)} enters the room {there} "
                f"other than by its {', '.join(sorted(ENTRANCES))}"
            )


def room_of(parts: tuple[str, ...] | list[str]) -> str:
    """The room of cinematch/ROOM/..., or of cinematch.ROOM...; empty for the package itself."""
    return parts[1] if len(parts) > 1 and parts[1] not in {"__init__", "__version__"} else ""


def main() -> None:
    broken = list(check(Path(__file__).resolve().parent.parent))
    print(*broken, sep="\n", end="\n" if broken else "")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
