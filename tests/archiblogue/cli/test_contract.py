"""The contract of the command line: JSON fields, exit codes, sentences."""

from __future__ import annotations

import csv
import io
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from archiblogue.cli.main import app
from index.export.csv_table import unguard
from tests.archiblogue.cli.conftest import Archiblogue

COMMANDS = [one for one in app.registered_commands if one.callback is not None]
HIT_FIELDS = [
    "rank",
    "score",
    "passage_id",
    "doc_id",
    "role",
    "text",
    "title",
    "author",
    "date",
    "url",
    "site",
    "source_path",
]
QUESTION = "faut-il confier les réseaux sociaux à quelqu’un des relations publiques ?"
ANSWER_FIELDS = ["schema", "query", "confident", "notices", "total", "hits"]
ISO_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?)?)?)?")


def check_hit(hit: dict[str, object]) -> None:
    assert list(hit)[: len(HIT_FIELDS)] == HIT_FIELDS
    assert hit["role"] in {"billet", "commentaire", "réponse"}
    assert isinstance(hit["text"], str)
    assert hit["text"].strip()
    assert hit["date"] is None or ISO_DATE.fullmatch(str(hit["date"]))


class TestSearch:
    def test_json_is_one_object_with_the_hits_best_first(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        outcome = archiblogue("search", QUESTION, "--archive", seed_archive, "-k", 5, "--json")
        assert outcome.code == 0, outcome.err
        value = outcome.value
        assert list(value)[: len(ANSWER_FIELDS)] == ANSWER_FIELDS
        assert (value["schema"], value["query"], value["confident"]) == (1, QUESTION, True)
        assert value["total"] >= 5
        hits = value["hits"]
        assert [hit["rank"] for hit in hits] == [1, 2, 3, 4, 5]
        scores = [hit["score"] for hit in hits]
        assert scores == sorted(scores, reverse=True)
        for hit in hits:
            check_hit(hit)

    @pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
    def test_each_mode_answers(
        self, archiblogue: Archiblogue, seed_archive: Path, mode: str
    ) -> None:
        outcome = archiblogue(
            "search", QUESTION, "--archive", seed_archive, "--mode", mode, "--json"
        )
        assert outcome.code == 0
        assert outcome.value["hits"]

    def test_batch_gives_one_json_line_per_question_in_order(
        self, archiblogue: Archiblogue, seed_archive: Path, tmp_path: Path
    ) -> None:
        questions = tmp_path / "questions.txt"
        questions.write_text("qui doit répondre ?\n\nle métier disparaît-il ?\n", encoding="utf-8")
        outcome = archiblogue(
            "search", "--batch", questions, "--archive", seed_archive, "-k", 3, "--json"
        )
        assert outcome.code == 0
        assert [line["query"] for line in outcome.lines] == [
            "qui doit répondre ?",
            "le métier disparaît-il ?",
        ]
        alone = archiblogue(
            "search", "qui doit répondre ?", "--archive", seed_archive, "-k", 3, "--json"
        )
        assert outcome.lines[0] == alone.value
        for line in outcome.lines:
            assert len(line["hits"]) == 3
            check_hit(line["hits"][0])

    def test_a_question_that_cannot_be_read_does_not_stop_a_batch(
        self, archiblogue: Archiblogue, seed_archive: Path, tmp_path: Path
    ) -> None:
        questions = tmp_path / "questions.txt"
        questions.write_text("auteur:\nqui doit répondre ?\n", encoding="utf-8")
        outcome = archiblogue("search", "--batch", questions, "--archive", seed_archive)
        assert outcome.code == 3
        assert [bool(line["hits"]) for line in outcome.lines] == [False, True]
        assert "n’a pas de valeur" in outcome.lines[0]["error"]

    def test_on_a_terminal_the_passages_are_readable(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        outcome = archiblogue("search", QUESTION, "--archive", seed_archive, "-k", 1)
        assert outcome.code == 0
        assert outcome.out.startswith("1. ")
        assert "commentaire" in outcome.out or "billet" in outcome.out


class TestCorpus:
    def test_every_passage_with_the_same_fields(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        outcome = archiblogue("corpus", "--archive", seed_archive, "--json")
        assert outcome.code == 0
        hits = outcome.lines
        assert len({hit["passage_id"] for hit in hits}) == len(hits) > 50
        assert {hit["role"] for hit in hits} >= {"billet", "commentaire"}
        for hit in hits:
            check_hit(hit)


class TestTables:
    def test_hits_and_passages_as_csv_are_those_of_the_json(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        for command in (("search", QUESTION, "-k", 4), ("corpus",)):
            arguments = (*command, "--archive", seed_archive)
            out = archiblogue(*arguments, "--csv").out
            rows = list(csv.DictReader(io.StringIO(out, newline="")))
            value = archiblogue(*arguments, "--json")
            hits = value.value["hits"] if command[0] == "search" else value.lines
            assert [row["passage_id"] for row in rows] == [hit["passage_id"] for hit in hits]
            assert [unguard(row["text"]) for row in rows] == [hit["text"] for hit in hits]
            assert out.count("\r\n") >= len(rows) + 1


class TestInfo:
    def test_counts_encoder_and_generation(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        outcome = archiblogue("info", "--archive", seed_archive, "--json")
        assert outcome.code == 0
        text = outcome.out
        assert outcome.value["counts"]["n_documents"] == 5
        assert "encoder" in text
        assert "revision" in text
        assert "generation" in text
        assert archiblogue("info", "--archive", seed_archive).code == 0


class TestAudit:
    def test_the_counters_of_the_pages_are_matched(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        value = archiblogue("audit", "--archive", seed_archive, "--json").value
        assert value["share"] == 1.0
        assert sum(one["n_extracted"] for one in value["templates"]) == 6
        out = archiblogue("audit", "--archive", seed_archive).out
        assert out.startswith("2\u00a0pages sur 5 disent combien de commentaires elles ont")
        assert "2 concordent avec ce qui a été lu (100\u00a0%)." in out
        assert out.endswith("Aucun écart.\n")

    def test_gaps_and_rejections_are_said_by_kind(
        self, archiblogue: Archiblogue, tmp_path: Path
    ) -> None:
        pages = tmp_path / "pages"
        pages.mkdir()
        for name, n_stated in (("peu", 5), ("trop", 0), ("juste", 1)):
            (pages / f"{name}.html").write_text(
                f"<title>{name}</title><h1>Le gel</h1><p>Le canal a gelé dans la nuit, {name}.</p>"
                f"<div id=comments><h2>{n_stated} commentaires</h2><ol><li class=comment id="
                "comment-7><cite class=fn>Basile</cite> <p>J’habite en face.</p></ol></div>",
                encoding="utf-8",
            )
        for name in ("a", "b"):
            (pages / f"{name}.txt").write_text("\n", encoding="utf-8")
        (pages / "image.html").write_bytes(b"\x89PNG\r\n\x1a\n")
        archive = tmp_path / "archive"
        assert archiblogue("build", pages, "--archive", archive).code == 3
        out = archiblogue("audit", "--archive", archive).out
        assert "3\u00a0pages sur 3 disent" in out
        assert "1 concorde avec ce qui a été lu (33,3\u00a0%)" in out
        assert "2\u00a0écarts, du plus grand au plus petit\u00a0:" in out
        assert "  4 manquent   (1 lu, 5 annoncés)  pages/peu.html\n" in out
        assert "  1 de trop    (1 lu, 0 annoncé)  pages/trop.html\n" in out
        assert "juste.html" not in out
        short = archiblogue("audit", "--archive", archive, "-n", "1").out
        assert "trop.html" not in short
        assert "… et 1 de plus (-n 2 les montre tous)" in short
        lines = archiblogue("rejections", "--archive", archive).out.splitlines()
        kinds = [line for line in lines if line and not line.startswith(" ")]
        assert kinds[0] == "vide (2)"
        assert len(kinds) == 2
        assert sum("pages/a.txt" in line for line in lines) == 1


class TestExplain:
    def test_kept_and_dropped_blocks_with_their_reason(
        self, archiblogue: Archiblogue, seeds: Path
    ) -> None:
        page = next(seeds.glob("003*.txt"))
        outcome = archiblogue("explain", page, "--json")
        assert outcome.code == 0
        blocks = outcome.value["documents"][0]["blocks"]
        assert {"kept", "dropped", "metadata"} <= {block["action"] for block in blocks}
        assert all(block["rule"] and block["reason"] for block in blocks)
        notice = next(block for block in blocks if block["text"].startswith("Notice:"))
        assert notice["action"] == "dropped"

    def test_on_a_terminal(self, archiblogue: Archiblogue, seeds: Path) -> None:
        outcome = archiblogue("explain", next(seeds.glob("003*.txt")))
        assert outcome.code == 0
        assert "[écarté" in outcome.out
        assert "[gardé" in outcome.out
        assert "  Commentaires  1\u00a0; la page en annonce 1\n" in outcome.out
        assert "—— Commentaire 1 · lafleurdesmath · 2009-09-21T10:38\n" in outcome.out

    def test_short_blocks_of_one_rule_are_one_line(
        self, archiblogue: Archiblogue, tmp_path: Path
    ) -> None:
        page = tmp_path / "page.html"
        page.write_text(
            "<title>Le gel</title><ul class=menu><li>Accueil<li>À propos<li>Photos</ul>"
            "<h1>Le gel</h1><p>Le canal a gelé dans la nuit, et les péniches craquaient.</p>",
            encoding="utf-8",
        )
        short, whole = archiblogue("explain", page), archiblogue("explain", page, "--all")
        assert "[écarté    ] Accueil · À propos · Photos\n" in short.out
        assert "navigation, 3\u00a0blocs\u00a0: Navigation du site\n" in short.out
        assert "3\u00a0blocs en groupes\u00a0; --all les montre un à un.\n" in short.out
        for name in ("Accueil", "À propos", "Photos"):
            assert f"[écarté    ] {name}\n" in whole.out
            assert f"[écarté    ] {name}\n" not in short.out
        assert "--all" not in whole.out
        kept = [line for line in short.out.splitlines() if line.startswith("[gardé")]
        assert kept == [line for line in whole.out.splitlines() if line.startswith("[gardé")]

    def test_a_comment_is_announced_before_its_header_and_its_text(
        self, archiblogue: Archiblogue, repository: Path
    ) -> None:
        lines = archiblogue(
            "explain", repository / "tests" / "pages" / "html" / "wp_astra.html"
        ).out.splitlines()
        firsts = [n for n, line in enumerate(lines) if line.startswith("—— Commentaire ")]
        assert len(firsts) >= 2
        for n in firsts:
            assert lines[n].split(" · ")[1] in lines[n + 1]


class TestBuild:
    def test_the_summary_counts_what_went_by(
        self, archiblogue: Archiblogue, seeds: Path, tmp_path: Path
    ) -> None:
        outcome = archiblogue("build", seeds, "--archive", tmp_path / "a", "--json")
        assert outcome.code == 0, outcome.err
        summary = outcome.value
        assert summary["n_documents"] == 5
        assert summary["n_comments"] == 12
        assert summary["n_rejected_pages"] == 0
        assert summary["n_dropped_blocks"] > 20

    def test_a_bad_page_is_said_and_the_rest_is_built(
        self, archiblogue: Archiblogue, seeds: Path, tmp_path: Path
    ) -> None:
        pages = tmp_path / "pages"
        pages.mkdir()
        page = next(seeds.glob("000*.txt"))
        (pages / "bon.txt").write_bytes(page.read_bytes())
        (pages / "vide.txt").write_bytes(b"")
        (pages / "image.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
        outcome = archiblogue("build", pages, "--archive", tmp_path / "a", "--json")
        assert outcome.code == 3
        assert outcome.value["n_documents"] == 1
        assert outcome.value["n_rejected_pages"] == 2
        assert "vide.txt" in outcome.err
        assert "image.html" in outcome.err

    def test_nothing_readable_leaves_the_archive_as_it_was(
        self, archiblogue: Archiblogue, seeds: Path, tmp_path: Path
    ) -> None:
        archive = tmp_path / "a"
        assert archiblogue("build", seeds, "--archive", archive).code == 0
        (tmp_path / "vide.txt").write_bytes(b"")
        outcome = archiblogue("build", tmp_path / "vide.txt", "--archive", archive)
        assert outcome.code == 1
        assert "Aucune page lisible" in outcome.err
        info = archiblogue("info", "--archive", archive, "--json").value
        assert info["counts"]["n_documents"] == 5


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (("build", "nulle-part"), 1, "nulle-part"),
            (("search", "x", "--archive", "nulle-part"), 1, "nulle-part"),
            (("search", "", "--archive", "nulle-part"), 2, "La question est vide"),
            (("search", " \n ", "--archive", "nulle-part"), 2, "La question est vide"),
            (("search", "x", "--mode", "magique"), 2, "magique"),
            (("search", "x", "-k", "0"), 2, "-k"),
            (("search", "x", "--inconnue"), 2, "L’option --inconnue n’existe pas"),
            (("search", "x", "--jso"), 2, "ou --json"),
            (("search", "x", "y"), 2, "entre guillemets"),
            (("search", "x", "-k", "abc"), 2, "un nombre d’au moins 1"),
            (("search", "auteur:", "--archive", "x"), 2, "écrivez-la contre le deux-points"),
            (("search", "auteur:Maud", "--archive", "x"), 1, "x"),
            (("search", "x", "--language", "klingon"), 2, "klingon"),
            (("serch", "x"), 2, "Vouliez-vous dire «\u00a0search\u00a0»"),
            (("concordance", "x", "--sort", "haut"), 2, "left, right"),
            (("judgements", "--format", "xml"), 2, "xml"),
            (("search", "x", "--batch", "q.txt"), 2, "«\u00a0x\u00a0» et --batch ne vont pas"),
            (("search", "--batch", "q.txt", "--csv"), 2, "retirez --csv"),
            (("search", "x", "--json", "--csv"), 2, "entre --json et --csv"),
            (("search", "x", "--facets", "--csv", "--archive", "x"), 2, "--facets compte"),
            (("corpus", "--json", "--csv"), 2, "entre --json et --csv"),
            (("completion", "sh"), 2, "bash, zsh, fish, powershell"),
            (("watch", "x", "--interval", "nan"), 2, "un nombre d’au moins 1"),
            (("search", "x", "--auteu", "y"), 2, "--author"),
            (("build",), 2, "SOURCE"),
            (("explain", "nulle-part.html"), 1, "nulle-part.html"),
            (("corpus", "--archive", "nulle-part", "--json"), 1, "nulle-part"),
            (("info", "--archive", "nulle-part"), 1, "nulle-part"),
            (("search", "--batch", "nulle-part.txt", "--archive", "x"), 1, "nulle-part"),
        ],
    )
    def test_one_sentence_and_the_right_code(
        self,
        archiblogue: Archiblogue,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        arguments: tuple[str, ...],
        code: int,
        said: str,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        outcome = archiblogue(*arguments)
        assert outcome.code == code, outcome.err
        assert said in outcome.err
        assert "Traceback" not in outcome.err
        assert outcome.out == ""


def test_an_interruption_is_said_with_its_own_code(
    archiblogue: Archiblogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("archiblogue.cli.inspecting.run_info", interrupted)
    outcome = archiblogue("info")
    assert outcome.code == 130
    assert "Ce qui était publié l’est toujours" in outcome.err


class TestEvaluate:
    def write_set(self, folder: Path) -> list[object]:
        (folder / "corpus.jsonl").write_text(
            '{"_id": "a", "title": "Chat", "text": "Le chat dort sur le tapis du salon."}\n'
            '{"_id": "b", "title": "", "text": "La voiture rouge roule sur la route."}\n',
            encoding="utf-8",
        )
        (folder / "queries.jsonl").write_text(
            '{"_id": "q1", "text": "où dort le chat ?"}\n'
            '{"_id": "q2", "text": "de quelle couleur est la voiture ?"}\n',
            encoding="utf-8",
        )
        (folder / "qrels.tsv").write_text(
            "query-id\tcorpus-id\tscore\nq1\ta\t1\nq2\tb\t1\n", encoding="utf-8"
        )
        return [
            "--corpus", folder / "corpus.jsonl",
            "--queries", folder / "queries.jsonl",
            "--qrels", folder / "qrels.tsv",
            "--json",
        ]  # fmt: skip

    def test_one_mode(self, archiblogue: Archiblogue, tmp_path: Path) -> None:
        outcome = archiblogue("evaluate", *self.write_set(tmp_path), "--mode", "lexical")
        assert outcome.code == 0, outcome.err
        assert outcome.value == {
            "ndcg@10": 1.0,
            "mrr@10": 1.0,
            "recall@10": 1.0,
            "recall@100": 1.0,
            "n_queries": 2,
            "n_docs": 2,
        }

    def test_all_modes(self, archiblogue: Archiblogue, tmp_path: Path) -> None:
        outcome = archiblogue("evaluate", *self.write_set(tmp_path), "--mode", "all")
        assert outcome.code == 0, outcome.err
        assert set(outcome.value) == {"hybrid", "dense", "lexical"}


def cold_run(repository: Path, *arguments: object) -> float:
    """The seconds of processor time of one command in its own process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "archiblogue", *map(str, arguments)]
    subprocess.run(command, capture_output=True, check=True, cwd=repository)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class TestHelp:
    @pytest.mark.parametrize("command", ["", *(one.callback.__name__ for one in COMMANDS)])
    def test_is_in_french_to_the_last_word(self, archiblogue: Archiblogue, command: str) -> None:
        outcome = archiblogue(*([command] if command else []), "--help")
        assert outcome.code == 0
        text = outcome.out
        assert text.startswith("Usage\u00a0: archiblogue")
        assert "Montrer cette aide et sortir." in text
        for english in ("Show this", "default", "required", "Usage:", "Options:", "<str>", "..."):
            assert english not in text


class TestColdStart:
    def test_help_imports_nothing_heavy(self, repository: Path) -> None:
        code = (
            "import sys; from archiblogue.cli.main import run; run(['--help']);"
            "print(sorted({'numpy','torch','pydantic','rich','platformdirs','index','faiss','streamlit','trafilatura','lxml',"
            "'sentence_transformers','pandas'} & set(sys.modules)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=repository
        )
        assert done.stdout.splitlines()[-1] == "[]"

    def test_help_answers_in_half_a_second_of_cpu(self, repository: Path) -> None:
        assert min(cold_run(repository, "--help") for _ in range(3)) < 0.5

    def test_a_cold_search_never_imports_torch(self, repository: Path, seed_archive: Path) -> None:
        code = (
            "import sys; from archiblogue.cli.main import run;"
            f"run(['search', 'qui répond ?', '--archive', {str(seed_archive)!r}, '--json']);"
            "print(sorted({'torch','streamlit','trafilatura','sentence_transformers','pandas',"
            "'sklearn','scipy','pydantic','rich','dateparser','ftfy','lxml','stamina','httpcore',"
            "'feedparser','warcio','datasketch','py3langid','asyncio'} & set(sys.modules)),"
            "file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=repository
        )
        assert done.stderr.splitlines()[-1] == "[]"

    def test_a_reader_that_closes_the_pipe_is_no_error(
        self, repository: Path, seed_archive: Path
    ) -> None:
        command = (
            f"{sys.executable} -m archiblogue corpus --archive {seed_archive} --json | head -n 1"
        )
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {command}"],
            capture_output=True,
            text=True,
            check=False,
            cwd=repository,
        )
        assert done.returncode == 0
        assert "Error" not in done.stderr

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
    def test_results_that_cannot_be_written_are_a_sentence(
        self, repository: Path, seed_archive: Path
    ) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "archiblogue",
                    "corpus",
                    "--archive",
                    str(seed_archive),
                ],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                cwd=repository,
            )
        assert done.returncode == 1
        assert "Le système a refusé une opération" in done.stderr
        assert "Traceback" not in done.stderr


class TestSearchOptions:
    def test_a_role_narrows_inside_the_search(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        outcome = archiblogue(
            "search", QUESTION, "--archive", seed_archive, "--role", "commentaire", "--json"
        )
        assert outcome.code == 0
        assert {hit["role"] for hit in outcome.value["hits"]} == {"commentaire"}
        assert len(outcome.value["hits"]) >= 4

    def test_facets_come_beside_the_hits(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        arguments = ("search", "gestionnaire", "--archive", seed_archive, "--facets")
        value = archiblogue(*arguments, "--json").value
        assert value["facets"]["role"]
        assert value["facets"]["n_passages"] == value["total"]
        assert "facets" not in archiblogue(*arguments[:-1], "--json").value
        assert "Rôles" in archiblogue(*arguments).out

    def test_facets_of_nothing_are_a_sentence(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        arguments = ("search", "xylophone", "--archive", seed_archive, "--facets")
        assert "aucun ne contient l’essentiel des mots cherchés" in archiblogue(*arguments).out
        out = archiblogue(*arguments, "--mode", "lexical").out
        assert "Aucun passage trouvé" in out
        assert "Rôles" not in out

    def test_one_word_of_the_lexicon_is_left_out_and_said(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        arguments = ("search", "courriel", "--archive", seed_archive, "--without", "e-mail")
        said = archiblogue(*arguments).err
        assert "sans e-mail" in said
        assert "cherche aussi mél" in said

    @pytest.mark.parametrize(
        ("option", "value"),
        [("--role", "capitaine"), ("--before", "hier"), ("--more-like", "d-x#p1")],
    )
    def test_an_option_that_cannot_be_read_is_explained(
        self, archiblogue: Archiblogue, seed_archive: Path, option: str, value: str
    ) -> None:
        outcome = archiblogue("search", "x", "--archive", seed_archive, option, value)
        assert outcome.code == 2
        assert value in outcome.err

    def test_a_reranker_that_is_not_there_is_said(
        self, archiblogue: Archiblogue, seed_archive: Path, tmp_path: Path
    ) -> None:
        outcome = archiblogue(
            "search", "x", "--archive", seed_archive, "--reranker", tmp_path / "absent"
        )
        assert outcome.code == 1
        assert "absent" in outcome.err

    def test_feedback_moves_the_question(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        first = archiblogue("search", QUESTION, "--archive", seed_archive, "--json").value["hits"]
        liked = first[-1]["passage_id"]
        again = archiblogue(
            "search", QUESTION, "--archive", seed_archive, "--more-like", liked, "--json"
        ).value["hits"]
        rank = next(hit["rank"] for hit in again if hit["passage_id"] == liked)
        assert rank < first[-1]["rank"]


class TestAround:
    def test_similar_thread_and_concordance(
        self, archiblogue: Archiblogue, seed_archive: Path
    ) -> None:
        comment = archiblogue(
            "search", "relations publiques", "--archive", seed_archive, "--role", "commentaire",
            "-k", 1, "--json",
        ).value["hits"][0]["passage_id"]  # fmt: skip
        around = archiblogue("similar", comment, "--archive", seed_archive, "-k", 3, "--json").value
        assert (around["schema"], around["query"], around["total"]) == (1, comment, 3)
        near = around["hits"]
        assert len(near) == 3
        assert comment not in {hit["passage_id"] for hit in near}
        thread = archiblogue("thread", comment, "--archive", seed_archive, "--json").value
        assert list(thread) == list(around) == ANSWER_FIELDS
        exchange = thread["hits"]
        assert thread["total"] == len(exchange)
        assert comment in {hit["passage_id"] for hit in exchange}
        arguments = ("concordance", "médias sociaux", "--archive", seed_archive, "--sort", "right")
        lines = archiblogue(*arguments, "--json").lines
        assert len(lines) > 20
        assert archiblogue(*arguments).code == 0
        rows = list(csv.DictReader(io.StringIO(archiblogue(*arguments, "--csv").out, newline="")))
        assert [row["start"] for row in rows] == [str(line["start"]) for line in lines]


class TestJudgements:
    def test_kept_exported_and_scored(
        self, archiblogue: Archiblogue, seeds: Path, tmp_path: Path
    ) -> None:
        archive = tmp_path / "a"
        archiblogue("build", seeds, "--archive", archive)
        found = archiblogue("search", QUESTION, "--archive", archive, "-k", 1, "--json")
        best = found.value["hits"][0]
        kept = archiblogue("judge", QUESTION, best["passage_id"], 2, "--archive", archive)
        assert kept.code == 0, kept.err
        qrels = archiblogue("judgements", "--archive", archive, "--format", "qrels").out
        assert best["passage_id"] in qrels
        score = archiblogue("evaluate", "--archive", archive, "--json").value
        assert score["hybrid"]["mrr@10"] == 1.0


def test_the_version_is_told(archiblogue: Archiblogue) -> None:
    outcome = archiblogue("--version")
    assert outcome.code == 0
    assert re.fullmatch(r"Archiblogue \d+\.\d+\.\d+\n", outcome.out)


def test_a_comment_is_named_by_its_id_or_by_its_passage(
    archiblogue: Archiblogue, seed_archive: Path
) -> None:
    lines = archiblogue("corpus", "--archive", seed_archive, "--json").lines
    passage = next(one["passage_id"] for one in lines if "#c" in one["passage_id"])
    comment = passage.partition(".")[0]
    by_passage, by_comment = (
        archiblogue("thread", one, "--archive", seed_archive, "--json")
        for one in (passage, comment)
    )
    assert by_comment.code == 0
    assert by_comment.value["hits"] == by_passage.value["hits"]
    assert archiblogue("similar", comment, "--archive", seed_archive).code == 0


def test_rounds_that_end_on_a_failure_are_a_failure(
    archiblogue: Archiblogue, tmp_path: Path
) -> None:
    outcome = archiblogue("watch", tmp_path / "nulle", "--rounds", 1, "--archive", tmp_path / "a")
    assert outcome.code == 1
    assert "n’existe pas" in outcome.err
