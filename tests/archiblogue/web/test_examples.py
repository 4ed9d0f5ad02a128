"""Questions to start from come from the archive."""

from __future__ import annotations

from archiblogue.web.examples import choose_examples
from index.storage.rows import PassageRow
from ingest.model import Role


def _row(
    doc: str,
    text: str,
    role: Role = Role.POST,
    heading: str | None = None,
    title: str | None = None,
) -> PassageRow:
    return PassageRow(
        key=1,
        passage_id=f"{doc}#p1",
        doc_id=doc,
        ordinal=0,
        role=role,
        text=text,
        heading=heading,
        language="fr",
        comment_id=None,
        comment_number=None,
        title=title,
        author=None,
        date=None,
        url=None,
        site=None,
        source_path="x.txt",
    )


def test_one_question_a_post_headings_first() -> None:
    found = choose_examples(
        [
            _row("a", "Du texte. Faut-il tailler les pommiers en hiver ? Oui."),
            _row("a", "Et les poiriers, qui les taillera donc demain ?"),
            _row("b", "Rien ici.", heading="Comment garder les graines au sec ?"),
            _row("d", "Voici donc mon souci : où ranger les bulbes de tulipes ? Vraiment ?"),
            _row("c", "Quel est votre avis sur les courges ?", Role.COMMENT),
        ]
    )
    assert found.are_questions
    assert found.texts == (
        "Faut-il tailler les pommiers en hiver ?",
        "Comment garder les graines au sec ?",
        "Où ranger les bulbes de tulipes ?",
    )


def test_titles_stand_in_where_nothing_is_asked() -> None:
    found = choose_examples([_row("a", "Texte.", title="Les pommiers"), _row("b", "Ah bon ?")])
    assert not found.are_questions
    assert found.texts == ("Les pommiers",)
