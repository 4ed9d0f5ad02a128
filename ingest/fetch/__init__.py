"""The one fetch layer: every byte that comes from the network comes through here."""

from ingest.fetch.addresses import AddressPolicy, is_public
from ingest.fetch.cache import AnswerCache, clear_answers
from ingest.fetch.client import Fetcher
from ingest.fetch.model import Answer, FetchOptions
from ingest.fetch.robots import Pace

__all__ = [
    "AddressPolicy",
    "Answer",
    "AnswerCache",
    "FetchOptions",
    "Fetcher",
    "Pace",
    "clear_answers",
    "is_public",
]
