"""The page in French. Plain spaces before ; : ! ? and in « » become no-break when loaded."""

from __future__ import annotations

from typing import Final

from archiblogue.web.texts_desk_fr import DESK_FRENCH
from archiblogue.web.texts_map_fr import MAP_FRENCH
from index.notices import FRENCH_NOTICES

FRENCH: Final[dict[str, str]] = {
    "tagline": "Les blogues et leurs commentaires, mot pour mot",
    "language": "Langue de la page",
    "nav": "Pages",
    "nav.search": "Chercher",
    "nav.concordance": "Concordance",
    "nav.corpus": "Le corpus",
    "nav.method": "La méthode",
    "nav.logout": "Se déconnecter",
    "footer": "Archiblogue montre des passages tels qu’ils ont été publiés. Il ne rédige aucune "
    "réponse et n’envoie rien hors de cet ordinateur.",
    # roles
    "role.billet": "Billet",
    "role.commentaire": "Commentaire",
    "role.réponse": "Réponse de l’auteur",
    "roles.billet": "Billets",
    "roles.commentaire": "Commentaires",
    "roles.réponse": "Réponses de l’auteur",
    # question box
    "question": "Votre question",
    "question.placeholder": "Une phrase ou quelques mots",
    "question.button": "Chercher",
    # filters
    "language.fr": "français",
    "language.en": "anglais",
    "language.other": "autre",
    # results
    "results.superseded": "L’archive vient d’être mise à jour. Les passages ci-dessous sont ceux "
    "d’avant.",
    "results.refresh": "Montrer les nouveaux",
    "results.undated.one": "{n} passage sans date n’entre pas dans un choix par année : il est "
    "laissé de côté.",
    "results.undated.many": "{n} passages sans date n’entrent pas dans un choix par année : ils "
    "sont laissés de côté.",
    "results.none.words": "essayez d’autres mots, plus courants, ou une phrase entière ;",
    "results.none.filters.one": "retirez le filtre choisi ;",
    "results.none.filters.many": "retirez un ou plusieurs des {n} filtres choisis ;",
    "results.none.quotes": "retirez les guillemets et les mots exclus par un tiret ;",
    "results.none.mode": "cherchez par le sens et par les mots à la fois ;",
    "results.none.corpus": "voyez dans « Le corpus » de quoi parle cette archive.",
    "download.csv": "Tableau (CSV)",
    # card
    "card.untitled": "Billet sans titre",
    "card.anonymous": "Auteur inconnu",
    "card.undated": "Sans date",
    "card.comment_number": "nº {number}",
    "card.source": "Page d’origine",
    "card.source.path": "Source : {path}",
    "card.copies.one": "Le même texte se trouve à {n} autre endroit.",
    "card.copies.many": "Le même texte se trouve à {n} autres endroits.",
    "card.why.score": "Proximité retenue : {score} sur 100.",
    "card.why.dense": "Par le sens : {rank}e place (ressemblance {score}).",
    "card.why.lexical": "Par les mots : {rank}e place (BM25 {score}).",
    "card.why.dense.first": "Par le sens : 1re place (ressemblance {score}).",
    "card.why.lexical.first": "Par les mots : 1re place (BM25 {score}).",
    "card.why.answers": "Passage auquel le commentaire répond : reconnu par {method}, sûr à "
    "{score} sur 100.",
    "answers.citation": "une citation",
    "answers.mention": "un nom cité",
    "answers.parent": "le fil des réponses",
    "answers.similarité": "la ressemblance",
    "card.why.words": "Mots reconnus : {words}.",
    "card.why.no_words": "Aucun mot de la question ne s’y trouve : le rapprochement vient du sens.",
    # feedback
    "feedback.moved": "Question {how}.",
    "feedback.plus.one": "rapprochée de {n} passage",
    "feedback.plus.many": "rapprochée de {n} passages",
    "feedback.minus.one": "éloignée de {n} passage",
    "feedback.minus.many": "éloignée de {n} passages",
    "feedback.and": " et ",
    # facets
    "facets.one": "Répartition : {n} passage",
    "facets.many": "Répartition : {n} passages",
    # empty state
    "home.census": "Cette archive réunit {documents} et {comments}.{years}",
    "home.documents.one": "{n} billet",
    "home.documents.many": "{n} billets",
    "home.comments.one": "{n} commentaire",
    "home.comments.many": "{n} commentaires",
    "home.years": " Les dates connues vont de {first} à {last}.",
    "home.year": " Les dates connues sont de {first}.",
    "home.examples": "Des questions que ces blogues posent eux-mêmes",
    "home.examples.titles": "Des sujets de ces blogues",
    # concordance
    "concordance.heading": "Concordance",
    "concordance.expression": "Mot ou expression",
    "concordance.placeholder": "médias sociaux",
    "concordance.detail": "Chaque occurrence d’un mot ou d’une expression, dans son contexte. Les "
    "mots se cherchent sans égard aux accents ni aux accords ; entre guillemets, tels quels.",
    "concordance.sort": "Trier selon",
    "concordance.sort.corpus": "archive",
    "concordance.sort.left": "gauche",
    "concordance.sort.right": "droite",
    "concordance.sort.date": "date",
    "concordance.left": "Avant",
    "concordance.keyword": "Expression",
    "concordance.right": "Après",
    "concordance.source": "Source",
    "concordance.lines": "Occurrences",
    "concordance.count.one": "{n} occurrence",
    "concordance.count.many": "{n} occurrences",
    "concordance.passages.one": "dans {n} passage",
    "concordance.passages.many": "dans {n} passages",
    "concordance.shown": "Les {n} premières sont montrées.",
    "concordance.none": "Aucune occurrence",
    "concordance.none.detail": "Vérifiez l’orthographe, essayez un seul mot, ou retirez les "
    "guillemets : ils demandent les accents et les majuscules tels quels.",
    "words.heading": "En nombres",
    "words.detail": "Les taux sont pour 10 000 mots pleins de chaque part ; un compte trop "
    "petit n’en a pas. Chaque ligne mène à ses passages.",
    "words.years": "Par année",
    "words.roles": "Billets et commentaires",
    "words.occurrences.one": "{n} fois",
    "words.occurrences.many": "{n} fois",
    "words.collocates": "Les mots qui l’accompagnent",
    "words.word": "Mot",
    "words.near": "Près",
    "words.in_corpus": "Dans l’archive",
    "words.log_dice": "logDice",
    # document
    "document.back": "Revenir à la recherche",
    "document.none.detail": "Faites d’abord une recherche, puis ouvrez le billet d’un passage.",
    "document.missing.detail": "L’archive a pu être reconstruite depuis. Refaites la recherche.",
    "document.none": "Aucun billet choisi",
    "document.missing": "Ce billet n’est plus dans l’archive",
    "document.comments.one": "{n} commentaire",
    "document.comments.many": "{n} commentaires",
    "document.comments.none": "Aucun commentaire dans la page archivée.",
    "document.comments.declared": "La page en annonçait {n}.",
    "document.comment.deleted": "Commentaire supprimé par le site.",
    "document.comment.moderated": "Commentaire en attente de modération au moment de la copie.",
    "document.comment.withdrawn": "Texte retiré de l’archive.",
    "document.comment.reply_to": "en réponse au nº {number}",
    "document.pingback": "Rétrolien",
    "document.ledger": "Ce que le nettoyage a écarté",
    "document.ledger.detail": "Rien ne disparaît sans trace : voici ce qui, dans la page, n’a pas "
    "été pris pour du texte, et la règle qui l’a décidé.",
    "document.categories": "Rubriques",
    "document.tags": "Mots-clés",
    # corpus
    "corpus.heading": "Ce que contient l’archive",
    "corpus.documents": "Billets",
    "corpus.passages": "Passages",
    "corpus.comments": "Commentaires",
    "corpus.rejections": "Pages refusées",
    "corpus.years": "Par année",
    "corpus.roles": "Qui parle",
    "corpus.sites": "Par site",
    "corpus.authors": "Par auteur",
    "corpus.languages": "Par langue",
    "corpus.spread": "Répartition des passages",
    "corpus.unit": "Les nombres comptent des passages : paragraphes, éléments de liste et "
    "commentaires. Chaque ligne mène aux siens, par date.",
    "corpus.undated": "sans date",
    "corpus.unknown": "inconnu",
    "corpus.others": "et {n} autres",
    "corpus.sources": "Les billets",
    "corpus.sources.shown": "Les {n} premiers sont listés.",
    "corpus.archive": "L’archive",
    "corpus.generation": "Génération",
    "corpus.built": "Construite le",
    "corpus.encoder": "Modèle",
    "corpus.size": "Taille sur le disque",
    "corpus.megabytes": "{n} Mo",
    "coverage.heading": "Ce que les pages ont donné",
    "coverage.audit": "{stated} pages disent combien de commentaires elles ont ; {matched} "
    "concordent avec ce qui a été lu.",
    "coverage.no_count": "Aucune page ne dit combien de commentaires elle a : rien à comparer.",
    "coverage.too_many": "Au-delà de {n} billets, la comparaison des commentaires lus et annoncés "
    "se demande dans un terminal : « archiblogue audit ».",
    "coverage.gaps.one": "{n} écart entre commentaires lus et annoncés",
    "coverage.gaps.many": "{n} écarts entre commentaires lus et annoncés",
    "coverage.paged.one": "{n} fil dont une partie est sur d’autres pages",
    "coverage.paged.many": "{n} fils dont une partie est sur d’autres pages",
    "coverage.gap": "{read} lus, {stated} annoncés",
    "coverage.none_rejected": "Aucune page n’a été refusée.",
    "coverage.rejected.one": "{n} page n’a donné aucun billet. La raison est dite.",
    "coverage.rejected.many": "{n} pages n’ont donné aucun billet. La raison de chacune est dite.",
    "coverage.failed": "{slug} : {n} (à regarder)",
    "coverage.expected": "{slug} : {n} (mises de côté à dessein)",
    "coverage.beyond": "et {n} autres : « archiblogue rejections » et « archiblogue audit » les "
    "donnent tous.",
    # method
    "method.heading": "Comment ça marche",
    "method.model": "Le modèle de cette archive",
    "method.model.detail": "{name}, révision {revision}, vecteurs de {dimension} nombres. Sa fiche "
    "(données, recette, mesures, biais, licence) accompagne ses fichiers, dans « index/encoders » "
    "pour le modèle fourni.",
    # the frame
    "shell.choices": "Choix possibles : ",
    "shell.remove": "Retirer ",
    "shell.offline": "Le serveur de la page ne répond plus. Relancez « archiblogue serve » ; cette "
    "page se reprendra d’elle-même.",
    # the other language, the archived copy, unknown addresses
    "language.switch": "This page in English: ",
    "card.new_tab": " (nouvel onglet)",
    "card.wayback": "Copie archivée (Wayback Machine)",
    "error.missing": "Cette adresse ne mène nulle part",
    "error.missing.detail": "Vérifiez-la, ou revenez à la recherche.",
    # errors
    "error.heading": "La page ne peut pas répondre",
    "error.no_archive": "Aucune archive",
    "error.no_archive.detail": "Il n’y a pas encore d’archive dans le dossier « {path} ». Lancez "
    "« make run » pour bâtir celle des pages fournies, ou « archiblogue build MON_DOSSIER » pour "
    "la vôtre, puis rechargez cette page.",
    "error.query": "La question ne peut pas être lue",
    "error.unexpected": "Une erreur inattendue s’est produite",
    "error.unexpected.detail": "Rien n’est perdu. Rechargez la page ; si l’erreur revient, le "
    "détail est écrit dans le terminal où le serveur a été lancé.",
    # the door of a shared page
    "login.title": "Connexion",
    "login.heading": "Cette archive demande un mot de passe.",
    "login.password": "Mot de passe",
    "login.button": "Entrer",
    "login.wrong": "Ce n’est pas le bon mot de passe.",
    "login.wait.one": "Trop d’essais. Attendez {n} minute, puis recommencez.",
    "login.wait.many": "Trop d’essais. Attendez {n} minutes, puis recommencez.",
    "logout.heading": "Se déconnecter de cette archive ?",
    "logout.back": "Revenir à la page",
    # what the engine says of a question
    **{f"notice.{slug}": sentence for slug, sentence in FRENCH_NOTICES.items()},
    # the desk
    **{f"desk.{key}": text for key, text in DESK_FRENCH.items()},
    # the map
    **{f"map.{key}": text for key, text in MAP_FRENCH.items()},
}
