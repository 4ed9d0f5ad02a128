"""A WordPress export is streamed: memory does not grow with the file.

`ARCHIBLOGUE_LARGE_MB` sets the size (24 MB by default; `make torture` asks for 1,000).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

N_MB = int(os.environ.get("ARCHIBLOGUE_LARGE_MB", "24"))
MAX_MB = 300.0 if N_MB > 100 else 90.0
"""The process without any source needs about 40 MB."""

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Gros carnet</title>\n'
)
BODY = "Un paragraphe de texte assez ordinaire.\n\n" * 100
COMMENTS = "".join(
    f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>L</wp:comment_author>"
    "<wp:comment_date>2009-05-04 10:38:05</wp:comment_date><wp:comment_approved>1"
    f"</wp:comment_approved><wp:comment_content>{'Merci pour ce billet. ' * 20}"
    "</wp:comment_content></wp:comment>"
    for number in range(10)
)


def test_a_large_export_is_streamed(
    tmp_path: Path, probe: Callable[[list[Path]], list[dict[str, Any]]]
) -> None:
    path = tmp_path / "export.xml"
    n_items = 0
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEAD)
        while stream.tell() < N_MB * 1_000_000:
            n_items += 1
            stream.write(
                f"<item><title>Billet {n_items}</title><content:encoded><![CDATA[{BODY}]]>"
                f"</content:encoded><wp:post_id>{n_items}</wp:post_id>{COMMENTS}</item>\n"
            )
        stream.write("</channel></rss>")
    (outcome,) = probe([path])
    assert (outcome["n_content"], outcome["slugs"]) == (n_items, [])
    assert outcome["peak_mb"] < MAX_MB, outcome["peak_mb"]
