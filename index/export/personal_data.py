"""What an archive holds of people, counted: for a register of personal data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from index.export.source import Source, corpus_keys
from index.export.stream import PAGE_SIZE
from index.model import Filters
from index.withdrawals.redaction import load_withdrawals
from ingest.masking import mask_contacts
from ingest.text import name_key


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Counts of what is about people in an archive.

    `n_people` are the names that sign, `first_year` and `last_year` the dates known, `contacts` the
    contact details found in texts by kind: masked in every export.
    """

    n_documents: int
    n_passages: int
    n_people: int
    n_sites: int
    n_unsigned: int
    first_year: str | None
    last_year: str | None
    contacts: Mapping[str, int]
    n_withdrawals: int


def count_personal_data(source: Source) -> PersonalData:
    """The counts of an open archive; every text is read once, page by page.

    Raises:
        IntegrityError: the register of withdrawals is damaged.
    """
    searcher, manifest = source.searcher, source.generation.manifest
    keys, _ = corpus_keys(searcher, Filters())
    rows = searcher.columns.rows(keys)
    authors = searcher.columns.author.counts(rows)
    years = sorted(date[:4] for date in searcher.columns.date.counts(rows) if date)
    contacts: Counter[str] = Counter()
    for start in range(0, len(keys), PAGE_SIZE):
        for _, text in searcher.corpus.store.texts(keys[start : start + PAGE_SIZE].tolist()):
            contacts.update(mask_contacts(text).counts)
    withdrawals = load_withdrawals(source.generation.path.parent, expected=manifest.register)
    return PersonalData(
        n_documents=manifest.counts.get("n_documents", 0),
        n_passages=len(keys),
        n_people=len({name_key(name) for name in authors if name}),
        n_sites=sum(site is not None for site in searcher.columns.site.counts(rows)),
        n_unsigned=authors.get(None, 0),
        first_year=years[0] if years else None,
        last_year=years[-1] if years else None,
        contacts=dict(sorted(contacts.items())),
        n_withdrawals=len(withdrawals),
    )
