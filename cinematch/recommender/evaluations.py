"""An evaluation from a folder of a public data set to its report, on disk."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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


def write_report(result: Mapping[str, Any], json_file: Path | None, page_file: Path | None) -> None:
    """Write what an evaluation gave, as JSON and as a page that needs nothing else."""
    if json_file:
        text = json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False)
        json_file.write_text(text + "\n", encoding="utf-8")
    if page_file:
        page_file.write_text(page(result), encoding="utf-8")
