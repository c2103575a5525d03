"""The GraphQL documents, and which lists of a record may be longer than a page.

A query is charged by the requests that its nested lists stand for, so their first pages are short;
longer lists are followed for many records at once. See "Rate limits and query limits for the
GraphQL API" in GitHub's documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

MAX_PAGE = 100
"""The longest page that GitHub allows."""

_TALK = "author { ...who } body createdAt updatedAt url"
_TARGET = "number repository { nameWithOwner isPrivate }"


class Nested(NamedTuple):
    """A list inside a record."""

    first: int
    """Length of the first page."""
    fields: str
    """What to ask of each item."""
    arguments: str = ""
    nested: str | None = None
    """Name of a list inside each item."""


_LISTS: Mapping[str, Nested] = {
    "labels": Nested(first=20, fields="name color"),
    "assignees": Nested(first=10, fields="login"),
    "comments": Nested(first=50, fields=_TALK),
    "timelineItems": Nested(
        first=25,
        arguments="itemTypes: [CROSS_REFERENCED_EVENT], ",
        fields="... on CrossReferencedEvent { createdAt willCloseTarget source { "
        f"... on Issue {{ {_TARGET} }} ... on PullRequest {{ {_TARGET} }} }} }}",
    ),
}
OPTIONAL = frozenset({"subIssues", "closingIssuesReferences", "enableDuplicate"})
"""Fields and arguments that an older GitHub Enterprise server need not know."""
LISTS: Mapping[str, Mapping[str, Nested]] = {
    "Issue": {**_LISTS, "subIssues": Nested(first=25, fields=_TARGET)},
    "PullRequest": {
        **_LISTS,
        "closingIssuesReferences": Nested(first=10, fields=_TARGET),
        "reviews": Nested(first=15, fields=f"id state {_TALK}", nested="comments"),
        "commits": Nested(
            first=30, fields="commit { oid message author { name email user { login } } }"
        ),
    },
    "PullRequestReview": {"comments": Nested(first=15, fields=_TALK)},
}
"""The lists of each type, by name."""

_COMMON = (
    "__typename id number title body url createdAt updatedAt closedAt "
    "author { ...who } milestone { title }"
)
_DUPLICATE = "(enableDuplicate: true)"
# The states have different types, so in a query for both kinds they need different names.
_OWN: Mapping[str, str] = {
    "Issue": f"issueState: state stateReason{_DUPLICATE}",
    "PullRequest": "pullState: state isDraft mergedAt headRefName baseRefName "
    "additions deletions changedFiles",
}
_WHO = "fragment who on Actor { __typename login }"


def page_query(kind: str, without: Collection[str] = ()) -> str:
    """A page of all issues or pull requests, oldest first: new ones come last, edits move none.

    Args:
        kind: `issues` or `pullRequests`.
        without: Those of `OPTIONAL` that are left out.
    """
    type_name = "Issue" if kind == "issues" else "PullRequest"
    return (
        "query Page($owner: String!, $name: String!, $first: Int!, $after: String) {\n"
        "  repository(owner: $owner, name: $name) { isPrivate "
        f"list: {kind}(first: $first, after: $after, "
        "orderBy: {field: CREATED_AT, direction: ASC}) { totalCount "
        "pageInfo { hasNextPage endCursor } nodes { ...record } } }\n"
        f"}}\nfragment record on {type_name} {{ {_record(type_name, without)} }}\n{_WHO}"
    )


def numbers_query(numbers: Iterable[int], without: Collection[str] = ()) -> str:
    """The records with the given numbers, each as `r<number>`; `without` as in `page_query`."""
    wanted = " ".join(
        f"r{number}: issueOrPullRequest(number: {number}) {{ ...issue ...pull }}"
        for number in numbers
    )
    return (
        "query Numbers($owner: String!, $name: String!) {\n"
        f"  repository(owner: $owner, name: $name) {{ isPrivate {wanted} }}\n}}\n"
        f"fragment issue on Issue {{ {_record('Issue', without)} }}\n"
        f"fragment pull on PullRequest {{ {_record('PullRequest', without)} }}\n{_WHO}"
    )


def rest_query(lists: Sequence[tuple[str, str]]) -> str:
    """Further pages of many lists at once, given as (type, name of the list), each as `n<index>`.

    The variables are `i<index>`, the id of the item, and `c<index>`, the cursor.
    """
    declared = ", ".join(f"$i{index}: ID!, $c{index}: String" for index in range(len(lists)))
    parts = " ".join(
        f"n{index}: node(id: $i{index}) {{ ... on {type_name} {{ "
        f"{_list(type_name, name, first=MAX_PAGE, after=f'after: $c{index}, ')} }} }}"
        for index, (type_name, name) in enumerate(lists)
    )
    who = f"\n{_WHO}" if "...who" in parts else ""
    return f"query Rest({declared}) {{ {parts} }}{who}"


def _record(type_name: str, without: Collection[str]) -> str:
    lists = " ".join(_list(type_name, name) for name in LISTS[type_name] if name not in without)
    own = _OWN[type_name]
    if "enableDuplicate" in without:
        own = own.replace(_DUPLICATE, "")
    return f"{_COMMON} {own} {lists}"


def _list(type_name: str, name: str, *, first: int | None = None, after: str = "") -> str:
    nested = LISTS[type_name][name]
    fields = nested.fields
    if nested.nested:
        fields += " " + _list("PullRequestReview", nested.nested)
    return (
        f"{name}({nested.arguments}{after}first: {first or nested.first}) "
        f"{{ pageInfo {{ hasNextPage endCursor }} nodes {{ {fields} }} }}"
    )
