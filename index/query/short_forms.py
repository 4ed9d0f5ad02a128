"""What people write short in messages, folded, and the words that they stand for.

Only forms that are no French word of their own.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_WRITTEN: Final = """
    ajd aujourd'hui; auj aujourd'hui; ajourdhui aujourd'hui; aprem après-midi;
    askip à ce qu'il paraît; avk avec; avc avec; bcp beaucoup; bcq beaucoup; bjr bonjour;
    bsr bonsoir; cad c'est-à-dire; cb combien; cmb combien; chui je suis; chuis je suis;
    cki c'est qui; ct c'était; ctait c'était; dsl désolé; dvt devant; dpuis depuis; dps depuis;
    ect etc; enft en fait; fo faut; fodrait faudrait; gt j'étais; jamè jamais; jms jamais;
    jve je veux; jveux je veux; jpeux je peux; kan quand; kand quand; kel quel; kelle quelle;
    kels quels; kelles quelles; kelk quelque; kelkun quelqu'un; keske qu'est-ce que; keski qu'est-
    ce qui; kesk qu'est-ce que; kestion question; koi quoi; kil qu'il; kils qu'ils; lgtps longtemps;
    lgtmps longtemps; lontemps longtemps; mnt maintenant; mtn maintenant; mntnt maintenant;
    msg message; ndd nom de domaine; nvx nouveaux; nvelle nouvelle; pb problème; pbm problème;
    pbs problèmes; pck parce que; pcq parce que; pcke parce que; paske parce que; pdt pendant;
    pk pourquoi; pkoi pourquoi; pq pourquoi; prkoi pourquoi; prq pourquoi; pquoi pourquoi;
    prblm problème; psq parce que; ptet peut-être; ptetre peut-être; qd quand; qlq quelque;
    qlqs quelques; qq quelques; qqch quelque chose; qqn quelqu'un; qques quelques; qqs quelques;
    qqun quelqu'un; quelkun quelqu'un; rdv rendez-vous; sava ça va; sk est-ce que;
    stp s'il te plaît; svp s'il vous plaît; tjrs toujours; tjr toujours; tjs toujours;
    tlm tout le monde; tt tout; tte toute; ttes toutes; vrmt vraiment; vrt vraiment; vmt vraiment;
    xkoi pourquoi; zont ils ont
"""
SHORT_FORMS: Final = MappingProxyType(
    {short: meant for one in _WRITTEN.split(";") for short, meant in [one.strip().split(" ", 1)]}
)
