"""Everything that a blog can be given as, turned into pages and structured posts.

`iter_source(spec)` recognises a content by its first bytes; names are only asked about styles
and code. Bad content becomes a `Rejection`; only a source that does not exist raises.

| Source            | Told by                         | What is taken                             |
|-------------------|---------------------------------|-------------------------------------------|
| folder            | a directory                     | its files in path order; hidden, links no |
| HTML page         | markup                          | the page; address and day that SingleFile,|
|                   |                                 | monolith, HTTrack, Wayback or a browser   |
|                   |                                 | wrote into it                             |
| text              | text                            | the page                                  |
| ZIP               | `PK`                            | members in name order, in memory          |
| gzip              | `1f 8b`                         | what is inside                            |
| MHTML             | MIME headers                    | the saved page (frames of a frameset)     |
| WordPress WXR     | `wordpress.org/export/`         | posts, pages; comments with parents,      |
|                   |                                 | pings; categories, tags, authors          |
| Blogger           | `blogger/2008/kind`, `…/2018`   | posts, pages, comments, labels; API JSON  |
| Movable Type      | `TITLE:` … `-----` `BODY:`      | entries, comments, pings, categories      |
| Dotclear          | `///DOTCLEAR|`                  | posts, pages, comments, trackbacks, tags  |
| Disqus            | `<disqus>`, WXR with `dsq:`     | comments by thread, under the page's URL  |
| Ghost             | JSON `posts`                    | posts, authors, tags                      |
| Medium            | `h-entry` + `p-canonical`       | post, author, date, address, tags         |
| RSS, Atom         | `<rss>`, `<feed>`, `<rdf:RDF>`  | posts; comment feeds by answered page     |
| WARC, ARC, WACZ   | `WARC/`, `filedesc:`, ZIP       | HTML answered with 200, once per content  |
| WordPress REST    | JSON `content.rendered`         | posts, pages, comments, embedded terms    |

Drafts, private posts, spam and comments awaiting moderation were never public: they are
counted in rejections, not read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ingest.sources.dispatch import Found
from ingest.sources.folder import iter_folder

__all__ = ["Found", "iter_source"]


def iter_source(spec: str) -> Iterator[Found]:
    """Pages, structured posts and rejections of one source, in a deterministic order.

    `spec` is a path, or `-` for a list of sources on standard input, one a line.

    Raises:
        SourceError: the source does not exist or holds no file.
    """
    if spec == "-":
        for line in sys.stdin:
            if line.strip():
                yield from iter_source(line.strip())
        return
    yield from iter_folder(Path(spec))
