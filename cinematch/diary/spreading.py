"""A corrected film reaches everybody's figures: its facts flow into the entries as events."""

from cinematch.diary.service import DiaryService
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Store

_BATCH = 100


class CorrectionSpreader:
    """Carries corrections into entries; what is left of an interrupted run is done by the next."""

    def __init__(self, store: Store, films: FilmsRepository, diary: DiaryService) -> None:
        self._store = store
        self._films = films
        self._diary = diary

    def run(self) -> int:
        """Spread what has not been spread; return how many entries changed."""
        changed = 0
        while waiting := self._store.snapshot(
            lambda tx: self._films.corrections_to_spread(tx, _BATCH)
        ):
            for correction in waiting:
                changed += self._diary.refresh_facts(
                    correction.film_id, cause=f"correction:{correction.correction_id}"
                )
                self._mark(correction.correction_id)
        return changed

    def _mark(self, correction_id: int) -> None:
        self._store.transact(lambda tx: self._films.mark_spread(tx, correction_id))
