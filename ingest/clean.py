"""Boilerplate of blog pages, recognised by named rules.

The rules stand in `boilerplate.toml`; this module compares lines with them. A rule matches whole
lines only: what people write around the same words is not touched. Text and HTML readers use the
same rules; what a line means at its place (a heading of the form, the button of a comment) is
theirs to decide from the rule's flags.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

from ingest.text import fold_line

__all__ = ["Rule", "load_rules", "match_boilerplate", "match_line", "rule_named"]

_MAX_LINE_CHARS: Final = 1600


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its stable French name, the reason that the ledger states, and what it means.

    `weak`: ordinary words, to be trusted only where the structure says that it is no text.
    `opens_form`: heading of the comment form. `form_field`: inside the form.
    `closes_comments`: says that there are no (more) comments. `ends_teaser`: the link under an
    excerpt. `section`: title of a list that is boilerplate as a whole. `meta`: a line of the
    post's metadata. `error`: printed by the server. `comment_button`: under each comment.
    `author_bio`: title of a notice on the author.
    """

    name: str
    reason: str
    patterns: tuple[re.Pattern[str], ...]
    weak: bool = False
    opens_form: bool = False
    form_field: bool = False
    closes_comments: bool = False
    ends_teaser: bool = False
    section: bool = False
    meta: bool = False
    error: bool = False
    comment_button: bool = False
    author_bio: bool = False


@lru_cache(maxsize=1)
def load_rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which they are tried."""
    source = resources.files("ingest").joinpath("boilerplate.toml").read_text(encoding="utf-8")
    rules = []
    for entry in tomllib.loads(source)["rule"]:
        patterns = tuple(re.compile(_without_captures(p)) for p in entry.pop("patterns"))
        rules.append(Rule(patterns=patterns, **entry))
    return tuple(rules)


def rule_named(name: str) -> Rule:
    """The rule of that name.

    Raises:
        KeyError: there is none.
    """
    return _rules_by_name()[name]


@lru_cache(maxsize=1)
def _rules_by_name() -> dict[str, Rule]:
    return {rule.name: rule for rule in load_rules()}


def match_line(line: str, *, allow_weak: bool = True) -> Rule | None:
    """The first rule that matches the whole line, or None.

    With `allow_weak=False`, rules of one or two ordinary words are not tried.
    """
    if len(line) > _MAX_LINE_CHARS:
        return None
    folded = fold_line(line)
    if not folded:
        return None
    strong, weak = _match_folded(folded)
    return strong or (weak if allow_weak else None)


def match_boilerplate(block: str, *, allow_weak: bool = True) -> Rule | None:
    """The rule that drops the block, or None when any of its lines may have been written.

    Every line must match a rule, weak lines only beside a strong one or alone; the first strong
    rule names the block. A server error may run over several lines.
    """
    lines = [line for line in block.splitlines() if line.strip()]
    if not lines:
        return None
    if len(lines) > 1 and (joined := match_line(" ".join(lines), allow_weak=False)):
        return joined if joined.error or joined.form_field else _match_each(lines, allow_weak)
    return _match_each(lines, allow_weak)


def _match_each(lines: list[str], allow_weak: bool) -> Rule | None:
    found: list[Rule] = []
    for line in lines:
        rule = match_line(line, allow_weak=True)
        if rule is None:
            return None
        found.append(rule)
    strong = next((rule for rule in found if not rule.weak), None)
    return strong or (found[0] if allow_weak else None)


@lru_cache(maxsize=16384)
def _match_folded(folded: str) -> tuple[Rule | None, Rule | None]:
    """The first strong rule that matches the folded line; where there is none, the first weak."""
    for rules, any_pattern in _patterns_at_once():
        if any_pattern.fullmatch(folded) is not None:
            rule = next(rule for rule in rules if any(p.fullmatch(folded) for p in rule.patterns))
            return (None, rule) if rule.weak else (rule, None)
    return None, None


@lru_cache(maxsize=1)
def _patterns_at_once() -> tuple[tuple[tuple[Rule, ...], re.Pattern[str]], ...]:
    """The strong rules, then the weak ones, each kind with one pattern that is all of theirs.

    Most lines match no rule, and learn it from one pattern in a sixth of the time of 167.
    """
    strong = tuple(rule for rule in load_rules() if not rule.weak)
    weak = tuple(rule for rule in load_rules() if rule.weak)
    return tuple((rules, _any_of(rules)) for rules in (strong, weak))


def _any_of(rules: tuple[Rule, ...]) -> re.Pattern[str]:
    patterns = (pattern.pattern for rule in rules for pattern in rule.patterns)
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_OPENING: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|\((?!\?)", re.S)


def _without_captures(pattern: str) -> str:
    """The pattern with `(?:` for `(`: an alternative that opens no group is passed over at once."""
    return _OPENING.sub(lambda match: "(?:" if match[0] == "(" else match[0], pattern)
