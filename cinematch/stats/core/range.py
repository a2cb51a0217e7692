"""Figures of a range of dates: the contributions of images cut down to the viewings in it."""

from calendar import monthrange
from collections.abc import Iterator

from msgspec.structs import replace

from cinematch.events.core import Image, Watch


def within(watched: str, first: str, last: str) -> bool:
    """Whether the whole of a partial date lies from day `first` to day `last`; never for "".

    >>> within("2024-05", "2024-01-01", "2024-12-31"), within("2024", "2024-01-01", "2024-06-30")
    (True, False)
    """
    if not watched:
        return False
    if len(watched) == 10:
        return first <= watched <= last
    year, month = int(watched[:4]), int(watched[5:] or 12)
    starts = watched + ("-01" if len(watched) == 7 else "-01-01")
    ends = f"{watched[:4]}-{month:02}-{monthrange(year, month)[1]}"
    return first <= starts and ends <= last


def limited(image: Image, first: str, last: str) -> Image | None:
    """Return the image with only its viewings in the range, None when none is.

    Which viewing was the first is told by the whole image: the others are marked as rewatches, so
    that the rewatches of ranges add up to those of all time.
    """
    watches = tuple(w for w in marked(image.watches) if within(w.date, first, last))
    return replace(image, watches=watches) if watches else None


def marked(watches: tuple[Watch, ...]) -> Iterator[Watch]:
    """Yield viewings, each but the first one that was not said to be a rewatch marked as one.

    >>> [w.rewatch for w in marked((Watch("a"), Watch("b"), Watch("c", rewatch=True)))]
    [False, True, True]
    """
    first = next((w for w in watches if not w.rewatch), None)
    for watch in watches:
        yield watch if watch is first or watch.rewatch else replace(watch, rewatch=True)
