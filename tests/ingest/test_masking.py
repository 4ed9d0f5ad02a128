"""What is masked in a text, and what only looks like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.masking import EMAIL, IP_ADDRESS, PHONE, POSTAL_CODE, mask_contacts


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("odile.despres@exemple.org", EMAIL),
        ("odile+blogue@mail.exemple.qc.ca", EMAIL),
        ("odile (at) exemple.org", EMAIL),
        ("odile[at]exemple[point]fr", EMAIL),
        ("odile arobase exemple.fr", EMAIL),
        ("élodie@exemple.fr", EMAIL),
        ("514-555-0199", PHONE),
        ("(514) 555-0199", PHONE),
        ("1 418 555 0199", PHONE),
        ("+1 514.555.0199", PHONE),
        ("+15145550199", PHONE),
        ("514\u2011555\u20110199", PHONE),
        ("01 42 68 53 00", PHONE),
        ("06.12.34.56.78", PHONE),
        ("0612345678", PHONE),
        ("+33 6 12 34 56 78", PHONE),
        ("+33 (0)1 42 68 53 00", PHONE),
        ("06\u00a012\u00a034\u00a056\u00a078", PHONE),
        ("+32 2 555 12 12", PHONE),
        ("+41 22 555 12 12", PHONE),
        ("H2X 1Y4", POSTAL_CODE),
        ("g1r5p3", POSTAL_CODE),
        ("J4K-2T1", POSTAL_CODE),
        ("F-69001", POSTAL_CODE),
        ("192.168.10.254", IP_ADDRESS),
        ("2001:db8::8a2e:370:7334", IP_ADDRESS),
        ("fe80::1", IP_ADDRESS),
    ],
)
def test_a_contact_detail_gives_way_to_its_kind(written: str, kind: str) -> None:
    town = " Lyon" if kind == POSTAL_CODE else ""
    masked = mask_contacts(f"Écrivez à {written}{town}, merci.")
    assert masked.text == f"Écrivez à [{kind}]{town}, merci."
    assert masked.counts == {kind: 1}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("12, rue des Lilas, 75011 Paris", "12, rue des Lilas, [code postal] Paris"),
        ("44000 Nantes", "[code postal] Nantes"),
        ("code postal 13001", "code postal [code postal]"),
        ("Joindre a@b.fr ou 514-555-0199.", "Joindre [courriel] ou [téléphone]."),
    ],
)
def test_addresses_keep_the_rest(text: str, masked: str) -> None:
    assert mask_contacts(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "En 2009, 12 500 lecteurs et 75011 visites.",
        "Il a vendu 10000 Livres la première année.",
        "Le 14 février 2009 à 21:30:15, ou 2009-02-14.",
        "ISBN 978-2-07-036822-8",
        "Version 2.3.1, puis 300.300.300.300",
        "@martine tu as raison, #blogue",
        "C++ :: Rust, a:b:c",
        "1 234 567,89 $ et 3,14159265358979",
        "http://exemple.org/2009/02/14/12345678901234",
        "Les nos 5551234 et 42",
        "Le ratio 16:9 et 1:2:3",
        "A1B 2C n’est pas un code",
        "",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_contacts(text).text == text
    assert mask_contacts(text).n_masked == 0


@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask_contacts(text).text
    assert mask_contacts(once).text == once


@pytest.mark.parametrize("unit", ["a.", "a@", "1 ", "514-", "0:", "1.", "(at)", "a(at)a.", "+33"])
def test_hostile_repetitions_stay_quick(unit: str) -> None:
    started = time.process_time()
    mask_contacts(unit * 20_000)
    assert time.process_time() - started < 2
