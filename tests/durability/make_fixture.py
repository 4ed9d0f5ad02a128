"""Makes the small archive of the present schema: `python -m tests.durability.make_fixture`.

Run it once when a schema is released, commit `archives/vN.zip`, and never change that file again:
it stands for the archives that people have.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

from index.building.build import build_archive
from index.maintenance.withdraw import Selector, withdraw
from index.storage.manifest import SCHEMA_VERSION
from tests.durability.corpus import Blog
from tests.fakes import FakeEncoder

FOLDER = Path(__file__).parent / "archives"
# Zip stores no earlier date; a fixed one keeps the file the same when the archive is.
_DATE = (1980, 1, 1, 0, 0, 0)


def make(target: Path) -> None:
    """Write the archive: four posts, one withdrawn comment, one generation."""
    encoder, blog = FakeEncoder(8), Blog()
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle,
    ):
        archive = Path(folder) / "archive"
        build_archive(archive, blog.posts(4), encoder)
        withdraw(archive, Selector("id", f"{blog.post(3).doc_id}#c2"), encoder=encoder)
        for path in sorted(archive.rglob("*")):
            if path.is_file() and path.name != "write.lock":
                name = str(path.relative_to(archive))
                bundle.writestr(
                    zipfile.ZipInfo(name, _DATE), path.read_bytes(), zipfile.ZIP_DEFLATED
                )


def main() -> int:
    """Write the present schema's archive unless it is there already."""
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / f"v{SCHEMA_VERSION}.zip"
    if target.exists():
        sys.stderr.write(f"{target} is there: remove it first if that schema was never released.\n")
        return 1
    make(target)
    sys.stdout.write(f"{target}: {target.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
