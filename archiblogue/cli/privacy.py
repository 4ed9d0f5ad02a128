"""`info --privacy`: a checklist for a register of personal data, filled where the archive knows.

The questions are those of the CNIL's sheet on collection by scraping (« La base légale de l'intérêt
légitime : fiche focus sur les mesures à prendre en cas de collecte des données par moissonnage »,
19 June 2025) and of Québec's Loi 25 (Loi sur la protection des renseignements personnels dans le
secteur privé, RLRQ c. P-39.1). A person answers what no archive can know.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from archiblogue.cli.terminal import count, say, say_json
from archiblogue.typography import format_number, french
from index.archive import open_archive
from index.export.personal_data import PersonalData, count_personal_data

if TYPE_CHECKING:
    from archiblogue.settings import Settings

CNIL: Final = "CNIL, moissonnage (juin 2025)"
LOI_25: Final = "Loi 25 (Québec)"
_TO_FILL: Final = "à remplir"
_HELD: Final = "tenu"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the checklist. `state` is « tenu » or « à remplir »."""

    source: str
    question: str
    state: str
    answer: str


def run_privacy(settings: Settings, *, as_json: bool) -> int:
    """Write the checklist of an archive."""
    with open_archive(settings.archive) as archive:
        found = count_personal_data(archive)
    entries = checklist(found)
    if as_json:
        say_json({"counts": asdict(found), "entries": [asdict(one) for one in entries]}, indent=2)
        return 0
    section = ""
    for one in entries:
        if one.source != section:
            say(f"{'' if not section else chr(10)}{one.source}")
            section = one.source
        mark = "x" if one.state == _HELD else " "
        say(f"  [{mark}] {french(one.question)}")
        say(f"      {french(one.answer)}")
    return 0


def checklist(found: PersonalData) -> tuple[Entry, ...]:
    """The lines of the checklist for an archive of these counts."""
    return (*_cnil(found), *_loi_25(found))


def _cnil(found: PersonalData) -> tuple[Entry, ...]:
    people, sites = format_number(found.n_people), format_number(found.n_sites)
    years = f", de {found.first_year} à {found.last_year}" if found.first_year else ""
    kinds = ", ".join(f"{kind} : {format_number(n)}" for kind, n in found.contacts.items())
    contacts = kinds or "aucune trouvée"
    return (
        _held(
            CNIL,
            "Quelles données, et combien ?",
            f"{count(found.n_documents, 'billet')}, {count(found.n_passages, 'passage')}, "
            f"{people} signatures, {sites} sites{years}. "
            f"{count(found.n_unsigned, 'passage')} sans signature.",
        ),
        _fill(CNIL, "Quels critères de collecte, fixés avant ?", "Nommez les sites et les dates."),
        _held(
            CNIL,
            "Les données sans rapport sont-elles écartées aussitôt ?",
            "Menus, formulaires et publicités sont écartés à la lecture, par des règles nommées "
            "(archiblogue explain PAGE).",
        ),
        _held(
            CNIL,
            "Les sites qui s’y opposent sont-ils laissés ?",
            "Le réseau n’est lu que si robots.txt le permet ; une page fermée n’est pas forcée.",
        ),
        _fill(
            CNIL,
            "Les conditions des sites, et les sites sensibles (santé, mineurs, opinions) ?",
            "Lisez-les, et écartez ce qui n’est pas nécessaire.",
        ),
        _held(
            CNIL,
            "Les coordonnées sont-elles masquées ?",
            f"Dans tout export. Trouvées dans les textes : {contacts}.",
        ),
        _held(
            CNIL,
            "Les personnes peuvent-elles s’opposer ?",
            f"archiblogue withdraw : pour toujours, reconstructions comprises. "
            f"{count(found.n_withdrawals, 'retrait')} à ce jour.",
        ),
        _held(
            CNIL,
            "Les noms sont-ils pseudonymisés à la sortie ?",
            "archiblogue export --authors pseudonyms, ou none ; la clé est hors de l’archive.",
        ),
        _fill(
            CNIL,
            "Comment les personnes sont-elles informées ?",
            "Publiez la liste des sites lus, le but et une adresse où s’opposer.",
        ),
        _fill(CNIL, "Quelle base légale, quelle mise en balance ?", "Écrivez-la au registre."),
    )


def _loi_25(found: PersonalData) -> tuple[Entry, ...]:
    signed = found.n_passages - found.n_unsigned
    return (
        _fill(LOI_25, "Qui est responsable des renseignements personnels ?", "Nom et adresse."),
        _fill(
            LOI_25,
            "L’évaluation des facteurs relatifs à la vie privée (art. 3.3, 21) est-elle faite ?",
            "Elle précède une recherche sans consentement.",
        ),
        _held(
            LOI_25,
            "Quels renseignements ?",
            f"Signatures de {count(signed, 'passage')}, textes, dates et adresses de pages.",
        ),
        _held(
            LOI_25,
            "Sortent-ils du Québec (art. 17) ?",
            "Le programme n’envoie rien : tout reste dans le dossier de l’archive.",
        ),
        _fill(LOI_25, "Où est ce dossier, et qui y a accès ?", "Disque, copies, comptes."),
        _held(
            LOI_25,
            "La page partagée est-elle fermée par défaut (art. 9.1) ?",
            "Elle ne répond qu’à cet ordinateur, ou derrière un mot de passe.",
        ),
        _held(
            LOI_25,
            "Accès, rectification, retrait, désindexation (art. 27, 28, 28.1) ?",
            "archiblogue search 'auteur:Nom …' pour trouver, archiblogue withdraw pour retirer.",
        ),
        _fill(
            LOI_25,
            "Jusqu’à quand sont-ils gardés, puis détruits ou anonymisés (art. 23) ?",
            "Une date, et qui s’en charge.",
        ),
        _fill(LOI_25, "Le registre des incidents (art. 3.8) ?", "Où il est tenu."),
    )


def _held(source: str, question: str, answer: str) -> Entry:
    return Entry(source, question, _HELD, answer)


def _fill(source: str, question: str, answer: str) -> Entry:
    return Entry(source, question, _TO_FILL, answer)
