"""How fast pages become documents with their comments, beside bare trafilatura in the same run.

`python -m bench.extraction [FOLDER] [--pages 60] [--rounds 3]` reads at most so many pages of each
set of real pages (or of FOLDER) and prints JSON: pages a second of processor time on one core for
`trafilatura.extract`, which is given the pages already decoded, and for ours, which decodes them;
the ratio of the two, in all and by set; then pages a second by the clock with one worker process
and with two, and what the second one brings.

Each round of each contender is a process of its own, so that none remembers the lines of a page
that it has read before; a few pages warm it up, since libraries load their models once. Rounds
alternate and the best of each counts: the machine may be busy in another.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from bench.corpus import shared_folder
from ingest.decode import decode_page
from ingest.errors import ExtractionError
from ingest.model import Page
from ingest.pipeline import read_page
from ingest.workers import WorkerPool

SETS: Final = ("gold", "gold_articles", "blogs", "bench_articles")
N_WARM_UP: Final = 10  # pages of each set
_TIMEOUT_S: Final = 60.0

Pages = Mapping[str, list[Path]]


def main() -> None:
    """Prints the measures as JSON on stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    pages = find_pages(options.folder, options.pages)
    print(json.dumps(measure(pages, options.rounds), indent=2, ensure_ascii=False))


def find_pages(folder: Path | None, n: int) -> dict[str, list[Path]]:
    """At most `n` HTML pages of each set, spread evenly; `folder` is a set of its own.

    Raises:
        SystemExit: there is no page.
    """
    if folder is None:
        root = shared_folder() / "data" / "pages"
        folders = {name: root / name for name in SETS}
    else:
        root, folders = folder, {folder.name: folder}
    found = {name: sorted(each.rglob("*.html")) for name, each in folders.items()}
    pages = {name: paths[:: max(1, len(paths) // n)][:n] for name, paths in found.items() if paths}
    if not pages:
        raise SystemExit(
            f"Aucune page HTML dans «\u00a0{root}\u00a0»\u00a0: donnez un dossier de pages, ou "
            "indiquez le dossier partagé dans ARCHIBLOGUE_SHARED."
        )
    return pages


def measure(pages: Pages, n_rounds: int) -> dict[str, object]:
    """The rates and ratios of the report."""
    seconds: dict[str, dict[str, float]] = {name: {} for name in CONTENDERS}
    taken: dict[int, float] = {}
    for _ in range(n_rounds):
        for name, best in seconds.items():
            for each, s in _in_own_process(name, pages).items():
                best[each] = min(s, best.get(each, s))
        for n_workers in (1, 2):
            s = clock(pages, n_workers)
            taken[n_workers] = min(s, taken.get(n_workers, s))
    n_pages = {name: len(paths) for name, paths in pages.items()}
    total = sum(n_pages.values())
    bare, ours = seconds["trafilatura"], seconds["archiblogue"]
    return {
        "n_cores": os.cpu_count(),
        "n_pages": n_pages,
        "pages_per_cpu_second": {
            name: round(total / sum(best.values()), 1) for name, best in seconds.items()
        },
        "ratio": round(sum(bare.values()) / sum(ours.values()), 3),
        "ratio_by_set": {name: round(bare[name] / ours[name], 3) for name in pages},
        "pages_per_second_by_workers": {n: round(total / s, 1) for n, s in taken.items()},
        "two_workers_to_one": round(taken[1] / taken[2], 2),
    }


def _in_own_process(contender: str, pages: Pages) -> dict[str, float]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(cpu_seconds, contender, dict(pages)).result()


def cpu_seconds(contender: str, pages: Pages) -> dict[str, float]:
    """Processor time of each set in this process, once it is warm."""
    read = CONTENDERS[contender]
    loaded = {name: list(_decoded(paths)) for name, paths in pages.items()}
    for prepared in loaded.values():
        for page, text in prepared[:: max(1, len(prepared) // N_WARM_UP)]:
            read(page, text)
    seconds: dict[str, float] = {}
    for name, prepared in loaded.items():
        started = time.process_time()
        for page, text in prepared:
            read(page, text)
        seconds[name] = time.process_time() - started
    return seconds


def clock(pages: Pages, n_workers: int) -> float:
    """Seconds by the clock for every page through worker processes that have started."""
    loaded = [_load(path) for paths in pages.values() for path in paths]
    with WorkerPool(n_workers, _TIMEOUT_S) as pool:
        _read_all(pool, loaded[:: max(1, len(loaded) // (N_WARM_UP * len(pages)))])
        started = time.perf_counter()
        _read_all(pool, loaded)
        return time.perf_counter() - started


def _read_all(pool: WorkerPool, pages: list[Page]) -> None:
    for page in pages:
        for _ in pool.put(page):
            continue
    for _ in pool.drain():
        continue


def _load(path: Path) -> Page:
    return Page(str(path), path.read_bytes(), media_type="text/html")


def _decoded(paths: list[Path]) -> Iterator[tuple[Page, str]]:
    """The pages as they are, and as text."""
    for page in map(_load, paths):
        try:
            yield page, decode_page(page).text
        except ExtractionError:
            continue  # no contender can read it


def _bare(_: Page, text: str) -> object:
    from trafilatura import extract

    return extract(text)


def _ours(page: Page, _: str) -> object:
    return read_page(page)


CONTENDERS: Final[Mapping[str, Callable[[Page, str], object]]] = {
    "trafilatura": _bare,
    "archiblogue": _ours,
}


if __name__ == "__main__":
    main()
