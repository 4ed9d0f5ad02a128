"""Withdrawals: gone from every byte, out of every later build, and the thread still reads."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from index.analysis.terms import terms
from index.archive import open_archive
from index.building.build import build_archive
from index.building.publish import current_generation, list_generations, read_generation
from index.judgements.register import judge, read_judgements
from index.maintenance.generations import rollback, verify
from index.maintenance.withdraw import Selector, parse_selector, withdraw
from index.model import Mode, Query
from index.withdrawals.documents import COMMENT_PLACEHOLDER
from index.withdrawals.redaction import load_withdrawals
from index.withdrawals.register import KEY_NAME, LEDGER_NAME, read_ledger
from ingest.errors import IntegrityError, UsageError
from ingest.model import Action, Document, LedgerEntry
from ingest.text import fold_words
from tests.durability.corpus import Blog, word
from tests.fakes import FakeTokenEncoder

BLOG = Blog()
ENCODER = FakeTokenEncoder()


def make(archive: Path, documents: list[Document]) -> None:
    build_archive(archive, documents, ENCODER)


def found(archive: Path, text: str) -> list[str]:
    """The texts of hits that hold the word."""
    with open_archive(archive, encoder=ENCODER) as opened:
        hits = [
            hit
            for mode in Mode
            for hit in opened.search(Query(text, k=50, mode=mode, max_per_document=50)).hits
        ]
        hits += list(opened.iter_passages())
    return [hit.text for hit in hits if text in hit.text]


def files_with(folder: Path, words: list[str]) -> list[str]:
    """The files that hold one of the words, whole, folded or stemmed, in UTF-8 or UTF-16, or the
    signs of its vector."""
    forms = {form for one in words for form in (one, one.casefold(), *terms(one))}
    needles = [
        form.encode(encoding)
        for form in sorted(forms)
        if len(form) >= 8
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    ]
    needles += [ENCODER.read_passages([one])[0].codes for one in words if " " not in one]
    return [
        f"{path.name}: {needle!r}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for needle in needles
        if needle in path.read_bytes()
    ]


def test_the_byte_scan_can_fail(tmp_path: Path) -> None:
    make(tmp_path, BLOG.posts(3))
    own = word(1, "c", 2)
    signs = repr(ENCODER.read_passages([own])[0].codes)
    seen = files_with(tmp_path, [own])
    assert any(signs in one for one in seen)
    assert any(signs not in one for one in seen)


def test_a_comment_goes_and_its_place_stays(tmp_path: Path) -> None:
    posts = BLOG.posts(4)
    for n in range(3):
        make(tmp_path, posts[: n + 2])
    comment = posts[1].comments[1]
    report = withdraw(tmp_path, Selector("id", comment.comment_id), encoder=ENCODER)
    assert (report.n_documents, report.n_comments, report.n_passages) == (1, 1, 1)
    assert found(tmp_path, word(1, "c", 2)) == []
    assert files_with(tmp_path, [word(1, "c", 2), word("nom", 1, 2), "2 mai 2009 1"]) == []
    with open_archive(tmp_path, encoder=ENCODER) as archive:
        document = archive.document(posts[1].doc_id)
    assert [c.number for c in document.comments] == [1, 2]
    assert document.comments[1].author is None
    assert document.comments[1].date is None
    assert document.passages[-1].text == COMMENT_PLACEHOLDER
    assert found(tmp_path, word(1, "c", 1))
    assert verify(tmp_path) == []


def test_it_stays_out_of_later_builds_and_of_restored_generations(tmp_path: Path) -> None:
    posts = BLOG.posts(4)
    archive, backup = tmp_path / "archive", tmp_path / "backup"
    make(archive, posts)
    shutil.copytree(archive, backup)
    selector = Selector("url", posts[2].url or "")
    withdraw(archive, selector, encoder=ENCODER)
    marked = [word(2, 1, 0), word(2, "c", 1), word("titre", 2)]
    make(archive, posts)
    assert files_with(archive, marked) == []
    for name in ("gen-0001", "seg-0001"):
        shutil.copytree(backup / name, archive / name)
    rollback(archive, to=1, encoder=ENCODER)
    assert found(archive, word(2, 1, 0)) == []
    assert files_with(archive, marked) == []
    assert found(archive, word(1, 1, 0))


def test_a_restored_pointer_shows_nothing_either(tmp_path: Path) -> None:
    posts = BLOG.posts(3)
    make(tmp_path, posts)
    saved = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    withdraw(tmp_path, Selector("id", f"{posts[1].doc_id}#c1"), encoder=ENCODER)
    withdraw(tmp_path, Selector("author", posts[0].author or ""), encoder=ENCODER)
    for path, content in saved.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    for gone in (word(1, "c", 1), word(0, 1, 0)):
        assert found(tmp_path, gone) == []
    assert found(tmp_path, word(1, "c", 2))
    with open_archive(tmp_path, encoder=ENCODER) as archive:
        assert posts[0].author not in archive.facets()["author"]
        assert archive.document(posts[0].doc_id).title is None


def test_an_author_goes_from_posts_and_comments_and_mentions_are_counted(tmp_path: Path) -> None:
    posts = BLOG.posts(6)
    name = posts[0].author or ""
    make(tmp_path, posts)
    report = withdraw(tmp_path, Selector("author", name.upper()), encoder=ENCODER)
    assert report.n_documents == 2
    assert report.n_mentions == 0
    assert files_with(tmp_path, [word("auteur", 0), word(0, 1, 0), word("titre", 3)]) == []
    assert found(tmp_path, word(3, "c", 1)), "what others wrote under the post stays"
    make(tmp_path, [*posts, BLOG.post(9)])
    assert files_with(tmp_path, [word("auteur", 0), word(9, 1, 0)]) == []


def test_the_labels_and_the_addresses_that_repeat_the_title_go_with_the_author(
    tmp_path: Path,
) -> None:
    title, label = word("titre", 0), word("libellé", 0)
    slug = fold_words(title).replace(" ", "")
    url = f"https://carnet.example/2009/{slug}"
    post = BLOG.post(0)
    comments = tuple(replace(c, url=f"{url}#comment-{c.number}") for c in post.comments)
    post = replace(
        post, url=url, source=url, source_path=f"{slug}.html", tags=(label,),
        categories=(label,), comments=comments,
    )  # fmt: skip
    make(tmp_path, [post, BLOG.post(1)])
    assert files_with(tmp_path, [title, slug, label])
    for _ in range(2):
        withdraw(tmp_path, Selector("author", post.author or ""), encoder=ENCODER)
        assert files_with(tmp_path, [title, slug, label]) == []
        assert found(tmp_path, word(0, "c", 1)), "what others wrote under the post stays"
        make(tmp_path, [post, BLOG.post(1)])
        assert files_with(tmp_path, [title, slug, label]) == []


def test_the_same_text_is_known_at_another_address(tmp_path: Path) -> None:
    posts = BLOG.posts(3)
    make(tmp_path, posts)
    withdraw(tmp_path, Selector("id", posts[0].doc_id), encoder=ENCODER)
    moved = _renamed(posts[0], "d-00000000000000aa")
    make(tmp_path, [moved, *posts])
    assert files_with(tmp_path, [word(0, 1, 0), word(0, "c", 1)]) == []


def test_a_comment_that_only_shares_the_number_stays(tmp_path: Path) -> None:
    posts = BLOG.posts(2)
    make(tmp_path, posts)
    withdraw(tmp_path, Selector("id", f"{posts[0].doc_id}#c1"), encoder=ENCODER)
    other = Blog(n_comments=1).post(5).comments[0]
    text = "Une tout autre lectrice, arrivée après, parle ici de jardins et de potagers."
    changed = _with_first_comment(posts[0], other.author or "", text)
    make(tmp_path, [changed])
    assert found(tmp_path, "potagers")


def test_withdrawing_the_only_document_leaves_an_empty_archive(tmp_path: Path) -> None:
    make(tmp_path, BLOG.posts(1))
    withdraw(tmp_path, Selector("url", BLOG.post(0).url or ""), encoder=ENCODER)
    assert files_with(tmp_path, [word(0, 1, 0)]) == []
    assert found(tmp_path, word(0, 1, 0)) == []


def test_an_address_not_yet_read_stays_out(tmp_path: Path) -> None:
    make(tmp_path, BLOG.posts(1))
    report = withdraw(tmp_path, parse_selector("http://carnet.example/2009/0001/"), encoder=ENCODER)
    assert report.n_documents == 0
    make(tmp_path, BLOG.posts(2))
    assert found(tmp_path, word(1, 1, 0)) == []
    assert found(tmp_path, word(0, 1, 0))


def test_an_interrupted_withdrawal_hides_at_once_and_the_next_build_finishes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = BLOG.posts(3)
    make(tmp_path, posts)
    make(tmp_path, posts[:2])

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.maintenance.withdraw.purge", stop)
        with pytest.raises(KeyboardInterrupt):
            withdraw(tmp_path, Selector("id", f"{posts[1].doc_id}#c2"), encoder=ENCODER)
    assert found(tmp_path, word(1, "c", 2)) == []
    make(tmp_path, posts)
    assert files_with(tmp_path, [word(1, "c", 2)]) == []


def test_a_placeholder_stands_in_its_thread_and_answers_nothing(tmp_path: Path) -> None:
    posts = BLOG.posts(2)
    make(tmp_path, posts)
    withdraw(tmp_path, Selector("id", f"{posts[1].doc_id}#c2"), encoder=ENCODER)
    withdraw(tmp_path, Selector("id", f"{posts[1].doc_id}#p1"), encoder=ENCODER)
    with open_archive(tmp_path, encoder=ENCODER) as archive:
        thread = [one.text for one in archive.document(posts[1].doc_id).passages]
        assert thread.count("Commentaire retiré") == thread.count("Passage retiré") == 1
        for mode in Mode:
            query = Query("commentaire passage retiré", k=50, mode=mode, max_per_document=50)
            assert not [hit for hit in archive.search(query).hits if "retiré" in hit.text]
        facets = archive.count(Query("commentaire passage retiré"))
        assert sum(facets.role.values()) <= 6


def test_generations_without_the_text_are_kept(tmp_path: Path) -> None:
    posts = BLOG.posts(3)
    make(tmp_path, posts[:1])
    make(tmp_path, posts)
    withdraw(tmp_path, Selector("id", posts[2].doc_id), encoder=ENCODER)
    assert [p.name for p in list_generations(tmp_path)] == ["gen-0001", "gen-0003"]


def test_what_stood_beside_a_withdrawn_comment_goes_from_the_ledger(tmp_path: Path) -> None:
    post = BLOG.post(1)
    gone, next_one = post.passages[2], post.passages[3]
    beside = LedgerEntry(
        Action.DROPPED, "courriel", "Adresse.", "lectrice@example", gone.end + 1, gone.end + 17
    )
    far = replace(beside, text="gabarit", start=next_one.end + 1, end=next_one.end + 9)
    make(tmp_path, [replace(post, ledger=(*post.ledger, beside, far))])
    withdraw(tmp_path, Selector("id", post.comments[0].comment_id), encoder=ENCODER)
    assert files_with(tmp_path, ["lectrice@example", "1 mai 2009 1"]) == []
    with open_archive(tmp_path, encoder=ENCODER) as archive:
        ledger = archive.document(post.doc_id).ledger
    assert "gabarit" in {entry.text for entry in ledger}
    assert len(ledger) == len(post.ledger) + 2
    assert {entry.rule for entry in ledger if not entry.text} == {"retrait"}


def test_judgements_on_what_went_are_forgotten(tmp_path: Path) -> None:
    posts = BLOG.posts(3)
    make(tmp_path, posts)
    with open_archive(tmp_path, encoder=ENCODER) as archive:
        for n in (0, 1):
            judge(archive, word(n, 1, 0), posts[n].passages[0].passage_id, 2)
        judge(archive, f"que dit {posts[2].author} ?", posts[1].passages[1].passage_id, 1)
    withdraw(tmp_path, Selector("id", posts[0].doc_id), encoder=ENCODER)
    assert len(read_judgements(tmp_path)) == 2
    withdraw(tmp_path, Selector("author", posts[2].author or ""), encoder=ENCODER)
    assert [one.query for one in read_judgements(tmp_path)] == [word(1, 1, 0)]
    assert files_with(tmp_path, [word(0, 1, 0), word("auteur", 2)]) == []


def test_a_rejected_page_does_not_repeat_the_title(tmp_path: Path) -> None:
    posts = BLOG.posts(3)
    make(tmp_path, [*posts, posts[0], posts[1]])
    assert files_with(tmp_path, [word("titre", 1)])
    withdraw(tmp_path, Selector("author", posts[0].author or ""), encoder=ENCODER)
    withdraw(tmp_path, Selector("url", posts[1].url or ""), encoder=ENCODER)
    make(tmp_path, [*posts, posts[0], posts[1]])
    assert files_with(tmp_path, [word("titre", 0), word("titre", 1)]) == []


def test_an_unknown_id_is_a_sentence_and_registers_nothing(tmp_path: Path) -> None:
    make(tmp_path, BLOG.posts(1))
    with pytest.raises(UsageError, match="ne contient pas"):
        withdraw(tmp_path, Selector("id", "d-0000000000000000#c1"), encoder=ENCODER)
    assert len(load_withdrawals(tmp_path)) == 0
    assert current_generation(tmp_path).number == 1


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        (" https://a.example/x ", "url", "https://a.example/x"),
        ("d-0123456789abcdef", "id", "d-0123456789abcdef"),
        ("d-0123456789abcdef#c12", "id", "d-0123456789abcdef#c12"),
        ("d-0123456789abcdef#c12.p3", "id", "d-0123456789abcdef#c12.p3"),
        ("auteur: «\u00a0Jeanne Ti\u00a0»", "author", "Jeanne Ti"),
    ],
)
def test_selectors(raw: str, kind: str, value: str) -> None:
    assert parse_selector(raw) == Selector(kind, value)  # type: ignore[arg-type]


@pytest.mark.parametrize("raw", ["", "Jeanne", "auteur:", "auteur: !!!", "d-12#x", "ftp://x"])
def test_selectors_that_cannot_be_read(raw: str) -> None:
    with pytest.raises(UsageError, match="auteur:Nom"):
        parse_selector(raw)


def test_every_damage_to_the_register_is_seen_and_nothing_is_shown(tmp_path: Path) -> None:
    posts = BLOG.posts(2)
    make(tmp_path, posts)
    withdraw(tmp_path, Selector("id", f"{posts[0].doc_id}#c1"), encoder=ENCODER)
    withdraw(tmp_path, Selector("id", f"{posts[0].doc_id}#c2"), encoder=ENCODER)
    for name in (LEDGER_NAME, KEY_NAME):
        path = tmp_path / name
        whole = path.read_bytes()
        damaged = [b"", whole[:-2], whole[: len(whole) // 2], bytes(len(whole))]
        damaged += [
            whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :] for at in range(0, len(whole), 7)
        ]
        damaged += [b"".join(whole.splitlines(keepends=True)[:-1])]
        for content in damaged:
            path.write_bytes(content)
            with pytest.raises(IntegrityError, match="registre"):
                read_ledger(tmp_path)
            assert [d.is_current for d in verify(tmp_path)] == [True]
        path.unlink()
        with pytest.raises(IntegrityError, match="registre"):
            open_archive(tmp_path, encoder=ENCODER)
        path.write_bytes(whole)
    assert len(load_withdrawals(tmp_path)) == 2


def test_both_files_of_the_register_gone_is_seen_by_the_generation(tmp_path: Path) -> None:
    posts = BLOG.posts(1)
    make(tmp_path, posts)
    withdraw(tmp_path, Selector("id", f"{posts[0].doc_id}#c1"), encoder=ENCODER)
    (tmp_path / LEDGER_NAME).unlink()
    (tmp_path / KEY_NAME).unlink()
    with pytest.raises(IntegrityError):
        open_archive(tmp_path, encoder=ENCODER)
    assert verify(tmp_path)
    with pytest.raises(IntegrityError):
        make(tmp_path, posts)


def test_a_torn_append_is_forgotten(tmp_path: Path) -> None:
    posts = BLOG.posts(2)
    make(tmp_path, posts)
    withdraw(tmp_path, Selector("id", f"{posts[0].doc_id}#c1"), encoder=ENCODER)
    with (tmp_path / LEDGER_NAME).open("ab") as stream:
        stream.write(b'{"at":"2009')
    assert len(load_withdrawals(tmp_path)) == 1
    withdraw(tmp_path, Selector("id", f"{posts[0].doc_id}#c2"), encoder=ENCODER)
    assert len(load_withdrawals(tmp_path)) == 2


def test_the_register_holds_no_word_of_what_was_withdrawn(tmp_path: Path) -> None:
    posts = BLOG.posts(2)
    make(tmp_path, posts)
    name = posts[1].author or ""
    withdraw(tmp_path, Selector("author", name), encoder=ENCODER)
    withdraw(tmp_path, Selector("url", posts[0].url or ""), encoder=ENCODER)
    content = (tmp_path / LEDGER_NAME).read_bytes() + (tmp_path / KEY_NAME).read_bytes()
    for secret in (name, posts[0].url or "", posts[0].doc_id, word(0, 1, 0)):
        assert secret.encode() not in content
    assert read_generation(tmp_path / "gen-0003").manifest.n_withdrawals == 2


def _renamed(document: Document, doc_id: str) -> Document:
    def moved(name: str | None) -> str | None:
        return name and name.replace(document.doc_id, doc_id)

    return replace(
        document,
        doc_id=doc_id,
        url="https://ailleurs.example/copie",
        source_path="copie.html",
        passages=tuple(
            replace(
                p,
                doc_id=doc_id,
                passage_id=moved(p.passage_id) or "",
                comment_id=moved(p.comment_id),
            )
            for p in document.passages
        ),
        comments=tuple(
            replace(c, comment_id=moved(c.comment_id) or "", url=None, author=None)
            for c in document.comments
        ),
    )


def _with_first_comment(document: Document, author: str, text: str) -> Document:
    first = replace(document.comments[0], author=author, url=None)
    return replace(
        document,
        comments=(first, *document.comments[1:]),
        passages=tuple(
            replace(p, text=text) if p.comment_id == first.comment_id else p
            for p in document.passages
        ),
    )
