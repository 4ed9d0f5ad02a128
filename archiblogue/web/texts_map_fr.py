"""The map in French: what its own script says. Read by `texts_fr`, under the prefix `map.`."""

from __future__ import annotations

from typing import Final

MAP_FRENCH: Final[dict[str, str]] = {
    "heading": "La carte",
    "drawing": "La carte se dessine. La première fois, cela prend quelques secondes ; ensuite, "
    "elle est gardée.",
    "detail.one": "{n} passage. Ceux qui se ressemblent sont côte à côte ; les mots sont ceux que "
    "chaque région a plus que les autres.",
    "detail.many": "{n} passages en {regions} régions. Ceux qui se ressemblent sont côte à côte ; "
    "les mots sont ceux que chaque région a plus que les autres. Seul le voisinage compte : la "
    "droite, la gauche, le haut et le bas ne veulent rien dire.",
    "canvas": "Carte de {n} passages en {regions} régions. La liste des régions, plus bas, dit la "
    "même chose en toutes lettres.",
    "empty": "L’archive n’a pas encore de passage à placer.",
    "unreachable": "Le serveur de la page ne donne pas la carte. Rechargez la page.",
    "hint": "Choisissez un point : son passage se lit ici.",
    "colours": "Couleurs :",
    "colour.role": "qui parle",
    "colour.site": "site",
    "colour.year": "année",
    "legend": "Ne garder que",
    "zoom": "Agrandir",
    "zoom.in": "Agrandir la carte",
    "zoom.out": "Réduire la carte",
    "zoom.all": "Toute la carte",
    "others": "autres",
    "undated": "sans date",
    "role.billet": "Billet",
    "role.commentaire": "Commentaire",
    "role.réponse": "Réponse de l’auteur",
    "regions": "Les régions",
    "regions.detail": "Chaque région, de la plus grande à la plus petite, avec ses passages : "
    "d’abord ceux de son milieu.",
    "unnamed": "région sans mots à elle",
    "passages.one": "{n} passage",
    "passages.many": "{n} passages",
    "show": "Voir sur la carte",
    "search": "Chercher ces mots",
    "more.one": "Montrer le dernier passage",
    "more.many": "Montrer d’autres passages ({n} restent)",
}
