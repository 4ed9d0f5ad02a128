"""Forms of irregular French verbs, and the stem that they share.

A suffix stemmer takes « -ait » and « -ent » away, not « prennent » or « reçu » from their
infinitive. The third group is closed: its some two hundred common verbs follow twenty-odd models
(the conjugation tables of the grammars: Bescherelle 1997), written here as radicals and endings.
Forms are folded (`terms.fold`). A form that is also a common noun or another verb (« lit »,
« part », « entreprise », « nuit ») is left to the stemmer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

_ENDINGS: Final[Mapping[str, str]] = {
    # Present of three radicals: alone, before a mute e, before a sounded vowel.
    "present": "- s",
    "mute": "e es ent",
    "sounded": "ons ez ais ait aient ions iez ant ants ante antes",
    "future": "ai as a ons ez ont ais ait aient ions iez",
    "past-i": "is it imes ites irent isse isses issent",
    "past-u": "us ut umes utes urent usse usses ussent",
    "past-in": "nt nmes ntes nrent nsse nsses nssent",
    "done-u": "u us ue ues",
    "done-i": "i is ie ies",
    "done-s": "s se ses",
    "done-t": "t ts te tes",
}
# A model: what its infinitives end with, then « radical: endings » in the place of that end. The
# first radical is the one of the shared stem.
_MODELS: Final = (
    # répondre, perdre
    ("dre", "d: present mute sounded past-i done-u; dr: e future"),
    ("prendre", "pren: sounded; prend: present; prenn: mute; pri: done-s; pr: past-i; "
     "prendr: e future"),
    ("mettre", "mett: mute sounded; met: present; mi: done-s; m: past-i; mettr: e future"),
    ("battre", "batt: mute sounded past-i done-u; bat: present; battr: e future"),
    ("rompre", "romp: present t mute sounded past-i done-u; rompr: e future"),
    ("aincre", "ainqu: mute sounded past-i; ainc: present done-u; aincr: e future"),
    ("vivre", "viv: mute sounded; vi: s t; vec: past-u done-u; vivr: e future"),
    ("suivre", "suiv: mute sounded past-i done-i; sui: s t; suivr: e future"),
    ("indre", "ign: mute sounded past-i; in: s done-t; indr: e future"),
    ("aitre", "aiss: mute sounded; ai: s t; aitr: e future; : past-u done-u"),
    ("oitre", "oiss: mute sounded; oi: s t; oitr: e future; : past-u done-u"),
    ("uire", "uis: mute sounded past-i; ui: s done-t; uir: e future"),
    ("crire", "criv: mute sounded past-i; cri: s done-t; crir: e future"),
    ("lire", "lis: mute sounded; li: s t; l: past-u done-u; lir: e future"),
    ("dire", "dis: mute sounded; di: s done-t; d: past-i; dir: e future"),
    ("aire", "ais: mute sounded; ai: s t; air: e future"),
    ("croire", "croy: sounded; croi: s t mute; cr: past-u done-u; croir: e future"),
    ("boire", "buv: sounded; boi: s t; boiv: mute; b: done-u; boir: e future"),
    ("soudre", "solv: mute sounded; sou: s t; sol: past-u done-u; soudr: e future"),
    ("clure", "clu: s t mute sounded done-s; cl: past-u done-u; clur: e future"),
    ("enir", "en: sounded done-u; ien: s t; ienn: mute; iendr: future; i: past-in; enir: -"),
    ("ourir", "our: mute sounded done-u past-u; our: s t; ourr: future; ourir: -"),
    ("mourir", "mour: sounded past-u; meur: s t mute; mor: done-t; mourr: future; mourir: -"),
    ("querir", "quer: sounded; quier: s t mute; qui: done-s; qu: past-i; querr: future; querir: -"),
    ("rir", "r: mute sounded past-i; er: done-t; rir: - future"),
    ("tir", "t: mute sounded past-i done-i; : s t; tir: - future"),
    ("mir", "m: mute sounded past-i done-i; : s t; mir: - future"),
    ("vir", "v: mute sounded past-i done-i; : s t; vir: - future"),
    ("cevoir", "cev: sounded; coi: s t; coiv: mute; c: past-u done-u; cevr: future; cevoir: -"),
    ("savoir", "sav: sounded ent; sai: s t; sach: e es ent ions iez ons ez ant; s: past-u done-u; "
     "saur: future; savoir: - s"),
    ("voir", "voy: sounded; voi: s t mute; verr: future; v: past-i done-u; voir: -"),
    ("valoir", "val: sounded ent past-u done-u; vau: x t; vaill: mute; vaudr: future; valoir: -"),
    ("vouloir", "voul: sounded past-u done-u; veu: x t; veul: ent; veuill: mute ez; voudr: future; "
     "vouloir: -"),
)  # fmt: skip
_VERBS: Final[Mapping[str, str]] = {
    "dre": "attendre entendre rendre vendre revendre tendre etendre detendre pretendre descendre "
    "condescendre defendre dependre pendre suspendre fendre pourfendre repandre epandre repondre "
    "correspondre fondre confondre refondre pondre tondre perdre mordre tordre detordre",
    "prendre": "prendre apprendre comprendre entreprendre reprendre surprendre meprendre",
    "mettre": "mettre admettre commettre compromettre demettre emettre omettre permettre "
    "promettre remettre retransmettre soumettre transmettre",
    "battre": "battre abattre combattre debattre rabattre ebattre",
    "rompre": "rompre interrompre corrompre",
    "aincre": "vaincre convaincre",
    "vivre": "vivre revivre survivre",
    "suivre": "suivre poursuivre ensuivre",
    "indre": "craindre plaindre contraindre peindre depeindre repeindre teindre deteindre eteindre "
    "atteindre feindre ceindre restreindre enfreindre etreindre astreindre joindre rejoindre "
    "adjoindre disjoindre",
    "aitre": "connaitre reconnaitre meconnaitre paraitre apparaitre disparaitre comparaitre "
    "reapparaitre transparaitre",
    "oitre": "accroitre decroitre",
    "uire": "conduire reconduire deduire enduire induire introduire produire reproduire reduire "
    "seduire traduire construire reconstruire instruire detruire cuire",
    "crire": "ecrire reecrire decrire inscrire prescrire proscrire souscrire transcrire",
    "lire": "lire relire elire reelire",
    "dire": "dire redire contredire interdire predire medire",
    "aire": "plaire deplaire taire",
    "croire": "croire",
    "boire": "boire",
    "soudre": "resoudre",
    "clure": "conclure inclure exclure",
    "enir": "tenir appartenir contenir detenir entretenir maintenir obtenir retenir soutenir "
    "abstenir venir convenir devenir redevenir intervenir parvenir prevenir provenir revenir "
    "souvenir subvenir survenir advenir",
    "ourir": "courir accourir concourir encourir parcourir recourir secourir",
    "mourir": "mourir",
    "querir": "acquerir conquerir requerir",
    "rir": "ouvrir rouvrir entrouvrir couvrir decouvrir recouvrir offrir souffrir",
    "tir": "partir sortir ressortir sentir consentir ressentir pressentir mentir dementir",
    "mir": "dormir endormir rendormir",
    "vir": "servir desservir resservir",
    "cevoir": "recevoir apercevoir concevoir percevoir decevoir",
    "savoir": "savoir",
    "voir": "voir revoir entrevoir",
    "valoir": "valoir equivaloir prevaloir",
    "vouloir": "vouloir",
}
_HOMOGRAPH_FORMS: Final = """
    fond fonds fonde fondes fondent fondons fondez fondais fondait fondaient fondions fondiez
    fondant fondants fondante fondantes tendre tendres tendant pendant pendants dependant tond
    pend prise prises reprise reprises surprise surprises entreprise entreprises meprise
    meprises mets mise mises remise remises promise promises commis compromis permis emis
    soumise vis vit vive vives suivant suivants suivante suivantes teint teints teinte teintes
    teins joint joints jointe jointes adjoint adjoints adjointe adjointes nuit nuits produit
    produits conduit conduits conduite conduites enduit enduits cuit lit lis lie lies tu tus
    tue tues tut bois bus bue bues crus crue crues contenu contenus revenu revenus tenue tenues
    venue venues convenu maintenant vins devins tins vint convenant tenant tenants cours court
    courant courants courante courantes parcours recours concours secours part parts parti
    partis partie parties sens sente sentes ment mens mente mentes sort sorts vue vues voie
    voies revue revues vises visse vissent visses virent vus sus sue sues sut savoir savoirs
    savant savants savante savantes valant vaillent couvert couverts sers serre serve serves
    admirent mirent misses medite mepris demis demise demises ressort dessert mentions mentons
    sorte sortes plaisante plaisantes fondue fondues demente dementes elisions tendons tenons
    mourons dimes decrue decrues voyant voyants voyante voyantes revenant revenants revenante
    revenantes batte battes teigne teignes peigne peignes peignent peignons peignez peignais
    peignait peignaient peignant cuite cuites suis
"""
_HOMOGRAPHS: Final = frozenset(_HOMOGRAPH_FORMS.split())


@lru_cache(maxsize=1)
def irregular_stems() -> Mapping[str, str]:
    """The stem of each folded form of the verbs known here, infinitives included.

    Two verbs that share a form leave it to the stemmer.
    """
    stems: dict[str, str] = {}
    shared: set[str] = set()
    for end, model in _MODELS:
        for verb in _VERBS[end].split():
            forms = list(_conjugate(verb.removesuffix(end), model))
            stem = forms[0][0]
            for _, form in forms:
                if stems.setdefault(form, stem) != stem:
                    shared.add(form)
    return {form: stem for form, stem in stems.items() if form not in shared | _HOMOGRAPHS}


def _conjugate(start: str, model: str) -> Iterator[tuple[str, str]]:
    """Yields the radical and the form for each form of a verb."""
    for part in model.split(";"):
        radical, endings = part.split(":")
        for name in endings.split():
            for ending in _ENDINGS.get(name, name).split():
                written = start + radical.strip()
                yield written, written + ("" if ending == "-" else ending)
