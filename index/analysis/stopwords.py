"""French words that carry no subject: articles, pronouns, question words, auxiliaries, modals.

« été » is left in: it is also the season. All forms are folded (no accents, lower case), as
`index.analysis.terms.fold` gives them.
"""

from __future__ import annotations

from typing import Final

# Never the second part of a compound: « dit-il », « celui-là », « eux-mêmes ».
_CLITIC_WORDS: Final = (
    "t je tu il elle on nous vous ils elles ce ci la le les lui leur leurs y en moi toi soi eux "
    "meme memes"
)
CLITICS: Final = frozenset(_CLITIC_WORDS.split())

_ARTICLES: Final = "le la les un une des du de au aux l d"
_PRONOUNS: Final = (
    "je tu il elle on nous vous ils elles me te se lui leur leurs y en moi toi soi eux ce cet "
    "cette ces ceci cela ca celui celle ceux celles mon ma mes ton ta tes son sa ses notre nos "
    "votre vos mien mienne miens miennes tien tienne sien sienne siens siennes meme memes autre "
    "autres aucun aucune tel telle tels telles j m t s c n quelquun quelquune"
)
_QUESTIONS: Final = (
    "qui que quoi dont ou quand comment pourquoi combien quel quelle quels quelles lequel "
    "laquelle lesquels lesquelles auquel duquel est ce qu quest lorsque lorsqu puisque puisqu"
)
_LINKS: Final = (
    "et ou mais donc or ni car si a dans par pour sur avec sans sous entre vers chez contre "
    "depuis pendant comme ainsi alors aussi tres plus moins bien peu tout tous toute toutes ne "
    "pas non oui deja encore ici la voici voila jusque jusqu selon afin parce lors puis etc "
    "quoique quelque quelques chaque plusieurs"
)
_AUXILIARIES: Final = (
    "etre suis es est sommes etes sont etais etait etions etiez etaient fus fut furent serai "
    "seras sera serons serez seront serais serait serions seraient sois soit soyons soyez soient "
    "etant avoir ai as avons avez ont avais avait avions aviez avaient eu eus eut eurent "
    "aurai auras aura aurons aurez auront aurais aurait aurions auraient aie aies ait ayons ayez "
    "aient ayant faire fait faut peut peux peuvent pouvez doit dois doivent"
)
# « pouvoir » and « devoir » themselves are left in: they are also what power and duty are called.
_MODALS: Final = (
    "pouvons pouvais pouvait pouvaient pourrai pourra pourrons pourrez pourront pourrais pourrait "
    "pourriez pourraient puisse puissions puissiez puissent pu devons devez devais devait "
    "devaient devrai devra devrons devrez devront devrais devrait devraient fais faisons faites "
    "font faisait faisaient fera feront ferait feraient fasse fassent aller vais vas va allons "
    "allez vont allait allaient ira iront irait"
)

STOP_WORDS: Final = frozenset(
    f"{_ARTICLES} {_PRONOUNS} {_QUESTIONS} {_LINKS} {_AUXILIARIES} {_MODALS}".split()
)
