"""The command door: `archiblogue …`. Declares commands; what they do is beside it.

Nothing heavy is imported here: a command imports its module when it runs, so that `--help`
answers at once. Results go to stdout, progress and messages to stderr.

Exit codes: 0 ok, 1 failure, 2 usage, 3 partial, 4 integrity, 5 locked, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from archiblogue.cli.completion import prepare_completion
from archiblogue.cli.help import FrenchCommand, FrenchGroup, usage_sentence
from archiblogue.cli.terminal import ReaderGoneError, output_form, say, warn
from archiblogue.settings import Settings, load_settings
from ingest.errors import ArchiveError

app = typer.Typer(
    name="archiblogue",
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        metavar="DOSSIER",
        help="Dossier de l’archive (sinon ARCHIBLOGUE_ARCHIVE, archiblogue.toml, ./archive).",
    ),
]
EncoderOption = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        metavar="NOM_OU_DOSSIER",
        help="Modèle sentence-transformers : nom ou dossier (par défaut, le modèle fourni). "
        "Avec un accès au réseau, de bons choix : intfloat/multilingual-e5-small, "
        "BAAI/bge-m3, google/embeddinggemma-300m.",
    ),
]
ReaderOption = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        metavar="NOM_OU_DOSSIER",
        help="Où est le modèle de l’archive, s’il n’est plus où elle l’a trouvé.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Écrire du JSON.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Écrire du CSV.")]
ModeOption = Annotated[
    str, typer.Option("--mode", metavar="MODE", help="hybrid, dense ou lexical.")
]

# The table itself is in index/export: a test compares both.
_EXPORT_FORMATS = (
    "csv, csv-excel, xlsx, jsonl, parquet, sqlite, ris, bibtex, csl-json, citations, iramuteq, "
    "txm, tei, gargantext, cortext, voyant, trec ou bundle"
)
# Those of index/export/tables.
_TABLE_FORMATS = "csv, csv-excel, xlsx, jsonl, parquet ou sqlite"
TableFormatOption = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help=f"{_TABLE_FORMATS}."),
]
TableOutputOption = Annotated[
    Path,
    typer.Option("-o", "--output", metavar="FICHIER", help="Où écrire ; « - » : la sortie."),
]
CountOption = Annotated[
    int,
    typer.Option("-k", metavar="N", min=1, help="Nombre de passages."),
]
RoleOption = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="RÔLE", help="billet, commentaire ou réponse."),
]
AuthorOption = Annotated[list[str] | None, typer.Option("--author", metavar="NOM", help="Auteur.")]
SiteOption = Annotated[list[str] | None, typer.Option("--site", metavar="SITE", help="Site.")]
TitleOption = Annotated[
    list[str] | None, typer.Option("--title", metavar="MOTS", help="Mots du titre.")
]
LanguageOption = Annotated[
    list[str] | None, typer.Option("--language", metavar="LANGUE", help="fr, en ou autre.")
]
AfterOption = Annotated[
    str | None, typer.Option("--after", metavar="DATE", help="À partir de : 2009, 2012-05…")
]
UndatedOption = Annotated[
    bool,
    typer.Option("--undated", help="Les passages sans date : seuls, ou ajoutés à ceux des bornes."),
]
OffsetOption = Annotated[
    int, typer.Option("--offset", metavar="N", min=0, help="Sauter les N premiers passages.")
]
AsTypedOption = Annotated[
    bool,
    typer.Option("--as-typed", help="Chercher les mots tels quels, sans corriger leurs fautes."),
]
OrderOption = Annotated[
    str, typer.Option("--order", metavar="ORDRE", help="relevance, oldest ou newest.")
]
BeforeOption = Annotated[
    str | None, typer.Option("--before", metavar="DATE", help="Avant : 2009, 2012-05…")
]


def _settings(archive: Path | None = None) -> Settings:
    from dataclasses import replace

    settings = load_settings()
    return settings if archive is None else replace(settings, archive=archive)


BaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="ADRESSE",
        help="Adresse du dossier dont la source est une copie, pour les pages qui la taisent.",
    ),
]


@app.command()
def build(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE…",
            help="Dossiers, fichiers, exports ou adresses ; « - » lit une liste sur l’entrée.",
        ),
    ],
    archive: ArchiveOption = None,
    encoder: EncoderOption = None,
    contact: Annotated[
        str | None,
        typer.Option(
            "--contact", metavar="ADRESSE", help="Votre courriel ou page, montré aux sites lus."
        ),
    ] = None,
    base_url: BaseUrlOption = None,
    *,
    only: Annotated[
        bool,
        typer.Option("--only", help="Ne rien garder de ce qui vient d’autres sources."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Publier même si la recherche répond moins bien.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Lire des pages et construire l’archive, ou la mettre à jour.

    Les sources s’ajoutent d’une construction à l’autre ; seul ce qui a changé est recalculé.
    """
    from archiblogue.cli.building import BuildRequest, run_build

    request = BuildRequest(
        encoder=encoder, contact=contact, only_these=only, force=force, base_url=base_url
    )
    return run_build(sources, _settings(archive), request, as_json=json)


@app.command()
def watch(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE…", help="Dossiers, fichiers ou adresses.")
    ],
    archive: ArchiveOption = None,
    encoder: EncoderOption = None,
    interval: Annotated[
        float, typer.Option("--interval", min=1, metavar="S", help="Secondes entre deux regards.")
    ] = 60.0,
    rounds: Annotated[
        int | None, typer.Option("--rounds", min=1, metavar="N", help="S’arrêter après N regards.")
    ] = None,
) -> int:
    """Reconstruire dès qu’une source change (Ctrl-C pour arrêter)."""
    from archiblogue.cli.watching import run_watch, watch_options

    settings = _settings(archive)
    options = watch_options(settings, interval_s=interval, n_rounds=rounds)
    return run_watch(sources, settings, encoder=encoder, options=options)


@app.command()
def search(
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="La question, en français.")
    ] = None,
    archive: ArchiveOption = None,
    encoder: ReaderOption = None,
    k: CountOption = 10,
    offset: OffsetOption = 0,
    order: OrderOption = "relevance",
    mode: ModeOption = "hybrid",
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch",
            metavar="FICHIER",
            help="Une question par ligne ; une ligne JSON par question. « - » : l’entrée.",
        ),
    ] = None,
    role: RoleOption = None,
    author: AuthorOption = None,
    site: SiteOption = None,
    title: TitleOption = None,
    language: LanguageOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    per_document: Annotated[
        int | None,
        typer.Option("--per-document", min=1, metavar="N", help="Passages d’un même document."),
    ] = None,
    more_like: Annotated[
        list[str] | None,
        typer.Option("--more-like", metavar="ID", help="Rapprocher la question de ce passage."),
    ] = None,
    less_like: Annotated[
        list[str] | None,
        typer.Option("--less-like", metavar="ID", help="Éloigner la question de ce passage."),
    ] = None,
    reranker: Annotated[
        str | None,
        typer.Option(
            "--reranker",
            metavar="NOM_OU_DOSSIER",
            help="Cross-encoder qui relit les meilleurs passages (plus lent, plus fin), par "
            "exemple BAAI/bge-reranker-v2-m3.",
        ),
    ] = None,
    *,
    undated: UndatedOption = False,
    as_typed: AsTypedOption = False,
    facets: Annotated[
        bool, typer.Option("--facets", help="Compter par année, site, auteur, rôle, langue.")
    ] = False,
    without_lexicon: Annotated[
        bool, typer.Option("--without-lexicon", help="Chercher les mots tapés seulement.")
    ] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without", metavar="MOT", help="Un mot que le lexique n’ajoute pas (répétable)."
        ),
    ] = None,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> int:
    """Chercher les passages qui répondent à une question."""
    from archiblogue.cli.searching import (
        FilterOptions,
        SearchRequest,
        check_batch,
        run_batch,
        run_search,
    )

    filters = FilterOptions(
        roles=role or (),
        authors=author or (),
        sites=site or (),
        titles=title or (),
        languages=language or (),
        after=after,
        before=before,
        undated=undated,
    )
    request = SearchRequest(
        k=k,
        mode=mode,
        filters=filters.parse(),
        max_per_document=per_document,
        more_like=tuple(more_like or ()),
        less_like=tuple(less_like or ()),
        with_facets=facets,
        expand=not without_lexicon,
        without=tuple(without or ()),
        reranker=reranker or load_settings().reranker,
        offset=offset,
        order=order,
        as_typed=as_typed,
        encoder=encoder or load_settings().encoder,
    )
    form = output_form(json=json, csv=csv)
    if batch is None:
        return run_search(question or "", _settings(archive), request, form=form)
    check_batch(question, form)
    return run_batch(batch, _settings(archive), request)


@app.command()
def similar(
    passage: Annotated[str, typer.Argument(metavar="ID", help="L’identifiant d’un passage.")],
    archive: ArchiveOption = None,
    k: CountOption = 10,
    *,
    json: JsonOption = False,
) -> int:
    """Montrer les passages les plus proches d’un passage."""
    from archiblogue.cli.searching import run_similar

    return run_similar(passage, _settings(archive), k=k, as_json=json)


@app.command()
def thread(
    passage: Annotated[str, typer.Argument(metavar="ID", help="Un passage de commentaire.")],
    archive: ArchiveOption = None,
    *,
    json: JsonOption = False,
) -> int:
    """Montrer l’échange auquel appartient un commentaire."""
    from archiblogue.cli.searching import run_thread

    return run_thread(passage, _settings(archive), as_json=json)


@app.command()
def concordance(
    expression: Annotated[
        str, typer.Argument(metavar="EXPRESSION", help="Un mot, plusieurs, ou une « phrase ».")
    ],
    archive: ArchiveOption = None,
    sort: Annotated[
        str, typer.Option("--sort", metavar="TRI", help="corpus, left, right ou date.")
    ] = "corpus",
    width: Annotated[
        int, typer.Option("--width", metavar="N", help="Caractères de chaque côté.")
    ] = 40,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="Lignes.")] = 10_000,
    *,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> int:
    """Montrer une expression dans son contexte, avec source et date."""
    from archiblogue.cli.concordance import parse_sort, run_concordance
    from index.views.concordance import ConcordanceOptions

    options = ConcordanceOptions(width=width, sort=parse_sort(sort), limit=limit)
    return run_concordance(
        expression, _settings(archive), options, form=output_form(json=json, csv=csv)
    )


@app.command()
def frequencies(
    expression: Annotated[
        str, typer.Argument(metavar="EXPRESSION", help="Un mot, plusieurs, ou une « phrase ».")
    ],
    archive: ArchiveOption = None,
    by: Annotated[
        str, typer.Option("--by", metavar="PART", help="year, site, author, role ou language.")
    ] = "year",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="Lignes.")] = 1000,
    role: RoleOption = None,
    author: AuthorOption = None,
    site: SiteOption = None,
    title: TitleOption = None,
    language: LanguageOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    form: TableFormatOption = None,
    output: TableOutputOption = Path("-"),
    *,
    undated: UndatedOption = False,
    question: Annotated[
        bool, typer.Option("--question", help="Compter les passages d’une question.")
    ] = False,
    json: JsonOption = False,
    csv: CsvOption = False,
    force: Annotated[bool, typer.Option("--force", help="Remplacer le fichier.")] = False,
) -> int:
    """Compter un mot, une expression ou une question par année, site, auteur ou rôle."""
    from archiblogue.cli.counting import run_frequencies, table_output
    from archiblogue.cli.searching import FilterOptions
    from index.views.frequency_table import Counted, FrequencyOptions, read_by

    filters = FilterOptions(
        role or (), author or (), site or (), title or (), language or (), after, before, undated
    ).parse()
    counted = Counted.QUESTION if question else Counted.EXPRESSION
    return run_frequencies(
        expression,
        _settings(archive),
        FrequencyOptions(read_by(by), counted, filters, limit),
        table_output(json=json, csv=csv, form=form, path=output, force=force),
    )


@app.command()
def collocates(
    expression: Annotated[
        str, typer.Argument(metavar="EXPRESSION", help="Un mot, plusieurs, ou une « phrase ».")
    ],
    archive: ArchiveOption = None,
    window: Annotated[
        int, typer.Option("--window", min=1, max=50, metavar="N", help="Mots de chaque côté.")
    ] = 5,
    fewest: Annotated[
        int, typer.Option("--fewest", min=1, metavar="N", help="Fois au moins près d’elle.")
    ] = 5,
    sort: Annotated[
        str, typer.Option("--sort", metavar="TRI", help="log-dice, log-likelihood ou count.")
    ] = "log-dice",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="Lignes.")] = 100,
    role: RoleOption = None,
    author: AuthorOption = None,
    site: SiteOption = None,
    title: TitleOption = None,
    language: LanguageOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    form: TableFormatOption = None,
    output: TableOutputOption = Path("-"),
    *,
    undated: UndatedOption = False,
    json: JsonOption = False,
    csv: CsvOption = False,
    force: Annotated[bool, typer.Option("--force", help="Remplacer le fichier.")] = False,
) -> int:
    """Lister les mots qui accompagnent une expression, et s’ils le font plus que par hasard."""
    from archiblogue.cli.counting import run_collocates, table_output
    from archiblogue.cli.searching import FilterOptions
    from index.views.collocates import CollocateOptions, read_measure

    filters = FilterOptions(
        role or (), author or (), site or (), title or (), language or (), after, before, undated
    ).parse()
    return run_collocates(
        expression,
        _settings(archive),
        CollocateOptions(window, fewest, read_measure(sort), limit, filters),
        table_output(json=json, csv=csv, form=form, path=output, force=force),
    )


@app.command()
def compare(
    first: Annotated[
        str, typer.Argument(metavar="A", help="Une question, ou des conditions seules.")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="De même.")],
    archive: ArchiveOption = None,
    k: Annotated[
        int, typer.Option("-k", metavar="N", min=1, help="Passages d’une question.")
    ] = 200,
    mode: ModeOption = "hybrid",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="Mots par côté.")] = 20,
    role: RoleOption = None,
    author: AuthorOption = None,
    site: SiteOption = None,
    title: TitleOption = None,
    language: LanguageOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    table: Annotated[
        str,
        typer.Option("--table", metavar="QUOI", help="Le tableau : words, passages ou years."),
    ] = "words",
    form: TableFormatOption = None,
    output: TableOutputOption = Path("-"),
    *,
    undated: UndatedOption = False,
    json: JsonOption = False,
    csv: CsvOption = False,
    force: Annotated[bool, typer.Option("--force", help="Remplacer le fichier.")] = False,
) -> int:
    """Comparer deux questions ou deux sous-corpus (« role:commentaire » « role:billet »)."""
    from archiblogue.cli.counting import run_compare, table_output
    from archiblogue.cli.searching import FilterOptions
    from index.model import read_mode
    from index.views.comparison import ComparisonOptions

    filters = FilterOptions(
        role or (), author or (), site or (), title or (), language or (), after, before, undated
    ).parse()
    return run_compare(
        (first, second),
        _settings(archive),
        ComparisonOptions(k, read_mode(mode), filters, limit=limit),
        table_output(json=json, csv=csv, form=form, path=output, force=force),
        what=table,
    )


@app.command()
def judge(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="La question jugée.")],
    passage: Annotated[str, typer.Argument(metavar="ID", help="Le passage jugé.")],
    grade: Annotated[
        int, typer.Argument(metavar="NOTE", help="0 hors sujet, 1 en partie, 2 répond.")
    ],
    archive: ArchiveOption = None,
) -> int:
    """Garder un jugement : ce passage répond-il à cette question ?"""
    from archiblogue.cli.judging import run_judge

    return run_judge(question, passage, grade, _settings(archive))


@app.command()
def judgements(
    archive: ArchiveOption = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, json, queries ou qrels.")
    ] = "text",
) -> int:
    """Lister ou exporter les jugements gardés."""
    from archiblogue.cli.judging import run_judgements

    return run_judgements(_settings(archive), form=form)


@app.command()
def corpus(
    archive: ArchiveOption = None, *, json: JsonOption = False, csv: CsvOption = False
) -> int:
    """Écrire tous les passages de l’archive."""
    from archiblogue.cli.inspecting import run_corpus

    return run_corpus(_settings(archive), form=output_form(json=json, csv=csv))


@app.command()
def export(
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="La question, en français.")
    ] = None,
    archive: ArchiveOption = None,
    encoder: ReaderOption = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help=f"{_EXPORT_FORMATS}.")
    ] = "csv",
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FICHIER", help="Où écrire ; « - » : la sortie."),
    ] = Path("-"),
    offset: OffsetOption = 0,
    order: OrderOption = "relevance",
    k: Annotated[int, typer.Option("-k", metavar="N", min=1, help="Passages par question.")] = 1000,
    mode: ModeOption = "hybrid",
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch", metavar="FICHIER", help="Une question par ligne ; « - » : l’entrée."
        ),
    ] = None,
    selection: Annotated[
        Path | None,
        typer.Option(
            "--selection",
            metavar="FICHIER_OU_NOM",
            help="Une sélection gardée (select), ou un fichier d’identifiants de passages.",
        ),
    ] = None,
    concordance: Annotated[
        str | None,
        typer.Option("--concordance", metavar="EXPRESSION", help="Chaque occurrence, en contexte."),
    ] = None,
    role: RoleOption = None,
    author: AuthorOption = None,
    site: SiteOption = None,
    title: TitleOption = None,
    language: LanguageOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    per_document: Annotated[
        int | None,
        typer.Option("--per-document", min=1, metavar="N", help="Passages d’un même document."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="MOT", help="Un mot que le lexique n’ajoute pas."),
    ] = None,
    more_like: Annotated[
        list[str] | None,
        typer.Option("--more-like", metavar="ID", help="Rapprocher la question de ce passage."),
    ] = None,
    less_like: Annotated[
        list[str] | None,
        typer.Option("--less-like", metavar="ID", help="Éloigner la question de ce passage."),
    ] = None,
    sort: Annotated[
        str, typer.Option("--sort", metavar="TRI", help="Ordre d’une concordance.")
    ] = "corpus",
    width: Annotated[
        int,
        typer.Option("--width", metavar="N", help="Contexte d’une concordance, de chaque côté."),
    ] = 60,
    authors: Annotated[
        str,
        typer.Option("--authors", metavar="CHOIX", help="real, pseudonyms ou none."),
    ] = "real",
    authors_key: Annotated[
        Path | None,
        typer.Option("--authors-key", metavar="FICHIER", help="La clé des pseudonymes."),
    ] = None,
    style: Annotated[
        str,
        typer.Option(
            "--style",
            metavar="STYLE",
            help="Des citations : iso690, iso690-note, udem-apa, apa, ou un fichier .csl.",
        ),
    ] = "iso690",
    page: Annotated[
        str | None,
        typer.Option("--page", metavar="ADRESSE", help="Où la page est servie, pour les liens."),
    ] = None,
    help_format: Annotated[
        str | None,
        typer.Option(
            "--help-format", metavar="FORMAT", help="Dire les colonnes d’un format (all : de tous)."
        ),
    ] = None,
    *,
    undated: UndatedOption = False,
    as_typed: AsTypedOption = False,
    corpus: Annotated[bool, typer.Option("--corpus", help="Tous les passages.")] = False,
    threads: Annotated[
        bool, typer.Option("--threads", help="Ajouter l’échange de chaque commentaire trouvé.")
    ] = False,
    without_lexicon: Annotated[
        bool, typer.Option("--without-lexicon", help="Chercher les mots tapés seulement.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Remplacer le fichier.")] = False,
) -> int:
    """Emporter une réponse entière : tableau, références, corpus, dossier de recherche."""
    from archiblogue.cli import exporting
    from archiblogue.cli.concordance import parse_sort
    from archiblogue.cli.searching import FilterOptions, SearchRequest
    from index.views.concordance import ConcordanceOptions

    if help_format is not None:
        return exporting.run_help_format(help_format)
    options = FilterOptions(
        role or (), author or (), site or (), title or (), language or (), after, before, undated
    )
    search = SearchRequest(
        k=k,
        mode=mode,
        filters=options.parse(),
        max_per_document=per_document,
        more_like=tuple(more_like or ()),
        less_like=tuple(less_like or ()),
        expand=not without_lexicon,
        without=tuple(without or ()),
        reranker=load_settings().reranker,
        offset=offset,
        order=order,
        as_typed=as_typed,
        encoder=encoder or load_settings().encoder,
    )
    return exporting.run_export(
        exporting.Subject(question, batch, selection, concordance, corpus, threads),
        _settings(archive),
        search,
        exporting.Output(form, output, authors, authors_key, style, page, force),
        ConcordanceOptions(width=width, sort=parse_sort(sort), filters=search.filters),
    )


@app.command()
def select(
    action: Annotated[
        str,
        typer.Argument(metavar="ACTION", help="add, list, show, remove, merge, export ou delete."),
    ],
    name: Annotated[
        str | None, typer.Argument(metavar="NOM", help="La sélection (list n’en prend pas).")
    ] = None,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID…", help="Des passages (add, remove), ou des fichiers (merge)."),
    ] = None,
    archive: ArchiveOption = None,
    search: Annotated[
        str | None,
        typer.Option("--search", metavar="QUESTION", help="Garder les passages de cette question."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="FICHIER",
            help="Garder ceux d’une liste d’identifiants, d’un CSV ou d’un JSONL exporté.",
        ),
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXTE", help="Une note, pour chacun.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="MOT", help="Une étiquette (répétable).")
    ] = None,
    k: CountOption = 10,
    mode: ModeOption = "hybrid",
    role: RoleOption = None,
    author: AuthorOption = None,
    site: SiteOption = None,
    title: TitleOption = None,
    language: LanguageOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help=f"{_EXPORT_FORMATS}.")
    ] = None,
    output: TableOutputOption = Path("-"),
    authors: Annotated[
        str, typer.Option("--authors", metavar="CHOIX", help="real, pseudonyms ou none.")
    ] = "real",
    style: Annotated[
        str, typer.Option("--style", metavar="STYLE", help="Le style des citations.")
    ] = "iso690",
    *,
    undated: UndatedOption = False,
    json: JsonOption = False,
    csv: CsvOption = False,
    force: Annotated[bool, typer.Option("--force", help="Remplacer le fichier.")] = False,
) -> int:
    """Garder des passages avec notes et étiquettes : add, list, show, remove, merge, export."""
    from archiblogue.cli.searching import FilterOptions, SearchRequest
    from archiblogue.cli.selecting import SelectRequest, run_select

    filters = FilterOptions(
        role or (), author or (), site or (), title or (), language or (), after, before, undated
    ).parse()
    request = SelectRequest(
        action=action,
        name=name,
        what=tuple(what or ()),
        question=search,
        file=file,
        note=note,
        tags=tuple(tag or ()),
        search=SearchRequest(k=k, mode=mode, filters=filters),
        form="json" if json and form is None else "csv" if csv and form is None else form,
        path=output,
        authors=authors,
        style=style,
        is_forced=force,
    )
    return run_select(request, _settings(archive))


@app.command()
def save(
    name: Annotated[str, typer.Argument(metavar="NOM", help="Le nom de la recherche.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="La question, en français.")],
    archive: ArchiveOption = None,
    mode: ModeOption = "hybrid",
    role: RoleOption = None,
    author: AuthorOption = None,
    site: SiteOption = None,
    title: TitleOption = None,
    language: LanguageOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    *,
    undated: UndatedOption = False,
    as_typed: AsTypedOption = False,
    without_lexicon: Annotated[
        bool, typer.Option("--without-lexicon", help="Chercher les mots tapés seulement.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Remplacer celle de ce nom.")] = False,
) -> int:
    """Garder une recherche, pour savoir plus tard ce qui est nouveau pour elle."""
    from archiblogue.cli.saving import run_save
    from archiblogue.cli.searching import FilterOptions, SearchRequest

    filters = FilterOptions(
        role or (), author or (), site or (), title or (), language or (), after, before, undated
    ).parse()
    request = SearchRequest(
        mode=mode, filters=filters, expand=not without_lexicon, as_typed=as_typed
    )
    return run_save(name, request.query(question), _settings(archive), is_forced=force)


@app.command()
def searches(
    archive: ArchiveOption = None,
    remove: Annotated[
        str | None, typer.Option("--remove", metavar="NOM", help="Oublier cette recherche.")
    ] = None,
    *,
    json: JsonOption = False,
) -> int:
    """Lister les recherches gardées."""
    from archiblogue.cli.saving import run_searches

    return run_searches(_settings(archive), remove=remove, as_json=json)


@app.command()
def new(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NOM…]", help="Des recherches gardées.")
    ] = None,
    archive: ArchiveOption = None,
    atom: Annotated[
        Path | None,
        typer.Option("--atom", metavar="FICHIER", help="Tenir à jour un fil Atom à ce chemin."),
    ] = None,
    page: Annotated[
        str | None,
        typer.Option("--page", metavar="ADRESSE", help="Où la page est servie, pour les liens."),
    ] = None,
    form: TableFormatOption = None,
    output: TableOutputOption = Path("-"),
    *,
    every: Annotated[bool, typer.Option("--all", help="Toutes les recherches gardées.")] = False,
    peek: Annotated[bool, typer.Option("--peek", help="Montrer sans noter que c’est vu.")] = False,
    json: JsonOption = False,
    csv: CsvOption = False,
    force: Annotated[bool, typer.Option("--force", help="Remplacer le fichier.")] = False,
) -> int:
    """Dire ce qui est nouveau pour une recherche gardée depuis la dernière fois."""
    from archiblogue.cli.counting import table_output
    from archiblogue.cli.saving import NewRequest, run_new

    output_of_table = table_output(json=json, csv=csv, form=form, path=output, force=force)
    request = NewRequest(tuple(names or ()), every, peek, atom, page, output_of_table)
    return run_new(request, _settings(archive))


@app.command()
def replay(
    bundle: Annotated[
        Path, typer.Argument(metavar="DOSSIER.ZIP", help="Un export au format bundle.")
    ],
    archive: ArchiveOption = None,
    *,
    json: JsonOption = False,
) -> int:
    """Refaire une recherche emportée, et dire ce qui a changé et pourquoi."""
    from archiblogue.cli.exporting import run_replay

    reranker = load_settings().reranker
    return run_replay(bundle, _settings(archive), reranker=reranker, as_json=json)


@app.command()
def explain(
    page: Annotated[
        str, typer.Argument(metavar="PAGE", help="Le fichier d’une page, ou son adresse.")
    ],
    base_url: BaseUrlOption = None,
    *,
    whole: Annotated[
        bool, typer.Option("--all", help="Montrer un à un les blocs écartés en groupe.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Montrer ce qui est gardé et ce qui est écarté d’une page, et pourquoi."""
    from archiblogue.cli.explaining import run_explain

    return run_explain(page, base_url=base_url, is_whole=whole, as_json=json)


@app.command()
def evaluate(
    corpus: Annotated[
        Path | None, typer.Option(metavar="CORPUS.JSONL", help="_id, title, text.")
    ] = None,
    queries: Annotated[
        Path | None, typer.Option(metavar="QUERIES.JSONL", help="_id, text.")
    ] = None,
    qrels: Annotated[
        Path | None, typer.Option(metavar="QRELS.TSV", help="query-id, corpus-id, score.")
    ] = None,
    archive: Annotated[
        Path | None,
        typer.Option("--archive", metavar="DOSSIER", help="Une archive, avec ses jugements."),
    ] = None,
    mode: Annotated[
        str, typer.Option("--mode", metavar="MODE", help="hybrid, dense, lexical ou all.")
    ] = "hybrid",
    encoder: EncoderOption = None,
    *,
    json: JsonOption = False,
) -> int:
    """Mesurer la recherche sur un jeu au format BEIR, ou une archive sur ses jugements."""
    if archive is not None:
        from archiblogue.cli.judging import run_evaluate_archive

        return run_evaluate_archive(_settings(archive), as_json=json)
    from archiblogue.cli.evaluating import name_files, run_evaluate

    files = name_files(corpus, queries, qrels)
    return run_evaluate(files, mode=mode, encoder=encoder or _settings().encoder, as_json=json)


@app.command()
def info(
    archive: ArchiveOption = None,
    *,
    privacy: Annotated[
        bool, typer.Option("--privacy", help="Ce qu’elle dit des personnes (CNIL, Loi 25).")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Décrire l’archive : comptes, modèle, génération, tailles."""
    from archiblogue.cli.inspecting import run_info

    if privacy:
        from archiblogue.cli.privacy import run_privacy

        return run_privacy(_settings(archive), as_json=json)
    return run_info(_settings(archive), as_json=json)


@app.command()
def audit(
    archive: ArchiveOption = None,
    rows: Annotated[int, typer.Option("-n", min=0, metavar="N", help="Pages à montrer.")] = 20,
    *,
    json: JsonOption = False,
) -> int:
    """Comparer les commentaires extraits au compteur de chaque page."""
    from archiblogue.cli.auditing import run_audit

    return run_audit(_settings(archive), n_rows=rows, as_json=json)


@app.command()
def verify(
    archive: ArchiveOption = None,
    *,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="Comparer aussi les fichiers entre eux\u00a0: textes, mots, vecteurs, signes.",
        ),
    ] = False,
    json: JsonOption = False,
) -> int:
    """Relire tous les fichiers de l’archive et dire lesquels sont abîmés."""
    from archiblogue.cli.keeping import run_verify

    return run_verify(_settings(archive), as_json=json, is_deep=deep)


@app.command()
def doctor(archive: ArchiveOption = None, *, json: JsonOption = False) -> int:
    """Examiner l’archive et dire quoi faire."""
    from archiblogue.cli.keeping import run_doctor

    return run_doctor(_settings(archive), as_json=json)


@app.command()
def generations(archive: ArchiveOption = None, *, json: JsonOption = False) -> int:
    """Lister les générations gardées ; * marque celle qui répond."""
    from archiblogue.cli.keeping import run_generations

    return run_generations(_settings(archive), as_json=json)


@app.command()
def rollback(
    archive: ArchiveOption = None,
    to: Annotated[
        int | None, typer.Option("--to", metavar="N", help="La génération voulue.")
    ] = None,
) -> int:
    """Revenir à une génération antérieure."""
    from archiblogue.cli.keeping import run_rollback

    return run_rollback(_settings(archive), to=to)


@app.command()
def compact(
    archive: ArchiveOption = None,
    keep: Annotated[int, typer.Option(metavar="N", help="Générations à garder.")] = 1,
) -> int:
    """Retirer les anciennes générations et les restes de constructions interrompues."""
    from archiblogue.cli.keeping import run_compact

    return run_compact(_settings(archive), keep=keep)


@app.command()
def withdraw(
    selector: Annotated[
        str,
        typer.Argument(
            metavar="QUOI",
            help="Une adresse (https://…), un identifiant (d-…), ou « auteur:Nom ».",
        ),
    ],
    archive: ArchiveOption = None,
    *,
    json: JsonOption = False,
) -> int:
    """Retirer un texte pour toujours (RGPD, Loi 25)."""
    from archiblogue.cli.keeping import run_withdraw

    return run_withdraw(selector, _settings(archive), as_json=json)


@app.command()
def rejections(
    archive: ArchiveOption = None,
    *,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> int:
    """Lister les pages qui n’ont donné aucun document, et pourquoi."""
    from archiblogue.cli.keeping import run_rejections

    return run_rejections(_settings(archive), form=output_form(json=json, csv=csv))


@app.command()
def serve(
    archive: ArchiveOption = None,
    encoder: ReaderOption = None,
    host: Annotated[str | None, typer.Option(metavar="ADRESSE", help="Adresse d’écoute.")] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=65_535, help="Port d’écoute.")
    ] = None,
    *,
    external_guard: Annotated[
        bool,
        typer.Option(
            "--external-guard",
            help="Ne rien demander aux visiteurs : un serveur mandataire garde déjà la page.",
        ),
    ] = False,
) -> int:
    """Ouvrir la page de recherche."""
    from dataclasses import replace

    from archiblogue.web.serve import serve as run_server

    settings = _settings(archive)
    chosen = replace(
        settings,
        host=host or settings.host,
        port=port or settings.port,
        encoder=encoder or settings.encoder,
        external_guard=external_guard or settings.external_guard,
    )
    return run_server(chosen)


@app.command()
def password() -> int:
    """Préparer le mot de passe d’une page partagée, sans jamais le garder en clair."""
    from archiblogue.cli.password import run_password

    return run_password()


@app.command()
def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh, fish ou powershell.")],
) -> int:
    """Écrire le script qui complète les commandes et les options dans un terminal."""
    from archiblogue.cli.completion import run_completion

    return run_completion(shell)


def _say_version(*, is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        say(f"Archiblogue {version('archiblogue')}")
        raise typer.Exit


@app.callback()
def archiblogue(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda value: _say_version(is_asked=value),
            is_eager=True,
            help="Dire la version et sortir.",
        ),
    ] = False,
) -> None:
    """Archive sémantique et interrogeable de blogues français et québécois."""


for registered in app.registered_commands:
    registered.cls = FrenchCommand


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with the exit code of its contract."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """The exit code of one command line; its sentences are on stderr."""
    prepare_completion()
    try:
        code: Any = app(arguments, prog_name="archiblogue", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        warn(usage_sentence(error))
        return error.exit_code
    except ArchiveError as error:
        warn(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        warn("Interrompu. Ce qui était publié l’est toujours\u202f; relancez pour continuer.")
        return 130
    except (ReaderGoneError, BrokenPipeError):
        _silence_stdout()
        return 0
    except OSError as error:
        _silence_stdout()
        where = f" pour «\u00a0{error.filename}\u00a0»" if error.filename else ""
        warn(
            f"Le système a refusé une opération{where} ({error.strerror or error}). Vérifiez les "
            "droits et la place sur le disque, puis recommencez."
        )
        return ArchiveError.exit_code
    return code if isinstance(code, int) else 0


def _silence_stdout() -> None:
    """Python flushes stdout once more at exit: give it somewhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
