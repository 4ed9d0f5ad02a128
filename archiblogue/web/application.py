"""What the page's application is made of besides its script: addresses, headers, guard, errors."""

from __future__ import annotations

from typing import Any

from starlette.middleware import Middleware

from archiblogue.settings import load_settings
from archiblogue.web.desk.routes import desk_routes
from archiblogue.web.guard.access import AccessGuard, access_policy
from archiblogue.web.middleware import PageMiddleware
from archiblogue.web.page import on_unexpected
from archiblogue.web.post.routes import post_routes


def application_options() -> dict[str, Any]:
    """The keyword arguments of `streamlit.App` for the page, by the settings in force.

    Raises:
        UsageError: a setting cannot be read.
    """
    return {
        "routes": [*desk_routes(), *post_routes()],
        "middleware": [
            Middleware(PageMiddleware),
            Middleware(AccessGuard, policy=access_policy(load_settings())),
        ],
        "on_script_error": on_unexpected,
    }
