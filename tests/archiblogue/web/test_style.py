"""The colours can be read: WCAG 2.2 AA contrast, in light and in dark."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

# (foreground, background, least ratio): 4.5 for text, 3 for rules and large figures.
PAIRS = (
    ("ink", "paper", 4.5),
    ("ink", "card", 4.5),
    ("ink", "best", 4.5),
    ("quiet", "paper", 4.5),
    ("quiet", "card", 4.5),
    ("accent", "paper", 4.5),
    ("accent", "card", 4.5),
    ("card", "accent", 4.5),
    ("post", "card", 4.5),
    ("comment", "card", 4.5),
    ("reply", "card", 4.5),
    ("on-marker", "marker", 4.5),
    ("rule", "card", 3.0),
    ("rule", "paper", 3.0),
    ("edge", "paper", 3.0),
    ("edge", "card", 3.0),
)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes(repository: Path) -> dict[str, dict[str, str]]:
    """The colours of the style sheet, by scheme and name."""
    style = (repository / "archiblogue" / "web" / "style.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in blocks)
    return {"light": light, "dark": {**light, **dark}}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(repository: Path, scheme: str, front: str, back: str, least: float) -> None:
    colours = palettes(repository)[scheme]
    assert contrast(colours[front], colours[back]) >= least


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_streamlit_s_theme_has_the_same_colours(repository: Path, scheme: str) -> None:
    settings = tomllib.loads((repository / ".streamlit" / "config.toml").read_text("utf-8"))
    theme, colours = settings["theme"][scheme], palettes(repository)[scheme]
    assert theme["backgroundColor"] == colours["paper"]
    assert theme["secondaryBackgroundColor"] == colours["card"]
    assert theme["textColor"] == colours["ink"]
    assert theme["primaryColor"] == colours["accent"]
    assert theme["linkColor"] == colours["accent"]
