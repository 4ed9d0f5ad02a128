"""Questions to start from come from the archive, and labels show them as they are."""

from __future__ import annotations

from index.model import Hit
from ingest.model import Role
from ui.examples import choose_examples, plain_label


def _hit(doc: str, text: str, role: Role = Role.POST, **fields: str) -> Hit:
    return Hit(
        rank=0,
        score=0.0,
        passage_id=f"{doc}#p1",
        doc_id=doc,
        role=role,
        text=text,
        source_path="x.txt",
        **fields,  # type: ignore[arg-type]
    )


def test_one_question_a_post_headings_first() -> None:
    found = choose_examples(
        [
            _hit("a", "Du texte. Faut-il tailler les pommiers en hiver ? Oui."),
            _hit("a", "Et les poiriers, qui les taillera donc demain ?"),
            _hit("b", "Rien ici.", heading="Comment garder les graines au sec ?"),
            _hit("d", "Voici donc mon souci : où ranger les bulbes de tulipes ? Vraiment ?"),
            _hit("c", "Quel est votre avis sur les courges ?", Role.COMMENT),
        ]
    )
    assert found.are_questions
    assert found.texts == (
        "Faut-il tailler les pommiers en hiver ?",
        "Comment garder les graines au sec ?",
        "Où ranger les bulbes de tulipes ?",
    )


def test_titles_stand_in_where_nothing_is_asked() -> None:
    found = choose_examples([_hit("a", "Texte.", title="Les pommiers"), _hit("b", "Ah bon ?")])
    assert not found.are_questions
    assert found.texts == ("Les pommiers",)


def test_a_label_shows_markdown_as_it_is_written() -> None:
    assert plain_label("*a* [b](c) :red[d]\n$e$") == r"\*a\* \[b\]\(c\) \:red\[d\] \$e\$"
