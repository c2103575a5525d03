"""Where GitHub's real answers are looser than its OpenAPI description.

Each entry was seen in real traffic. Whatever else differs fails the test.
"""

from __future__ import annotations

NULLABLE_ENUMS = True
"""A nullable enum does not list null, as in `state_reason` of an issue."""

NULLABLE_PROPERTIES = {
    "label": ("description",),
    "pull-request-review-comment": ("original_line",),
}
"""Properties by schema that may be null although the description says otherwise."""

NULLABLE_LABEL_OF = ("pull-request-simple", "pull-request")
"""Schemas that describe their labels in place; a label without a description has null there."""

NULLABLE_BRANCH = ("label", "repo")
"""Properties of `head` of a pull request that are null once the fork is deleted."""
