"""An evaluation as one page that needs nothing else: tables, and bars with their intervals."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

_STYLE = """
:root{color-scheme:light dark;--ink:#1c1b1a;--soft:#5d5a56;--line:#d9d5cf;--ground:#faf8f5;
--bar:#9db4c8;--ours:#2f6690;--mark:#1c1b1a}
@media (prefers-color-scheme:dark){:root{--ink:#ece8e2;--soft:#a8a29a;--line:#3b3834;
--ground:#171614;--bar:#4b6377;--ours:#7fb2d9;--mark:#ece8e2}}
body{margin:0 auto;max-width:60rem;padding:2rem 1.25rem 4rem;background:var(--ground);
color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2.5rem 0 .5rem}
p{max-width:44rem}.soft{color:var(--soft)}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .9rem .3rem 0;text-align:right;border-bottom:1px solid var(--line);
white-space:nowrap}th:first-child,td:first-child{text-align:left}
th{font-weight:600}td small{color:var(--soft)}tr.ours td{font-weight:600}
svg{display:block;width:100%;min-width:36rem;height:auto;margin:.5rem 0}
svg text{fill:var(--ink);font-size:13px}
"""

_ROW, _LABEL, _WIDTH, _END = 30, 190, 720, 150
"""Pixels: of a bar's row, its label, the whole, and the figure at its end."""


def page(result: Mapping[str, Any]) -> str:
    """Return the whole page, as HTML, of what `service.evaluating.evaluate` gave."""
    data = result["data"]
    title = f"How well films are recommended: {data['name']}"
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            *_preface(result),
            *_ranking(result),
            *_stars(result),
            *_segments(result),
            *_cold_start(result),
            *_chosen(result),
            "</body></html>\n",
        ]
    )


def _preface(result: Mapping[str, Any]) -> Iterator[str]:
    data, protocol = result["data"], result["protocol"]
    yield (
        f'<p class="soft">{data["ratings"]:,} ratings of {data["films"]:,} films by '
        f"{data['users']:,} people, {escape(data['scale'])}; density {data['density']:.2%}.</p>"
    )
    splits = "; ".join(
        f"{escape(name)} ({learnt:,} learnt from, {judged:,} kept back)"
        for name, learnt, judged in zip(
            protocol["splits"], protocol["learnt from"], protocol["judged by"], strict=True
        )
    )
    strangers = protocol["rows of people not known before"]
    yield (
        f"<p>Split: {splits}. Of the rows kept back {sum(strangers) / len(strangers):.0%} are of "
        "people who were not known before. Everything chosen, of ours and of the baselines, was "
        "chosen on a part of what is learnt from. Figures stand with their 95 % bootstrap "
        "interval over people.</p>"
    )


def _ranking(result: Mapping[str, Any]) -> Iterator[str]:
    ranking = result["ranking"]
    if not ranking:
        return
    yield "<h2>Lists</h2><p>Every film that a person has not seen is ranked; people known before. "
    yield "A film is relevant when it was kept back. NDCG: binary gain, log₂ discount, ideal list "
    yield "of min(10, relevant). Recall is divided by all relevant films, or by those that fit "
    yield "into the list. MAP is divided by min(20, relevant).</p>"
    ordered = sorted(ranking, key=lambda name: -ranking[name]["ndcg@10"].get("value", 0.0))
    bars = [(name, ranking[name]["ndcg@10"]) for name in ordered]
    yield _bars("NDCG@10", bars, "ensemble")
    accuracy = ["ndcg@10", "recall@20", "recall@20 of reachable", "map@20"]
    yield _table(ordered, ranking, accuracy, "ensemble")
    yield "<h2>The ensemble less each other</h2><p>NDCG@10, paired by person; an interval above 0 "
    yield "says that the ensemble is better by more than chance.</p>"
    differences = result["differences"]
    rows = [name for name in ordered if name in differences]
    yield _table(rows, {name: {"difference": differences[name]} for name in rows}, ["difference"])
    yield "<h2>Variety</h2><p>Of the first ten. Distance within a list and genre miscalibration by "
    yield "what films are made of; novelty is −log₂ of the share of people who have seen a film; "
    yield "serendipity the share of places with a relevant film that popularity would not show; "
    yield "coverage the share of films in anybody's list; Gini 0 when all are shown alike.</p>"
    variety = [name for name in ranking[ordered[0]] if name not in accuracy]
    catalogue = result["catalogue"]
    told = {name: {**ranking[name], **catalogue[name]} for name in ordered}
    yield _table(ordered, told, [*variety, *catalogue[ordered[0]]], "ensemble")


def _stars(result: Mapping[str, Any]) -> Iterator[str]:
    stars = result["stars"]
    if not stars:
        return
    yield "<h2>Predicted stars</h2><p>In stars of the scale above, never another. Skill is the "
    yield "RMSE over that of the biases on the same rows; below 1 is better than they.</p>"
    for name in ("all", "known people", "new people"):
        if stars[name]:
            yield f"<h3>{name.capitalize()}</h3>"
            yield _table(list(stars[name]), stars[name], ["rmse", "mae", "skill"])
    held = stars["80 % intervals hold"]
    if held["people"]:
        yield f"<p>Of the 80 % intervals {held['value']:.1%} held what was given.</p>"


def _segments(result: Mapping[str, Any]) -> Iterator[str]:
    segments = {name: figures for name, figures in result["segments"].items() if figures}
    if segments:
        names = list(dict.fromkeys(name for figures in segments.values() for name in figures))
        yield "<h2>By how much is known of people</h2>"
        yield _table(list(segments), segments, names)


def _cold_start(result: Mapping[str, Any]) -> Iterator[str]:
    curve = result["cold start"]
    if not curve:
        return
    yield "<h2>Newcomers</h2><p>RMSE of twenty ratings of people who were not learnt from, after "
    yield "so many ratings of theirs; beside it the film's mean with a shrunken bias.</p>"
    rows = {f"{step['ratings']} ratings": step for step in curve}
    yield _table(list(rows), rows, ["rmse", "film mean + bias rmse"])


def _chosen(result: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>What was chosen on validation</h2>"
    for number, chosen in enumerate(result["chosen"], start=1):
        weights = ", ".join(f"{name} {weight:g}" for name, weight in chosen["weights"].items())
        rest = "; ".join(
            f"{escape(name)} {value:g}"
            for name, value in chosen.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        )
        told = f"weights {escape(weights)}; " if weights else ""
        yield f'<p class="soft">Split {number}: {told}{rest}.</p>'


def _table(
    rows: Sequence[str],
    figures: Mapping[str, Mapping[str, Any]],
    columns: Sequence[str],
    ours: str = "",
) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in ("", *columns))
    body = "".join(
        f"<tr{' class=ours' if row == ours else ''}><td>{escape(row)}</td>"
        + "".join(f"<td>{_cell(figures[row].get(column))}</td>" for column in columns)
        + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _cell(figure: Any) -> str:
    if isinstance(figure, Mapping):
        if not figure["people"]:
            return "–"
        bounds = f"{figure['low']:.4f} to {figure['high']:.4f}"
        return f"{figure['value']:.4f} <small>{bounds}</small>"
    return "–" if figure is None else f"{figure:.4f}"


def _bars(name: str, bars: Sequence[tuple[str, Mapping[str, Any]]], ours: str) -> str:
    known = [(label, one) for label, one in bars if one["people"]]
    if not known:
        return ""
    longest = max(one["high"] for _, one in known) or 1.0
    scale = (_WIDTH - _LABEL - _END) / longest
    view = f'viewBox="0 0 {_WIDTH} {_ROW * len(known)}"'
    rows = [
        _bar(row * _ROW + _ROW / 2, label, one, scale, "ours" if label == ours else "bar")
        for row, (label, one) in enumerate(known)
    ]
    label = f'role="img" aria-label="{escape(name)} of each"'
    return f'<div class="wide"><svg {view} {label}>{"".join(rows)}</svg></div>'


def _bar(middle: float, label: str, one: Mapping[str, Any], scale: float, colour: str) -> str:
    low, value, high = (_LABEL + scale * one[bound] for bound in ("low", "value", "high"))
    whiskers = f"M{low:.1f} {middle}H{high:.1f}" + "".join(
        f"M{end:.1f} {middle - 4}v8" for end in (low, high)
    )
    box = f'x="{_LABEL}" y="{middle - 9}" width="{max(value - _LABEL, 0):.1f}" height="18"'
    return (
        f'<text x="{_LABEL - 10}" y="{middle + 4}" text-anchor="end">{escape(label)}</text>'
        f'<rect {box} fill="var(--{colour})"/>'
        f'<path d="{whiskers}" stroke="var(--mark)" fill="none"/>'
        f'<text x="{high + 8:.1f}" y="{middle + 4}">{one["value"]:.3f}</text>'
    )
