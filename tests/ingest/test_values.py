"""What a person writes for a role, a language, a date."""

from __future__ import annotations

import pytest

from ingest.errors import UsageError
from ingest.values import read_date_bound, read_language, read_role


@pytest.mark.parametrize("value", ["", "lecteur", "billetss"])
def test_unknown_role(value: str) -> None:
    with pytest.raises(UsageError, match="billet, commentaire"):
        read_role(value)


def test_unknown_language() -> None:
    with pytest.raises(UsageError, match="fr, en"):
        read_language("de")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2009", "2009"),
        ("2012-5", "2012-05"),
        ("05/2012", "2012-05"),
        ("31/05/2012", "2012-05-31"),
        ("mai 2012", "2012-05"),
        ("Févr. 2009", "2009-02"),
        ("1er mars 2008", "2008-03-01"),
    ],
)
def test_a_date_bound_is_no_more_precise_than_written(written: str, read: str) -> None:
    assert read_date_bound(written) == read


@pytest.mark.parametrize("written", ["", "midi", "2012-13", "30/02/2012", "mai", "hier", "12"])
def test_what_is_no_date_is_refused_with_the_forms_that_are(written: str) -> None:
    with pytest.raises(UsageError, match=r"05/2012.*mai 2012"):
        read_date_bound(written)
