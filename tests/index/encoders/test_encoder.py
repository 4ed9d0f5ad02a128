"""The door to every model: the bundled one, any directory, prompts, errors in French."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from index.encoders.directory import content_revision
from index.encoders.load import BUNDLED_NAME, load_encoder, load_reranker
from index.encoders.prompts import Prompts, choose_prompts, prompts_for_name
from index.encoders.protocol import SupportsTokens
from index.encoders.token_space import TokenSpace
from index.retrieval.late_interaction import max_sim
from ingest.errors import EncoderError
from tests.fakes import FakeEncoder, FakeReranker

ROOT = Path(__file__).resolve().parents[3]
BUNDLED = ROOT / "index" / "encoders" / BUNDLED_NAME
TEXTS = [
    "L’été, on mange des glaces à Montréal.",
    "Où trouver le règlement du concours ?",
    "",
    "cœur, sœur, œuvre — et l'aïeul s'en va-t-en guerre",
    "hétérogénéité " * 700,
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The bundled model in another folder, free to be damaged."""
    target = tmp_path / BUNDLED_NAME
    shutil.copytree(BUNDLED, target)
    return target


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("/modeles/multilingual-e5-base", "query: ", "passage: "),
        ("intfloat/e5-base-v2", "query: ", "passage: "),
        ("OrdalieTech/Solon-embeddings-large-0.1", "query : ", ""),
        ("BAAI/bge-m3", "", ""),
        (
            "BAAI/bge-small-en-v1.5",
            "Represent this sentence for searching relevant passages: ",
            "",
        ),
        (
            "google/embeddinggemma-300m",
            "task: search result | query: ",
            "title: none | text: ",
        ),
        ("sentence-transformers/all-MiniLM-L6-v2", "", ""),
    ],
)
def test_a_family_is_known_by_name(name: str, query: str, passage: str) -> None:
    assert prompts_for_name(name) == Prompts(query=query, passage=passage)


@pytest.mark.parametrize(
    "name", ["intfloat/multilingual-e5-large-instruct", "Qwen/Qwen3-Embedding-0.6B"]
)
def test_an_instructed_family_prompts_the_query_only(name: str) -> None:
    prompts = prompts_for_name(name)
    assert prompts.query.startswith("Instruct: ")
    assert "Query:" in prompts.query
    assert prompts.passage == ""


def test_a_model_s_own_prompts_win_over_its_family() -> None:
    own = {"query": "question : ", "document": ""}
    assert choose_prompts("multilingual-e5-small", own) == Prompts(query="question : ")
    assert choose_prompts("multilingual-e5-small", {"query": "", "document": ""}).query == "query: "


@pytest.mark.encoder
def test_the_bundled_model_gives_unit_vectors_without_prompts() -> None:
    encoder = load_encoder()
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    norms = np.linalg.norm(vectors[[0, 1, 3, 4]], axis=1)
    np.testing.assert_allclose(norms, 1, atol=1e-5)
    np.testing.assert_allclose(encoder.encode_queries(TEXTS), vectors, atol=1e-6)
    assert np.isfinite(vectors).all()
    assert encoder.encode_queries([]).shape == (0, encoder.dimension)


@pytest.mark.encoder
def test_a_vector_does_not_depend_on_its_neighbours() -> None:
    encoder = load_encoder()
    together = encoder.encode_passages(TEXTS)
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.encoder
def test_meaning_beats_words() -> None:
    encoder = load_encoder()
    question = encoder.encode_queries(["Comment soigner un rhume ?"])
    passages = encoder.encode_passages(
        [
            "Le médecin conseille à la personne malade du repos et des boissons chaudes.",
            "Le parlement adopte le budget de la pêche.",
            "Comment réparer un vélo dont la chaîne saute ?",
        ]
    )
    assert int(np.argmax(question @ passages.T)) == 0


@pytest.mark.encoder
def test_the_bundled_name_and_its_revision_are_accepted() -> None:
    bundled = load_encoder()
    again = load_encoder(BUNDLED_NAME, revision=bundled.revision)
    assert (again.name, again.revision) == (BUNDLED_NAME, bundled.revision)
    assert bundled.revision == content_revision(BUNDLED)


def test_a_wrong_revision_is_refused_and_named() -> None:
    with pytest.raises(EncoderError, match="la révision 0123 est demandée"):
        load_encoder(revision="0123")


def test_the_revision_follows_the_weights_and_not_the_card(copy: Path) -> None:
    before = content_revision(copy)
    (copy / "README.md").write_text("Une autre fiche.", encoding="utf-8")
    assert content_revision(copy) == before
    weights = next(copy.rglob("*.safetensors"))
    damaged = bytearray(weights.read_bytes())
    damaged[-1] ^= 1
    weights.write_bytes(damaged)
    assert content_revision(copy) != before


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="n’est pas un dossier de modèle"):
        load_encoder(str(tmp_path))


def test_a_pickle_is_refused(copy: Path) -> None:
    weights = copy / "model.safetensors"
    weights.rename(weights.with_name("pytorch_model.bin"))
    with pytest.raises(EncoderError, match="safetensors"):
        load_encoder(str(copy))
    with pytest.raises(EncoderError, match="safetensors"):
        load_reranker(str(copy))


@pytest.mark.parametrize(
    "name", ["model.safetensors", "tokens.safetensors", "tokenizer.json", "modules.json"]
)
def test_a_damaged_file_is_said_in_french(copy: Path, name: str) -> None:
    next(copy.rglob(name)).write_bytes(b"{abc")
    with pytest.raises(EncoderError, match="Recopiez"):
        load_encoder(str(copy))


def test_pieces_of_another_model_are_refused(copy: Path) -> None:
    TokenSpace(np.zeros(384, dtype=np.float32), np.ones(7, dtype=np.float32)).save(copy)
    with pytest.raises(EncoderError, match=r"tokens.safetensors \(7, 384\).*Recopiez"):
        load_encoder(str(copy))


def test_an_unknown_hub_name_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    # The variable HF_HUB_OFFLINE is read once, when a model was first loaded.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError, match=r"« personne/aucun-modele ».*--encoder"):
        load_encoder("personne/aucun-modele")


@pytest.mark.encoder
def test_the_first_query_needs_neither_torch_nor_seconds() -> None:
    """In a fresh process, in processor time, which a busy machine does not stretch as much.

    Measured on one busy core of an EPYC (Zen 4): 0.25 s for import, load and first query, 10 ms
    for a query; the limits leave room for slower machines.
    """
    code = """
import sys, time
from index.encoders.load import load_encoder
encoder = load_encoder()
encoder.encode_queries(["une question"])
first, times = time.process_time(), []
for _ in range(30):
    started = time.process_time()
    encoder.encode_queries(["Où manger une poutine à Québec en hiver ?"])
    times.append(time.process_time() - started)
print(first, min(times), "torch" in sys.modules, "sentence_transformers" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    first, query, torch, sentence_transformers = done.stdout.split()
    assert (torch, sentence_transformers) == ("False", "False")
    assert float(first) < 1.5
    assert float(query) < 0.03


@pytest.mark.encoder
def test_numpy_gives_the_vectors_of_sentence_transformers() -> None:
    """The bundled directory is a plain model: the fast path changes time, not vectors."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(BUNDLED), device="cpu").float()
    expected = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(load_encoder().encode_passages(TEXTS), expected, atol=1e-5)


@pytest.mark.encoder
def test_pieces_are_read_beside_the_vector() -> None:
    encoder = load_encoder()
    assert isinstance(encoder, SupportsTokens)
    vectors = encoder.encode_passages(TEXTS)
    questions, passages = encoder.read_queries(TEXTS), encoder.read_passages(TEXTS)
    for vector, question, passage in zip(vectors, questions, passages, strict=True):
        np.testing.assert_allclose(question.vector, vector, atol=1e-6)
        np.testing.assert_allclose(passage.vector, vector, atol=1e-6)
    # « L’été, on mange des glaces à Montréal. »: the marks are no pieces; the rarest counts most.
    lengths = np.linalg.norm(questions[0].tokens, axis=1)
    assert lengths.sum() == pytest.approx(1, abs=1e-5)
    assert len(lengths) == 9
    assert lengths.argmax() == 8, "« Montréal »"
    assert [len(one.codes) * 8 // encoder.dimension for one in passages[:3]] == [9, 6, 0]
    assert questions[2].tokens is None, "an empty question has no piece"
    assert max_sim(questions[0].tokens, [passages[0].codes, passages[1].codes]).argmax() == 0


@pytest.mark.encoder
def test_many_texts_get_the_same_vectors_as_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through torch from 256 texts on, where that is quicker: in single precision too."""
    monkeypatch.setattr("index.encoders.bundled.is_quicker", lambda *_, **__: True)
    encoder = load_encoder()
    texts = [f"{text} {number}" for number in range(52) for text in TEXTS]
    many = encoder.encode_passages(texts)[: len(TEXTS)]
    few = encoder.encode_passages(texts[: len(TEXTS)])
    assert ((many * few).sum(axis=1) > 0.9999).all()
    assert isinstance(encoder, SupportsTokens)
    codes = [
        np.unpackbits(np.frombuffer(one.codes, dtype=np.uint8))
        for read in (encoder.read_passages(texts), encoder.read_passages(texts[: len(TEXTS)]))
        for one in read[: len(TEXTS)]
    ]
    for in_bulk, alone in zip(codes[: len(TEXTS)], codes[len(TEXTS) :], strict=True):
        assert in_bulk.shape == alone.shape
        assert not len(alone) or (in_bulk == alone).mean() > 0.999


@pytest.fixture(scope="module")
def words() -> Tokenizer:
    """A tokenizer of whole words, with BERT's special tokens."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = [*special, "le", "la", "chat", "chien", "dort", "query", "passage", ":"]
    tokenizer = Tokenizer(WordLevel({w: row for row, w in enumerate(vocabulary)}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


@pytest.fixture(scope="module")
def tiny_bert(words: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two small layers with one score, as a transformers directory."""
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("modeles") / "multilingual-e5-minuscule"
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = BertConfig(vocab_size=13, intermediate_size=32, num_labels=1, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]"}
    PreTrainedTokenizerFast(tokenizer_object=words, **special).save_pretrained(folder)
    return folder


@pytest.mark.encoder
def test_any_transformer_directory_is_read_with_the_prompts_of_its_family(tiny_bert: Path) -> None:
    encoder = load_encoder(str(tiny_bert))
    assert (encoder.name, encoder.dimension) == ("multilingual-e5-minuscule", 16)
    query, passage = encoder.encode_queries(["chat"]), encoder.encode_passages(["chat"])
    np.testing.assert_allclose(np.linalg.norm(query, axis=1), 1, atol=1e-5)
    assert query.dtype == passage.dtype == np.float32
    assert not np.allclose(query, passage), "« query: » and « passage: » differ"
    assert encoder.encode_queries([]).shape == (0, 16)


@pytest.mark.encoder
def test_a_reranker_scores_every_passage(tiny_bert: Path) -> None:
    reranker = load_reranker(str(tiny_bert))
    scores = reranker.score("le chat", ["le chat dort", "la chien", "chat"])
    assert (scores.shape, scores.dtype) == ((3,), np.float32)
    assert reranker.score("le chat", []).shape == (0,)


@pytest.mark.encoder
def test_a_static_directory_is_read_by_its_library(words: Tokenizer, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    table = np.random.default_rng(5).standard_normal((13, 12)).astype(np.float32)
    modules = [StaticEmbedding(words, embedding_weights=table), Normalize()]
    model = SentenceTransformer(modules=modules, device="cpu")
    model.save(str(tmp_path / "statique"), create_model_card=False)
    encoder = load_encoder(str(tmp_path / "statique"))
    texts = ["le chat dort", "chien", "", "la la inconnu"]
    np.testing.assert_allclose(encoder.encode_queries(texts), model.encode(texts), atol=1e-5)


def test_the_fake_is_deterministic_and_follows_shared_words() -> None:
    fake = FakeEncoder(dimension=64)
    first, second, other = fake.encode_passages(["un chat noir", "le chat noir", "autre chose"])
    assert first @ second > first @ other
    np.testing.assert_array_equal(first, FakeEncoder().encode_queries(["un chat noir"])[0])
    assert FakeReranker().score("chat noir", ["un chat", "rien"]).tolist() == [0.5, 0.0]
