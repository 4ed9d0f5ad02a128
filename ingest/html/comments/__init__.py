"""Reader comments of a page's tree: where each begins and ends, who wrote it and when.

`boundaries` finds the comments, `siblings` is its fallback for themes without names, `headers`
reads author, date and state, `counter` the number that the page states, `thread` chains them.
"""

from ingest.html.comments.thread import FoundComment, Thread, find_thread

__all__ = ["FoundComment", "Thread", "find_thread"]
