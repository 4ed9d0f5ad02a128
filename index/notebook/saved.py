"""Saved searches: questions kept in `recherches.jsonl` beside the generations, and what is new.

New for a search is a passage whose text the archive had not when the search was last checked, and
which, found alone, would answer its question by the archive's own threshold of confidence
(`index.retrieval.confidence.answering`). The question is asked of the new passages only, so that
none is crowded out by old ones. A passage already announced stays so when its text is corrected or
when it moves: it is known by its text, and in its document by the likeness of its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, Protocol
from uuid import uuid4

import numpy as np

from index.export.source import Source, is_withheld
from index.model import Hit, Query
from index.notebook.files import (
    SEARCHES_NAME,
    SEEN_NAME,
    changing,
    check_name,
    now,
    write_lines,
)
from index.notebook.searches import Announced, News, SavedSearch, read_searches
from index.notebook.seen import SeenTexts, read_seen, write_seen
from index.notebook.sketch import are_alike, sketch
from index.retrieval.confidence import Calibration, Standard, Words, answering
from index.storage.columns import Mask, content_code
from index.storage.rows import PassageRow
from index.views.hits import hit_of
from ingest.errors import UsageError

# New passages that a search announces at one check, the best first.
MAX_NEWS: Final = 1000


class Judged(Source, Protocol):
    """An open archive with what it knows of its own silences."""

    calibration: Calibration | None


class SavedSearches:
    """The saved searches of an open archive."""

    def __init__(self, source: Judged) -> None:
        """Reads and writes beside the generations of `source`."""
        self._source = source
        self._archive = source.generation.path.parent

    def all(self) -> tuple[SavedSearch, ...]:
        """The saved searches, by name.

        Raises:
            UsageError: a line of their file cannot be read.
        """
        return tuple(sorted(read_searches(self._archive), key=lambda one: one.name))

    def find(self, name: str) -> SavedSearch:
        """The saved search of that name.

        Raises:
            UsageError: there is none.
        """
        for one in read_searches(self._archive):
            if one.name == name:
                return one
        raise _no_search(name, self.all())

    def save(self, name: str, query: Query | str, *, replaces: bool = False) -> SavedSearch:
        """The search, kept; what the archive holds now is not new for it.

        Raises:
            UsageError: the question is empty, the name is not one, or it is taken already and
                nothing is to be replaced.
            EncoderError: the model of the archive cannot be loaded.
            ArchiveError: the file cannot be written.
        """
        check_name(name)
        asked = query if isinstance(query, Query) else Query(query)
        self._source.searcher.plan(asked)
        with changing(self._archive):
            others = list(read_searches(self._archive))
            if any(one.name == name for one in others) and not replaces:
                raise UsageError(
                    f"La recherche «\u00a0{name}\u00a0» existe déjà. Choisissez un autre nom, ou "
                    "--force pour la remplacer."
                )
            _, number = self._meet(others)
            at = now()
            kept = SavedSearch(name, str(uuid4()), asked, at, at, number)
            self._write([*(one for one in others if one.name != name), kept])
        return kept

    def remove(self, name: str) -> None:
        """Forgets a search.

        Raises:
            UsageError: there is none of that name.
            ArchiveError: the file cannot be written.
        """
        with changing(self._archive):
            others = read_searches(self._archive)
            kept = [one for one in others if one.name != name]
            if len(kept) == len(others):
                raise _no_search(name, self.all())
            self._write(kept)

    def new(self, *names: str, keep: bool = True) -> tuple[News, ...]:
        """What is new for the searches of these names, or for all of them when none is given.

        Args:
            names: the searches.
            keep: whether what is given is not new any more; if not, it is given again next time.

        Raises:
            UsageError: there is no search of that name.
            EncoderError: the model of the archive cannot be loaded.
            ArchiveError: the file cannot be written.
        """
        with changing(self._archive):
            searches = {one.name: one for one in read_searches(self._archive)}
            for name in names:
                if name not in searches:
                    raise _no_search(name, list(searches.values()))
            seen, number = self._meet(searches.values())
            firsts = seen.first_checks(self._source.searcher.columns.content.codes)
            found = []
            for name in dict.fromkeys(names) or sorted(searches):
                news = self._check(searches[name], firsts > searches[name].last_check)
                checked = replace(news.search, last_check=number, checked_at=now())
                searches[name] = checked
                found.append(replace(news, search=checked))
            if keep and found:
                self._write(searches.values())
        return tuple(found)

    def keep(self, found: Iterable[News]) -> None:
        """Notes that what `new` gave with `keep=False` is not new any more.

        A search that was checked, replaced or removed meanwhile is left as it is.

        Raises:
            ArchiveError: the file cannot be written.
        """
        checked = {one.search.uid: one.search for one in found}
        with changing(self._archive):
            kept = []
            for one in read_searches(self._archive):
                later = checked.get(one.uid)
                is_ours = later is not None and later.last_check >= one.last_check
                kept.append(later if later is not None and is_ours else one)
            self._write(kept)

    def recent(self, search: SavedSearch, n: int) -> tuple[tuple[Announced, Hit], ...]:
        """The last `n` passages that a search announced and the archive shows, latest first."""
        found: list[tuple[Announced, Hit]] = []
        for one in reversed(search.announced):
            row = self._now(one)
            if row is not None and not is_withheld(self._source.searcher, row.key):
                found.append((one, hit_of(row)))
            if len(found) == n:
                break
        return tuple(found)

    def _now(self, announced: Announced) -> PassageRow | None:
        """The passage that was announced, where and as it is now; None when it is gone."""
        store, columns = self._source.searcher.corpus.store, self._source.searcher.columns
        row = store.passage(announced.passage_id)
        if row is not None and row.content_hash == announced.content_hash:
            return row
        code = content_code(announced.content_hash)
        moved = columns.keys[np.flatnonzero(columns.content.codes == code)]
        if len(moved):
            return store.passages([int(moved[0])])[int(moved[0])]
        alike = (
            one
            for one in store.passages_of(announced.doc_id)
            if are_alike(announced.sketch, sketch(one.text))
        )
        return next(alike, None)

    def _check(self, search: SavedSearch, is_new: Mask) -> News:
        """What is new for a search among the rows (n_rows,) of `is_new`."""
        fresh: list[Announced] = []
        hits: list[Hit] = []
        if not is_new.any():
            return News(search, ())
        given = {one.content_hash for one in search.announced}
        gone = self._gone(search.announced)
        at = now()
        for row, score in self._answers(search.query, is_new):
            one = Announced(row.passage_id, row.content_hash, sketch(row.text), at)
            if one.content_hash in given or any(_is_edited(other, one) for other in gone):
                continue
            given.add(one.content_hash)
            fresh.append(one)
            rank = len(fresh)
            hits.append(replace(hit_of(row), rank=rank, score=score, confident=True))
            if rank == MAX_NEWS:
                break
        # The worst first: what a feed shows first is then the best of the latest.
        announced = (*search.announced, *reversed(fresh))
        return News(replace(search, announced=announced), tuple(hits))

    def _gone(self, announced: Sequence[Announced]) -> list[Announced]:
        """Those whose text the archive has no more: what is there now may be a correction."""
        codes = np.array([content_code(one.content_hash) for one in announced], dtype=np.int64)
        held = self._source.searcher.columns.content.codes
        present = set(held[np.isin(held, codes)].tolist())
        return [
            one for one, code in zip(announced, codes.tolist(), strict=True) if code not in present
        ]

    def _answers(self, query: Query, is_new: Mask) -> Iterator[tuple[PassageRow, float]]:
        """Yields the rows of `is_new` that answer, best first, each with its score."""
        searcher = self._source.searcher
        plan = searcher.plan(replace(query, k=MAX_NEWS))
        selection = searcher.select(plan)
        mask = is_new if selection.mask is None else is_new & selection.mask
        if not mask.any():
            return
        found = searcher.find(plan, replace(selection, mask=mask))
        if found is None:
            return
        words = Words(plan.words, plan.expansions)
        standard = Standard(query.mode.value, self._source.calibration)
        is_answer = answering(found, words, searcher.lexical, standard)
        places = np.flatnonzero(is_answer)
        keys = searcher.columns.keys[found.rows[places]].tolist()
        rows = searcher.corpus.store.passages(keys)
        for place, key in zip(places.tolist(), keys, strict=True):
            yield rows[key], float(np.clip(found.scores[place], 0.0, 1.0))

    def _meet(self, searches: Iterable[SavedSearch]) -> tuple[SeenTexts, int]:
        """The texts seen with those of the archive now, on the disk, and the check's number."""
        path = self._archive / SEEN_NAME
        seen = read_seen(path)
        last = max([seen.last_check, *(one.last_check for one in searches)])
        # Without a register all that is there is old: it is the first check, or one that lost it.
        check = last + 1 if len(seen.codes) else 0
        met = seen.meet(self._source.searcher.columns.content.codes, check)
        if met is not seen:
            write_seen(path, met)
        return met, max(last, met.last_check)

    def _write(self, searches: Iterable[SavedSearch]) -> None:
        ordered = sorted(searches, key=lambda one: one.name)
        write_lines(self._archive / SEARCHES_NAME, (one.as_record() for one in ordered))


def _is_edited(former: Announced, one: Announced) -> bool:
    """Whether a passage is one that is gone from its document, a little changed."""
    return former.doc_id == one.doc_id and are_alike(former.sketch, one.sketch)


def _no_search(name: str, known: Sequence[SavedSearch]) -> UsageError:
    names = ", ".join(one.name for one in known) or "aucune pour l’instant"
    return UsageError(
        f"Il n’y a pas de recherche gardée «\u00a0{name}\u00a0». Les recherches gardées\u00a0: "
        f"{names}."
    )
