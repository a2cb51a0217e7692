"""An evaluation from a folder of a public data set to its report, on disk."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cinematch.kit.errors import Invalid, StoreFull
from cinematch.kit.ids import new_id
from cinematch.recommender.core.options import EvaluationOptions
from cinematch.recommender.core.report_page import page
from cinematch.recommender.datasets import read_dataset
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.evaluating import evaluate
from cinematch.recommender.service.fitting import Report


def evaluate_dataset(
    folder: Path, name: str, options: EvaluationOptions, fitters: Fitters, report: Report
) -> dict[str, Any]:
    """Read a data set and judge the recommender on it; see `service.evaluating.evaluate`.

    Raises:
        Invalid: it does not read, or there is too little of it.
    """
    report("reading", 0, 1)
    return evaluate(read_dataset(folder, name), options, fitters, report)


def check_report(**files: Path | None) -> None:
    """Look whether reports can be written, before what takes long, by the names of the options.

    Raises:
        Invalid: one cannot; names the option.
    """
    for option, file in files.items():
        if file is None:
            continue
        field = f"--{option.replace('_', '-')}"
        if file.is_dir() or not file.parent.is_dir():
            what = "is a folder" if file.is_dir() else f"there is no folder {file.parent}"
            raise Invalid.field(field, what, "give a file in a folder that is there")
        if not os.access(file.parent, os.W_OK):
            raise Invalid.field(field, f"{file.parent} cannot be written", "give another folder")


def write_report(result: Mapping[str, Any], json_file: Path | None, page_file: Path | None) -> None:
    """Write what an evaluation gave, as JSON and as a page that needs nothing else.

    Raises:
        StoreFull: there is no room; the files of before are as they were.
    """
    if json_file:
        text = json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False)
        _write(json_file, text + "\n")
    if page_file:
        _write(page_file, page(result))


def _write(file: Path, text: str) -> None:
    coming = file.with_name(f".{file.name}.{new_id()}")
    try:
        coming.write_text(text, encoding="utf-8")
        coming.replace(file)
    except OSError as error:
        raise StoreFull(f"{file} cannot be written ({error.strerror}).") from error
    finally:
        coming.unlink(missing_ok=True)
