"""An HTML page, or a post of an export -> its Document, with a ledger of the whole page.

Offsets of passages and ledger entries are those of the page's linear text (`ingest.html.linear`);
for a post of an export, of the linear texts of its body and of its comments, in order, joined
by a line end.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin

from lxml.html import HtmlElement

from ingest.dates import parse_french_date
from ingest.errors import ExtractionError
from ingest.html.author import read_byline
from ingest.html.body import block_kind, blocks_of, heading_level, main_language, select_body
from ingest.html.comments import FoundComment, Thread, find_thread
from ingest.html.comments.counts import is_thread_heading, parse_count
from ingest.html.extract import extract_main_text
from ingest.html.kind import recognise_listing
from ingest.html.linear import Block, LinearPage, linearise
from ingest.html.metadata import PostFacts, read_facts
from ingest.html.parse import parse_html
from ingest.html.post import read_post
from ingest.html.refusals import MAX_REFUSED_SHARE, find_refusals
from ingest.html.rules import name_drop
from ingest.identity import comment_id, document_id
from ingest.language import detect_language
from ingest.model import Action, Comment, Document, LedgerEntry, Page, Passage, PassageKind, Role
from ingest.passages import Part, Place, build_passages
from ingest.spans import Cover
from ingest.text import fold_line, name_key

__all__ = ["read_html", "read_post"]

_MAX_ABOVE_TITLE = 600
_ABOVE_TITLE = ("entete-de-page", "Texte placé au-dessus du titre")
_MAX_BYLINE_CHARS = 240
_MIN_PROSE_CHARS, _MIN_PROSE_BLOCKS, _MIN_ARTICLE_CHARS = 120, 3, 1_200
_DAY_CHARS = len("2009-05-04")
# 100,000 short paragraphs took trafilatura 70 s; the longest blog page measured has 7,000 blocks.
_MAX_BLOCKS = 20_000


@dataclass(slots=True)
class _Draft:
    """The document while it is put together."""

    doc_id: str
    page: LinearPage
    passages: list[Passage] = field(default_factory=list)
    ledger: list[LedgerEntry] = field(default_factory=list)

    def note(self, action: Action, block: Block, rule: str, reason: str) -> None:
        text = self.page.text[block.start : block.end]
        self.ledger.append(LedgerEntry(action, rule, reason, text, block.start, block.end))

    def keep(self, place: Place, parts: list[Part], rule: str, reason: str) -> None:
        built = build_passages(place, parts, first_ordinal=len(self.passages))
        self.passages += built
        self.ledger += [
            LedgerEntry(Action.KEPT, rule, reason, p.text, p.start, p.end, p.passage_id)
            for p in built
        ]


def read_html(page: Page, text: str) -> Document:
    """The post of an HTML page with its comments; `text` is the page's decoded markup.

    Raises:
        ExtractionError: `vide` or `sans-texte` where nothing can be read, `page-de-liste`,
            `page-de-recherche`, `page-introuvable` … where the page is no post.
    """
    with _collector_at_rest():
        return _read(page, text)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """No search for cycles meanwhile: a page makes 100,000 objects at once and hardly a cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(page: Page, text: str) -> Document:
    tree = parse_html(text)
    linear = linearise(tree) if tree is not None else None
    if tree is None or linear is None or not linear.blocks:
        raise ExtractionError(
            "vide",
            f"La page «\u00a0{page.source_path}\u00a0» n’affiche aucun texte\u202f; retirez-la.",
        )
    thread = find_thread(linear)
    skip = Cover(linear.spans[area] for area in thread.areas)
    facts = read_facts(page, tree, linear, skip)
    listing = recognise_listing(tree, linear, n_comments=len(thread.comments))
    if listing is not None and not (listing.is_guess and _has_article(tree, linear)):
        raise ExtractionError(listing.slug, listing.detail(page.source_path))
    return _assemble(page, tree, linear, thread, facts)


def _assemble(
    page: Page, tree: HtmlElement, linear: LinearPage, thread: Thread, facts: PostFacts
) -> Document:
    draft = _Draft(document_id(facts.url or page.url, page.source_path), linear)
    skip = Cover(linear.spans[area] for area in thread.areas)
    outside = [n for n, block in enumerate(linear.blocks) if not skip.holds(block.start, block.end)]
    _cut_out(thread.areas)
    kept = select_body(
        linear, outside, lambda: _main_text(tree, linear), trust_names=facts.platform is not None
    )
    _read_post_blocks(draft, facts, outside, kept)
    if not draft.passages and not thread.comments:
        draft = _as_bare_text(tree, draft, facts, outside)
    comments = _read_comments(draft, thread, facts)
    _note_thread_rest(draft, thread, skip)
    if not draft.passages and not comments:
        raise ExtractionError(
            "sans-texte",
            f"La page «\u00a0{page.source_path}\u00a0» n’a ni billet ni commentaire lisible\u202f; "
            "ouvrez-la dans un navigateur pour voir ce qu’elle porte.",
        )
    passages = tuple(draft.passages)
    return Document(
        doc_id=draft.doc_id,
        source_path=page.source_path,
        passages=passages,
        comments=comments,
        ledger=tuple(sorted(draft.ledger, key=lambda entry: (entry.start, entry.end))),
        title=facts.title,
        author=facts.author,
        date=facts.date,
        site=facts.site,
        url=facts.url,
        language=main_language(passages),
        categories=facts.categories,
        tags=facts.tags,
        n_comments_declared=thread.n_declared,
        platform=facts.platform,
        evidence=facts.evidence,
    )


def _has_article(tree: HtmlElement, linear: LinearPage) -> bool:
    """Whether the page that looks like a list has one article, as trafilatura alone reads it.

    Its text is long, and no headline that leads elsewhere parts it: those of a list do.
    """
    found = blocks_of(linear, list(range(len(linear.blocks))), _main_text(tree, linear))
    prose = sorted(
        n for n in found if linear.blocks[n].end - linear.blocks[n].start >= _MIN_PROSE_CHARS
    )
    n_signs = sum(linear.blocks[n].end - linear.blocks[n].start for n in prose)
    if len(prose) < _MIN_PROSE_BLOCKS or n_signs < _MIN_ARTICLE_CHARS:
        return False
    start, end = linear.blocks[prose[0]].start, linear.blocks[prose[-1]].end
    return not any(
        start < linear.spans[heading][0] < end and heading.find(".//a[@href]") is not None
        for heading in linear.at(linear.tagged("h1", "h2", "h3"))
    )


def _main_text(tree: HtmlElement, linear: LinearPage) -> str:
    """trafilatura's text; the whole page where its time would grow out of all bounds."""
    return linear.text if len(linear.blocks) > _MAX_BLOCKS else extract_main_text(tree)


def _as_bare_text(tree: HtmlElement, draft: _Draft, facts: PostFacts, outside: list[int]) -> _Draft:
    """The draft of a page whose blocks were all refused: what trafilatura alone takes of it."""
    kept = blocks_of(draft.page, outside, _main_text(tree, draft.page))
    if not kept:
        return draft
    bare = _Draft(draft.doc_id, draft.page)
    _read_post_blocks(bare, facts, outside, kept, is_bare=True)
    return bare


def _cut_out(areas: list[HtmlElement]) -> None:
    """Take the thread out of the tree, so that no comment is taken for the post."""
    for area in areas:
        if area.getparent() is not None:
            area.drop_tree()


def _read_post_blocks(
    draft: _Draft, facts: PostFacts, outside: list[int], kept: set[int], *, is_bare: bool = False
) -> None:
    """Turn the kept blocks into passages, note the others; all of them where `is_bare`."""
    place = Place(draft.doc_id, Role.POST)
    parts: list[Part] = []
    heading: str | None = None
    refusals = {} if is_bare else find_refusals(draft.page, kept)
    above = _above_title(draft.page, facts, kept)
    last = max((n for n in kept if heading_level(draft.page.blocks[n]) is None), default=-1)
    for n in outside:
        block = draft.page.blocks[n]
        text = draft.page.text[block.start : block.end]
        if (
            facts.title_span
            and facts.title_span[0] <= block.start
            and block.end <= facts.title_span[1]
        ):
            draft.note(Action.METADATA, block, "titre", "Titre du billet")
            continue
        rule = refusals.get(n) if n in kept else name_drop(block.element, text)
        if n in kept and rule is None and _signs_the_post(draft.page, block, facts):
            draft.note(Action.METADATA, block, "signature", "Auteur et date du billet")
            continue
        if rule is not None:
            draft.note(Action.DROPPED, block, *rule)
        elif heading_level(block) is not None:
            no_part = _no_heading_of_a_part(text, facts, is_first=not parts, is_last=n > last)
            if no_part is not None:
                draft.note(Action.METADATA, block, *no_part)
                continue
            if n in above:
                draft.note(Action.DROPPED, block, *_ABOVE_TITLE)
                continue
            heading = text
            draft.note(
                Action.CONTEXT, block, "intertitre", "Intertitre, gardé à côté de ses passages"
            )
        elif n in above:
            draft.note(Action.DROPPED, block, *_ABOVE_TITLE)
        else:
            kind = block_kind(block)
            parts.append(Part(text, block.start, block.end, kind, heading, detect_language(text)))
    draft.keep(place, parts, "billet", "Texte du billet")


def _signs_the_post(page: LinearPage, block: Block, facts: PostFacts) -> bool:
    """Whether the block is a line that names the author that was found, and else only its date."""
    is_short = block.end - block.start <= _MAX_BYLINE_CHARS
    return is_short and facts.author is not None and read_byline(page, block) == facts.author


def _above_title(page: LinearPage, facts: PostFacts, kept: set[int]) -> set[int]:
    """The little text that was taken for the post and stands over its title: a motto, a notice.

    None of it where the title was found under a good part of the text: it is another's then.
    """
    if facts.title_span is None:
        return set()
    start = facts.title_span[0]
    above = {n for n in kept if page.blocks[n].end <= start}
    n_above = sum(page.blocks[n].end - page.blocks[n].start for n in above)
    n_total = sum(page.blocks[n].end - page.blocks[n].start for n in kept)
    is_little = n_above <= min(_MAX_ABOVE_TITLE, MAX_REFUSED_SHARE * n_total)
    return above if is_little else set()


def _no_heading_of_a_part(
    text: str, facts: PostFacts, *, is_first: bool, is_last: bool
) -> tuple[str, str] | None:
    """What a heading is when it is none of the post: its title again, its date, the thread's."""
    if is_last and is_thread_heading(text):
        return "compteur-commentaires", "Titre du fil des commentaires"
    if not is_first:
        return None
    if facts.title and fold_line(text).rstrip(" .") == fold_line(facts.title).rstrip(" ."):
        return "titre", "Titre du billet, répété"
    date = parse_french_date(text, source="text")
    if date is not None and len(date.value) >= _DAY_CHARS:
        return "date", "Date du billet"
    return None


def _read_comments(draft: _Draft, thread: Thread, facts: PostFacts) -> tuple[Comment, ...]:
    comments: list[Comment] = []
    for number, found in enumerate(thread.comments, 1):
        is_author = found.header.is_marked_author or _is_same_person(found, facts)
        role = Role.REPLY if is_author else Role.COMMENT
        subject = found.subject
        heading = draft.page.text[subject.start : subject.end] if subject is not None else None
        parts = [_comment_part(draft.page, block, heading) for block in found.body]
        if subject is not None:
            draft.note(
                Action.CONTEXT,
                subject,
                "objet-commentaire",
                "Objet d’un commentaire, gardé à côté de son texte",
            )
        draft.keep(
            Place(draft.doc_id, role, number), parts, "commentaire", "Texte d’un commentaire"
        )
        for block in found.meta:
            draft.note(
                Action.METADATA,
                block,
                "entete-commentaire",
                "Auteur, date ou lien d’un commentaire",
            )
        for block in found.chrome:
            rule, reason = name_drop(block.element, draft.page.text[block.start : block.end])
            if rule == "hors-article":
                rule, reason = (
                    "bouton-commentaire",
                    "Bouton ou mention du thème dans un commentaire",
                )
            draft.note(Action.DROPPED, block, rule, reason)
        header = found.header
        comments.append(
            Comment(
                comment_id=comment_id(draft.doc_id, number),
                number=number,
                kind=header.kind,
                author=header.author,
                date=header.date,
                url=_comment_url(header.url, facts.url),
                parent_id=None
                if found.parent is None
                else comment_id(draft.doc_id, found.parent + 1),
                depth=found.depth,
                is_post_author=is_author,
                state=header.state,
            )
        )
    return tuple(comments)


def _comment_part(page: LinearPage, block: Block, heading: str | None) -> Part:
    text = page.text[block.start : block.end]
    kind = block_kind(block)
    if kind is PassageKind.LIST_ITEM and block.element.tag in ("li", "dd"):
        names = block.element.get("class") or block.element.get("id")
        kind = PassageKind.PARAGRAPH if names or block.element.tag == "dd" else kind
    elif kind is PassageKind.LIST_ITEM:
        kind = PassageKind.PARAGRAPH  # the comment itself is a list item of the thread
    return Part(text, block.start, block.end, kind, heading, detect_language(text))


def _is_same_person(found: FoundComment, facts: PostFacts) -> bool:
    """Whether the comment has the name of the post's author and a link to the same place."""
    name, link = found.header.author, found.header.author_url
    if not name or not facts.author or name_key(name) != name_key(facts.author) or not link:
        return False
    home = urljoin(facts.url or "", "/")
    return bool(facts.author_url and link == facts.author_url) or (
        len(home) > 1 and link.startswith(home)
    )


def _comment_url(href: str | None, url: str | None) -> str | None:
    """The comment's address: saved pages have relative ones, so the post's own with its anchor."""
    if not href:
        return None
    fragment = urldefrag(href).fragment
    if url and fragment:
        return f"{urldefrag(url).url}#{fragment}"
    return href if href.startswith(("http://", "https://")) else None


def _note_thread_rest(draft: _Draft, thread: Thread, skip: Cover) -> None:
    """Note the blocks of the thread's elements that belong to no comment."""
    inside = Cover((c.item.start, c.item.end) for c in thread.comments)
    for block in draft.page.blocks:
        if not skip.holds(block.start, block.end) or inside.holds(block.start, block.end):
            continue
        text = draft.page.text[block.start : block.end]
        if thread.n_declared is not None and parse_count(text) == thread.n_declared:
            draft.note(
                Action.METADATA,
                block,
                "compteur-commentaires",
                "Nombre de commentaires que la page annonce",
            )
            continue
        rule, reason = name_drop(block.element, text)
        if rule == "hors-article":
            rule, reason = "fil-commentaires", "Mention du thème autour des commentaires"
        draft.note(Action.DROPPED, block, rule, reason)
