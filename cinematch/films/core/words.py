"""From the words of a person to the words of a search. Pure."""

from collections.abc import Sequence


def expression(words: Sequence[Sequence[str]]) -> str:
    """Return an FTS5 expression: one choice of each word, the last word perhaps unfinished.

    >>> expression([["seven"], ["samurai", "samurais"]])
    '("seven") AND ("samurai"* OR "samurais"*)'
    """
    groups = []
    for n, choices in enumerate(words):
        star = "*" if n == len(words) - 1 else ""
        quoted = (f'"{choice.replace(chr(34), "")}"{star}' for choice in choices)
        groups.append(f"({' OR '.join(quoted)})")
    return " AND ".join(groups)
