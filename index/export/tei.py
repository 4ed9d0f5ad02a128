"""TEI-CMC (TEI P5, 4.8 and later): posts and comments in threads, people in a file apart."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import IO, Any, Final

from lxml import etree

from index.export.format import Export, for_xml
from index.export.record import ExportRecord
from index.export.search_rows import search_rows

TEI: Final = "http://www.tei-c.org/ns/1.0"
CORPUS_NAME: Final = "corpus.xml"
PEOPLE_NAME: Final = "personnes.xml"
FIELDS: Final = {
    "div[@type='thread']": "un billet et ses commentaires (n\u00a0: identifiant du billet)",
    "post/@type": "billet, commentaire ou reponse",
    "post/@who": "auteur\u00a0: un identifiant de personnes.xml, que l’on peut garder pour soi",
    "post/@when": "date au jour près, aussi précise que sa source",
    "post/@replyTo": "le commentaire auquel il répond, quand la page le dit et qu’il est là",
    "post/@indentLevel": "profondeur dans le fil",
    "post/@source": "adresse",
    "p/@n": "identifiant du passage",
}
# The stubs of lxml know no default name space.
_NAMESPACES: Final[dict[Any, str]] = {None: TEI}
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_XML_ID: Final = f"{{{_XML}}}id"
_XML_LANG: Final = f"{{{_XML}}}lang"
_DAY_CHARS: Final = len("2009-05-04")


@dataclass(slots=True)
class _Names:
    """The ids given so far: of people, and of the comments already written."""

    people: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)

    def person(self, author: str) -> str:
        return self.people.setdefault(author, f"p{len(self.people) + 1}")


def write_tei(export: Export, stream: IO[bytes]) -> None:
    """Writes corpus.xml and personnes.xml, zipped: the second can be withheld.

    A comment says which one it answers where the page itself does.
    """
    names = _Names()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        with package.open(CORPUS_NAME, "w", force_zip64=True) as file:
            _write_corpus(export, file, names)
        with package.open(PEOPLE_NAME, "w") as file:
            _write_people(export, file, names)


def _write_corpus(export: Export, stream: IO[bytes], names: _Names) -> None:
    threads = groupby(export.records, key=lambda record: record.doc_id)
    with etree.xmlfile(stream, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element(_tag("TEI"), nsmap={**_NAMESPACES, "xml": _XML}, attrib={_XML_LANG: "fr"}):
            xml.write(_header(export, "Passages exportés d’une archive de blogues"))
            with xml.element(_tag("text")), xml.element(_tag("body")):
                n_posts = 0
                for doc_id, records in threads:
                    thread = {"type": "thread", "n": for_xml(doc_id, export.tally)}
                    with xml.element(_tag("div"), attrib=thread):
                        for post in _posts(records, export, names, n_posts):
                            xml.write(post)
                            n_posts += 1
                if not n_posts:
                    empty = etree.Element(_tag("p"))
                    empty.text = "Aucun passage."
                    xml.write(empty)


def _posts(
    records: Iterator[ExportRecord], export: Export, names: _Names, n_before: int
) -> Iterator[Any]:
    """Yields the posts of a thread; passages that follow one another in one source share theirs."""
    for _, group in groupby(records, key=lambda record: record.source_id):
        passages = list(group)
        n_before += 1
        yield _post(passages, f"m{n_before}", export, names)


def _post(passages: list[ExportRecord], xml_id: str, export: Export, names: _Names) -> Any:  # noqa: ANN401 (lxml element)
    tally, first = export.tally, passages[0]
    post = etree.Element(_tag("post"), {_XML_ID: xml_id}, nsmap=_NAMESPACES)
    post.set("type", first.role.replace("é", "e"))
    post.set("modality", "written")
    post.set("generatedBy", "human")
    if first.author:
        post.set("who", f"{PEOPLE_NAME}#{names.person(first.author)}")
    if first.date:
        post.set("when", first.date[:_DAY_CHARS])
    if first.comment_id is not None:
        names.comments.setdefault(first.comment_id, xml_id)
        post.set("indentLevel", str((first.depth or 0) + 1))
        answered = names.comments.get(first.reply_to or "")
        if answered is not None:
            post.set("replyTo", f"#{answered}")
    if first.url:
        post.set("source", for_xml(first.url, tally).replace(" ", "%20"))
    if first.title and first.comment_id is None:
        etree.SubElement(post, _tag("head")).text = for_xml(first.title, tally)
    for record in passages:
        paragraph = etree.SubElement(post, _tag("p"), n=for_xml(record.passage_id, tally))
        if record.language in {"fr", "en"}:
            paragraph.set(_XML_LANG, record.language)
        paragraph.text = for_xml(record.text, tally)
    return post


def _write_people(export: Export, stream: IO[bytes], names: _Names) -> None:
    root = etree.Element(_tag("TEI"), nsmap=_NAMESPACES)
    root.append(_header(export, "Personnes citées dans corpus.xml"))
    stand = etree.SubElement(root, _tag("standOff"))
    people = etree.SubElement(stand, _tag("listPerson"))
    for author, xml_id in names.people.items():
        person = etree.SubElement(people, _tag("person"), {_XML_ID: xml_id})
        etree.SubElement(person, _tag("persName")).text = for_xml(author, export.tally)
    stream.write(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _header(export: Export, title: str) -> Any:  # noqa: ANN401 (lxml element)
    header = etree.Element(_tag("teiHeader"), nsmap=_NAMESPACES)
    description = etree.SubElement(header, _tag("fileDesc"))
    statement = etree.SubElement(description, _tag("titleStmt"))
    etree.SubElement(statement, _tag("title")).text = title
    publication = etree.SubElement(description, _tag("publicationStmt"))
    etree.SubElement(publication, _tag("p")).text = f"Exporté par {export.search.software}."
    source = etree.SubElement(description, _tag("sourceDesc"))
    for name, value in search_rows(export.search):
        etree.SubElement(source, _tag("p")).text = f"{name}\u00a0: {value}"
    return header


def _tag(name: str) -> str:
    return f"{{{TEI}}}{name}"
