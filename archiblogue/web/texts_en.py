"""The page in English: the keys of `archiblogue/web/texts_fr.py`, each with the same values."""

from __future__ import annotations

from typing import Final

from archiblogue.web.texts_desk_en import DESK_ENGLISH
from archiblogue.web.texts_map_en import MAP_ENGLISH

ENGLISH: Final[dict[str, str]] = {
    "tagline": "French blogs and their comments, word for word",
    "language": "Language of the page",
    "nav": "Pages",
    "nav.search": "Search",
    "nav.concordance": "Concordance",
    "nav.corpus": "The corpus",
    "nav.method": "The method",
    "nav.logout": "Log out",
    "footer": "Archiblogue shows passages as they were published. It writes no answer of its own "
    "and sends nothing outside this computer.",
    # roles
    "role.billet": "Post",
    "role.commentaire": "Comment",
    "role.réponse": "Author’s reply",
    "roles.billet": "Posts",
    "roles.commentaire": "Comments",
    "roles.réponse": "Author’s replies",
    # question box
    "question": "Your question, in French",
    "question.placeholder": "A sentence or a few words",
    "question.button": "Search",
    # filters
    "language.fr": "French",
    "language.en": "English",
    "language.other": "other",
    # results
    "results.superseded": "The archive has just been updated. The passages below are from before.",
    "results.refresh": "Show the new ones",
    "results.undated.one": "{n} undated passage cannot meet a choice of years and is left out.",
    "results.undated.many": "{n} undated passages cannot meet a choice of years and are left out.",
    "results.none.words": "try other, more common words, or a whole sentence;",
    "results.none.filters.one": "remove the filter that you chose;",
    "results.none.filters.many": "remove some of the {n} filters that you chose;",
    "results.none.quotes": "remove quotation marks and words excluded by a hyphen;",
    "results.none.mode": "search by meaning and by words at the same time;",
    "results.none.corpus": "see under “The corpus” what this archive speaks of.",
    "download.csv": "Table (CSV)",
    # card
    "card.untitled": "Untitled post",
    "card.anonymous": "Unknown author",
    "card.undated": "Undated",
    "card.comment_number": "no. {number}",
    "card.source": "Original page",
    "card.source.path": "Source: {path}",
    "card.copies.one": "The same text is found in {n} other place.",
    "card.copies.many": "The same text is found in {n} other places.",
    "card.why.score": "Closeness retained: {score} of 100.",
    "card.why.dense": "By meaning: place {rank} (similarity {score}).",
    "card.why.lexical": "By words: place {rank} (BM25 {score}).",
    "card.why.dense.first": "By meaning: first place (similarity {score}).",
    "card.why.lexical.first": "By words: first place (BM25 {score}).",
    "card.why.answers": "Passage that the comment answers: known by {method}, sure at {score} of "
    "100.",
    "answers.citation": "a quotation",
    "answers.mention": "a name",
    "answers.parent": "the thread",
    "answers.similarité": "likeness",
    "card.why.words": "Words recognised: {words}.",
    "card.why.no_words": "No word of the question is in it: the two are close in meaning.",
    # feedback
    "feedback.moved": "Question moved {how}.",
    "feedback.plus.one": "towards {n} passage",
    "feedback.plus.many": "towards {n} passages",
    "feedback.minus.one": "away from {n} passage",
    "feedback.minus.many": "away from {n} passages",
    "feedback.and": " and ",
    # facets
    "facets.one": "Breakdown: {n} passage",
    "facets.many": "Breakdown: {n} passages",
    # empty state
    "home.census": "This archive holds {documents} and {comments}.{years}",
    "home.documents.one": "{n} post",
    "home.documents.many": "{n} posts",
    "home.comments.one": "{n} comment",
    "home.comments.many": "{n} comments",
    "home.years": " Known dates go from {first} to {last}.",
    "home.year": " Known dates are of {first}.",
    "home.examples": "Questions that these blogs ask themselves",
    "home.examples.titles": "Subjects of these blogs",
    # concordance
    "concordance.heading": "Concordance",
    "concordance.expression": "Word or expression, in French",
    "concordance.placeholder": "médias sociaux",
    "concordance.detail": "Every occurrence of a word or an expression, in its context. Words are "
    "found whatever their accents and endings; in quotation marks, as they stand.",
    "concordance.sort": "Sort by",
    "concordance.sort.corpus": "archive",
    "concordance.sort.left": "left",
    "concordance.sort.right": "right",
    "concordance.sort.date": "date",
    "concordance.left": "Before",
    "concordance.keyword": "Expression",
    "concordance.right": "After",
    "concordance.source": "Source",
    "concordance.lines": "Occurrences",
    "concordance.count.one": "{n} occurrence",
    "concordance.count.many": "{n} occurrences",
    "concordance.passages.one": "in {n} passage",
    "concordance.passages.many": "in {n} passages",
    "concordance.shown": "The first {n} are shown.",
    "concordance.none": "No occurrence",
    "concordance.none.detail": "Check the spelling, try a single word, or remove the quotation "
    "marks: they ask for the very accents and capitals.",
    "words.heading": "In numbers",
    "words.detail": "Rates are for 10,000 full words of each part; a count too small has "
    "none. Each line leads to its passages.",
    "words.years": "By year",
    "words.roles": "Posts and comments",
    "words.occurrences.one": "{n} time",
    "words.occurrences.many": "{n} times",
    "words.collocates": "The words that keep it company",
    "words.word": "Word",
    "words.near": "Near",
    "words.in_corpus": "In the archive",
    "words.log_dice": "logDice",
    # document
    "document.back": "Back to the search",
    "document.none.detail": "Search first, then open the post of a passage.",
    "document.missing.detail": "The archive may have been rebuilt since. Search again.",
    "document.none": "No post chosen",
    "document.missing": "This post is no longer in the archive",
    "document.comments.one": "{n} comment",
    "document.comments.many": "{n} comments",
    "document.comments.none": "No comment in the archived page.",
    "document.comments.declared": "The page announced {n}.",
    "document.comment.deleted": "Comment deleted by the site.",
    "document.comment.moderated": "Comment awaiting moderation when the page was copied.",
    "document.comment.withdrawn": "Text withdrawn from the archive.",
    "document.comment.reply_to": "in reply to no. {number}",
    "document.pingback": "Pingback",
    "document.ledger": "What the cleaning left out",
    "document.ledger.detail": "Nothing disappears without a trace: here is what was not taken for "
    "text in the page, and the rule that decided it.",
    "document.categories": "Categories",
    "document.tags": "Tags",
    # corpus
    "corpus.heading": "What the archive holds",
    "corpus.documents": "Posts",
    "corpus.passages": "Passages",
    "corpus.comments": "Comments",
    "corpus.rejections": "Refused pages",
    "corpus.years": "By year",
    "corpus.roles": "Who speaks",
    "corpus.sites": "By site",
    "corpus.authors": "By author",
    "corpus.languages": "By language",
    "corpus.unit": "Figures count passages: paragraphs, list items and comments. Each row leads "
    "to its own, by date.",
    "corpus.spread": "How the passages spread",
    "coverage.heading": "What became of the pages",
    "coverage.audit": "{stated} pages say how many comments they have; {matched} agree with what "
    "was read.",
    "coverage.no_count": "No page says how many comments it has: nothing to compare.",
    "coverage.too_many": "Beyond {n} posts, comments read and announced are compared in a "
    "terminal: “archiblogue audit”.",
    "coverage.gaps.one": "{n} gap between comments read and announced",
    "coverage.gaps.many": "{n} gaps between comments read and announced",
    "coverage.paged.one": "{n} thread of which a part is on other pages",
    "coverage.paged.many": "{n} threads of which a part is on other pages",
    "coverage.gap": "{read} read, {stated} announced",
    "coverage.none_rejected": "No page was rejected.",
    "coverage.rejected.one": "{n} page gave no post. The reason is said.",
    "coverage.rejected.many": "{n} pages gave no post. The reason of each is said.",
    "coverage.failed": "{slug}: {n} (to look at)",
    "coverage.expected": "{slug}: {n} (set aside on purpose)",
    "coverage.beyond": "and {n} more: “archiblogue rejections” and “archiblogue audit” give them "
    "all.",
    "corpus.undated": "undated",
    "corpus.unknown": "unknown",
    "corpus.others": "and {n} others",
    "corpus.sources": "The posts",
    "corpus.sources.shown": "The first {n} are listed.",
    "corpus.archive": "The archive",
    "corpus.generation": "Generation",
    "corpus.built": "Built on",
    "corpus.encoder": "Model",
    "corpus.size": "Size on disk",
    "corpus.megabytes": "{n} MB",
    # method
    "method.heading": "How it works",
    "method.model": "The model of this archive",
    "method.model.detail": "{name}, revision {revision}, vectors of {dimension} numbers. Its card "
    "(sources, recipe, measures, biases, licence) comes with its files, in “index/encoders” for "
    "the bundled model.",
    # the frame
    "shell.choices": "Options available: ",
    "shell.remove": "Remove ",
    "shell.offline": "The server of this page no longer answers. Start “archiblogue serve” again; "
    "this page will carry on by itself.",
    # the other language, the archived copy, unknown addresses
    "language.switch": "Cette page en français : ",
    "card.new_tab": " (new tab)",
    "card.wayback": "Archived copy (Wayback Machine)",
    "error.missing": "This address leads nowhere",
    "error.missing.detail": "Check it, or go back to the search.",
    # errors
    "error.heading": "The page cannot answer",
    "error.no_archive": "No archive",
    "error.no_archive.detail": "There is no archive yet in the folder “{path}”. Run “make run” to "
    "build the one of the pages provided, or “archiblogue build MY_FOLDER” for your own, then "
    "reload this page.",
    "error.query": "The question cannot be read",
    "error.unexpected": "An unexpected error occurred",
    "error.unexpected.detail": "Nothing is lost. Reload the page; if the error comes back, its "
    "detail is in the terminal where the server was started.",
    # the door of a shared page
    "login.title": "Log in",
    "login.heading": "This archive asks for a password.",
    "login.password": "Password",
    "login.button": "Enter",
    "login.wrong": "That is not the right password.",
    "login.wait.one": "Too many tries. Wait {n} minute, then try again.",
    "login.wait.many": "Too many tries. Wait {n} minutes, then try again.",
    "logout.heading": "Log out of this archive?",
    "logout.back": "Back to the page",
    # what the engine says of a question
    "notice.too_long": "The question has {n} characters: only the first {most} are read.",
    "notice.too_many_words": "The question has more than {most} words: only the first {most} are "
    "read.",
    "notice.stray_quote": "A quotation mark is not closed: the words after it are searched freely.",
    "notice.no_value": "“{written}” has no value: write it right after the colon, for instance "
    "{example}.",
    "notice.excluded_field": "“{written}” is left aside: the minus sign goes before a word or a "
    "phrase, not before a field.",
    "notice.no_field": "“{written}” is no field and is searched as a word; did you mean {example}?",
    "notice.crossed_dates": "No date is both after {after} and before {before}: swap them.",
    "notice.no_role": "“{written}” is no role: write billet (post), commentaire (comment) or "
    "réponse (author’s reply). The filter is left aside.",
    "notice.no_language": "“{written}” is no known language: write fr, en or autre (other). The "
    "filter is left aside.",
    "notice.no_date": "“{written}” is no date: write 2009, 2012-05, 2012-05-31, 05/2012, "
    '31/05/2012, "mai 2012" or "31 mai 2012". The filter is left aside.',
    "notice.no_unknown_date": "“date:{written}” cannot be read: write date:inconnue for the "
    "passages without a date, après:2009 or avant:2012-05 for the others. The filter is left "
    "aside.",
    "notice.absent": "{word} appears nowhere in the archive.",
    "notice.absent_words": "{words} appear nowhere in the archive.",
    "notice.corrected": "Results for “{asked}” instead of “{typed}”.",
    "notice.no_word_left": "No word is left to search for.",
    "notice.only_exclusions": "The question only says what to leave out. Add at least one word to "
    "search for, for instance: médias -publicité.",
    "notice.only_filters": "The question holds filters only. Add at least one word to search for, "
    "for instance: réseaux auteur:Martine.",
    "notice.empty": "The question is empty. Write at least one word to search for, for instance: "
    "comment répondre aux commentaires ?",
    "notice.no_expression": "The expression is empty. Write a word or several, for instance: "
    "médias sociaux.",
    "notice.lexicon": "Lexicon: {added}.",
    "notice.lexicon_without": "Lexicon: without {removed}.",
    "notice.moved": "Question {how}.",
    "notice.lines_shown": "{n} occurrences: only the first {most} are shown.",
    # the desk
    **{f"desk.{key}": text for key, text in DESK_ENGLISH.items()},
    **{f"map.{key}": text for key, text in MAP_ENGLISH.items()},
}
