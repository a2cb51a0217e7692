"""What a file says, sorted by film in memory: most files are small enough for that."""

from collections.abc import Iterator, Mapping, Sequence

from cinematch.transfer.core.items import FilmRef, Mention
from cinematch.transfer.core.rows import Resolved

_CHARACTERS = 500


class Staging:
    """Implements `transfer.ports.Scratch` without a disk.

    `weight` tells how much is held: a line counts one, and one more for each 500 characters of its
    text. Whoever fills it looks at that and goes on elsewhere, beginning with `mentions`.
    """

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.weight = 0
        self._refs: dict[str, FilmRef] = {}
        self._found: dict[str, Resolved] = {}
        self._items: dict[int, list[tuple[int, int, str]]] = {}

    def add(self, mentions: Sequence[Mention]) -> None:
        """Keep mentions, in order."""
        self.mentions += mentions
        self.weight += len(mentions)
        refs = self._refs
        for mention in mentions:
            ref = mention.ref
            known = refs.setdefault(ref.key, ref)
            if known is not ref and ref.known_ids > known.known_ids:
                refs[ref.key] = ref
            if mention.review or mention.note:
                self.weight += (len(mention.review or "") + len(mention.note)) // _CHARACTERS

    def films(self, limit: int) -> Iterator[list[FilmRef]]:
        """Yield all films named, by key: what is alike stands near in the catalogue, too."""
        keys = sorted(self._refs)
        for start in range(0, len(keys), limit):
            yield [self._refs[key] for key in keys[start : start + limit]]

    def settle(self, found: Mapping[str, Resolved]) -> None:
        """Note by key what the films were found to be."""
        self._found.update(found)

    def groups(self) -> Iterator[tuple[Resolved, list[Mention]]]:
        """Yield the mentions of one film after the other, in the order of the file."""
        by_target: dict[str, list[Mention]] = {}
        for mention in self.mentions:
            by_target.setdefault(self._found[mention.ref.key].target, []).append(mention)
        for group in by_target.values():
            yield self._found[group[0].ref.key], group

    def count(self) -> int:
        """Return how many films there are, as settled."""
        return len({found.target for found in self._found.values()})

    def add_items(self, items: Sequence[tuple[int, int, int, str]]) -> None:
        """Keep places on lists."""
        for list_no, position, row_id, note in items:
            self._items.setdefault(list_no, []).append((position, row_id, note))

    def items(self, list_no: int) -> list[tuple[int, str]]:
        """Return a list's places in order."""
        places = sorted(self._items.get(list_no, ()), key=lambda place: place[0])
        return [(row_id, note) for _, row_id, note in places]
