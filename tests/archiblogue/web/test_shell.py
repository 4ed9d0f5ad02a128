"""The frame's script: it is whole, safe in its tag, and speaks both languages."""

from __future__ import annotations

import json
import re

from archiblogue.web.middleware import rewrite_shell
from archiblogue.web.shell import SENTENCES, WIDGETS, shell_script


def test_the_words_are_set_in_and_cannot_close_the_tag() -> None:
    script = shell_script()
    assert "__WORDS__" not in script
    assert "<" not in re.findall(r"const words = (\{.*?\});", script)[0]
    words = json.loads(re.findall(r"const words = (\{.*?\});", script)[0])
    assert words["widgets"] == dict(WIDGETS)
    assert words["sentences"] == dict(SENTENCES)
    assert set(words["offline"]) == {"fr", "en"}


def test_the_shell_carries_it_once_before_the_others() -> None:
    page = rewrite_shell(b'<html lang="en"><script>a</script><script>b</script></html>').decode()
    assert page.count("const words") == 1
    assert page.index("const words") < page.index("<script>a")
