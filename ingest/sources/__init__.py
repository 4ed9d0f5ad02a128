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
| Over-blog         | `<root>`, `<posts>`, `<slug>`   | posts, pages, comments with replies, tags |
| Movable Type      | `TITLE:` … `-----` `BODY:`      | entries, comments, pings, categories      |
| Dotclear          | `///DOTCLEAR|`                  | posts, pages, comments, trackbacks, tags  |
| Disqus            | `<disqus>`, WXR with `dsq:`     | comments by thread, under the page's URL  |
| Ghost             | JSON `posts`                    | posts, authors, tags                      |
| Medium            | `h-entry` + `p-canonical`       | post, author, date, address, tags         |
| RSS, Atom         | `<rss>`, `<feed>`, `<rdf:RDF>`  | posts; comment feeds by answered page     |
| WARC, ARC, WACZ   | `WARC/`, `filedesc:`, ZIP       | HTML answered with 200, once per content  |
| web page          | `http(s)://…/page`              | what it holds, recognised as above        |
| whole blog        | `https://site/`, `blog:https://…`| REST API, else site map, else paged feed |
| site map          | `<urlset>`, `<sitemapindex>`    | the pages that it names                   |
| WordPress REST    | JSON `content.rendered`         | posts, pages, comments, embedded terms    |

Drafts, private posts, spam and comments awaiting moderation were never public: they are
counted in rejections, not read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ingest.errors import FetchError, SourceError
from ingest.fetch import Fetcher, FetchOptions
from ingest.model import Rejection
from ingest.sources.dispatch import Found
from ingest.sources.folder import iter_folder
from ingest.sources.web import is_address, iter_web

__all__ = ["Found", "iter_source"]


def iter_source(spec: str, options: FetchOptions | None = None) -> Iterator[Found]:
    """Pages, structured posts and rejections of one source, in a deterministic order.

    `spec` is a path, an address, or `-` for a list of sources on standard input, one a line.
    `options` say how the network is asked; nothing else uses it.

    Raises:
        SourceError: the source does not exist or holds no file.
        FetchError: an address is refused or does not answer.
    """
    with Fetcher(options or FetchOptions()) as fetcher:
        if spec == "-":
            for line in sys.stdin:
                if line.strip():
                    yield from _iter_line(line.strip(), fetcher)
        else:
            yield from _iter_one(spec, fetcher)


def _iter_one(spec: str, fetcher: Fetcher) -> Iterator[Found]:
    if is_address(spec):
        yield from iter_web(spec, fetcher)
    else:
        yield from iter_folder(Path(spec))


def _iter_line(spec: str, fetcher: Fetcher) -> Iterator[Found]:
    """One line of a list: a source that is not there costs that line, not the list."""
    try:
        yield from _iter_one(spec, fetcher)
    except FetchError as error:
        yield Rejection(spec, "source", error.slug, str(error))
    except SourceError as error:
        yield Rejection(spec, "source", "introuvable", str(error))
