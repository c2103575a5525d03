"""GraphQL under GitHub's own schema, with its limits on pages, nodes and points."""

from __future__ import annotations

import gzip
from functools import cache
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLError,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    execute_sync,
    parse,
    validate,
    visit,
)
from graphql.language import FieldNode, IntValueNode, VariableNode

from tests.fake_github.shapes import Shapes
from tests.fake_github.world import BOTS
from tests.support.dumps import find_data

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphql import (
        DocumentNode,
        GraphQLResolveInfo,
        GraphQLSchema,
    )

    from tests.fake_github.world import Item, Note, Repo, Review, World

MAX_NODES = 500_000

Node = dict[str, Any]


@cache
def schema() -> GraphQLSchema:
    """GitHub's schema; building it takes half a second, so it is built once."""
    sdl = gzip.decompress(find_data("github-graphql-schema.graphql.gz").read_bytes()).decode()
    return build_schema(sdl, assume_valid=True, assume_valid_sdl=True)


@cache
def read_query(text: str) -> tuple[DocumentNode, tuple[GraphQLError, ...]]:
    """A parsed query, and how it breaks the schema."""
    document = parse(text)
    return document, tuple(validate(schema(), document))


class Graph:
    """Answers queries."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(
        self, text: str, variables: dict[str, Any], *, may_see_private: bool
    ) -> tuple[Node, int]:
        """The JSON of the answer, and its price in points."""
        if lacking := [name for name in self._world.unknown_fields if f"{name}(" in text]:
            said = [f"Field '{name}' doesn't exist on type 'Issue'" for name in lacking]
            return {"errors": [{"message": message} for message in said]}, 1
        document, errors = read_query(text)
        if errors:
            return {"errors": [{"message": error.message} for error in errors]}, 1
        meter = _measure(document, variables)
        if meter.errors:
            return {"errors": meter.errors}, 1
        root = {
            "repository": lambda _info, owner, name, **_kw: self._repository(
                f"{owner}/{name}", may_see_private=may_see_private
            ),
            "node": lambda _info, id: self._node(id),  # noqa: A006 - the schema's name
        }
        result = execute_sync(
            schema(), document, root, variable_values=variables, field_resolver=_resolve
        )
        data: Node = {"data": result.data}
        if result.errors:
            data["errors"] = [_format_error(error) for error in result.errors]
        return data, meter.points

    def _repository(self, name: str, *, may_see_private: bool) -> Node:
        # Unlike in REST, an old name works without a redirect.
        repo = self._world.find(name) or self._world.find_former(name)
        if repo is None or (repo.private and not may_see_private):
            msg = f"Could not resolve to a Repository with the name '{name}'."
            raise GraphQLError(msg, extensions={"type": "NOT_FOUND"})
        return self._repo_node(repo)

    def _repo_node(self, repo: Repo) -> Node:
        def listed(*, is_pull: bool) -> Callable[..., Node]:
            def resolve(_: GraphQLResolveInfo, **arguments: Any) -> Node:
                order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
                key = {"CREATED_AT": "created", "UPDATED_AT": "updated"}[order["field"]]
                items = [item for item in repo.present if item.is_pull == is_pull]
                items.sort(key=lambda item: (getattr(item, key), item.number))
                items = items[::-1] if order["direction"] == "DESC" else items
                return _connect(items, arguments, lambda item: self._item(repo, item))

            return resolve

        def numbered(_: GraphQLResolveInfo, number: int) -> Node:
            item = repo.items.get(number)
            if item is None or item.gone:
                msg = f"Could not resolve to an issue or pull request with the number of {number}."
                raise GraphQLError(msg, extensions={"type": "NOT_FOUND"})
            return self._item(repo, item)

        return {
            "__typename": "Repository",
            "nameWithOwner": repo.name,
            "isPrivate": repo.private,
            "databaseId": repo.id,
            "issues": listed(is_pull=False),
            "pullRequests": listed(is_pull=True),
            "issueOrPullRequest": numbered,
        }

    def _node(self, node_id: str) -> Node | None:
        kind, *numbers = node_id.split("_")
        repo = next((r for r in self._world.repos.values() if r.id == int(numbers[0])), None)
        item = repo.items.get(int(numbers[1])) if repo else None
        if repo is None or item is None or item.gone:
            msg = f"Could not resolve to a node with the global id of '{node_id}'"
            raise GraphQLError(msg, extensions={"type": "NOT_FOUND"})
        if kind == "PRR":
            review = next(r for r in item.reviews if r.id == int(numbers[2]))
            return self._review(repo, item, review)
        return self._item(repo, item)

    def _item(self, repo: Repo, item: Item) -> Node:
        shapes = Shapes(repo, "")
        node: Node = {
            "__typename": "PullRequest" if item.is_pull else "Issue",
            "id": f"{'PR' if item.is_pull else 'I'}_{repo.id}_{item.number}",
            "repository": lambda _info: self._repo_node(repo),
            "number": item.number,
            "title": item.title,
            "body": item.body,
            "state": item.state,
            "url": shapes.page(item),
            "author": _actor(item.author),
            "createdAt": item.created,
            "updatedAt": item.updated,
            "closedAt": item.closed,
            "milestone": {"title": item.milestone} if item.milestone else None,
            "labels": _list(item.labels, lambda label: {"name": label[0], "color": label[1]}),
            "assignees": _list(item.assignees, lambda login: {"login": login}),
            "comments": _list(
                item.comments, lambda note: _note(note, shapes.comment_page(item, note))
            ),
            "timelineItems": self._timeline(item),
        }
        own = self._pull(repo, item) if item.is_pull else self._issue(repo, item)
        return node | own

    def _issue(self, repo: Repo, item: Item) -> Node:
        children = [repo.items[number] for number in item.sub_issues]
        return {
            "stateReason": lambda _info, **_: item.state_reason,
            "subIssues": _list(children, lambda child: self._item(repo, child)),
        }

    def _pull(self, repo: Repo, item: Item) -> Node:
        return {
            "isDraft": item.draft,
            "mergedAt": item.merged,
            "headRefName": item.head,
            "baseRefName": item.base,
            "additions": item.additions,
            "deletions": item.deletions,
            "changedFiles": item.changed_files,
            "closingIssuesReferences": _list(item.closes, lambda target: self._target(*target)),
            "reviews": _list(item.reviews, lambda review: self._review(repo, item, review)),
            "commits": _list(item.commits, lambda commit: {"commit": _commit(commit)}),
        }

    def _target(self, repo: str, number: int) -> Node:
        found = self._world.find(repo) or self._world.find_former(repo)
        assert found
        return self._item(found, found.items[number])

    def _timeline(self, item: Item) -> Callable[..., Node]:
        def resolve(_: GraphQLResolveInfo, **arguments: Any) -> Node:
            assert arguments["itemTypes"] == ["CROSS_REFERENCED_EVENT"]
            return _connect(item.references, arguments, self._event)

        return resolve

    def _event(self, reference: Any) -> Node:
        return {
            "__typename": "CrossReferencedEvent",
            "createdAt": reference.created,
            "willCloseTarget": reference.closes,
            "source": lambda _info: self._target(reference.repo, reference.number),
        }

    def _review(self, repo: Repo, item: Item, review: Review) -> Node:
        shapes = Shapes(repo, "")
        return {
            "__typename": "PullRequestReview",
            "id": f"PRR_{repo.id}_{item.number}_{review.id}",
            "state": review.state,
            "body": review.body,
            "author": _actor(review.author),
            "createdAt": review.created,
            "updatedAt": review.created,
            "url": f"{shapes.page(item)}#pullrequestreview-{review.id}",
            "comments": _list(
                review.comments, lambda note: _note(note, shapes.review_comment_page(item, note))
            ),
        }


def _actor(login: str | None) -> Node | None:
    """GraphQL has null for a deleted account, and no `[bot]`."""
    return login and {"__typename": "Bot" if login in BOTS else "User", "login": login}  # type: ignore[return-value]


def _note(note: Note, url: str) -> Node:
    return {
        "author": _actor(note.author),
        "body": note.body,
        "url": url,
        "createdAt": note.created,
        "updatedAt": note.updated,
    }


def _commit(commit: Any) -> Node:
    user = {"login": commit.login} if commit.login else None
    author = {"name": commit.name, "email": commit.email, "user": user}
    return {"oid": commit.sha, "message": commit.message, "author": author}


def _list(items: Sequence[Any], shape: Callable[[Any], Node]) -> Callable[..., Node]:
    return lambda _info, **arguments: _connect(items, arguments, shape)


def _connect(items: Sequence[Any], arguments: Node, shape: Callable[[Any], Node]) -> Node:
    after = arguments.get("after") or "cursor:0"
    if not after.startswith("cursor:"):
        msg = f"`{after}` does not appear to be a valid cursor."
        raise GraphQLError(msg, extensions={"type": "INVALID_CURSOR_ARGUMENTS"})
    start = int(after.removeprefix("cursor:"))
    end = min(start + arguments["first"], len(items))
    return {
        "totalCount": len(items),
        "pageInfo": {
            "hasNextPage": end < len(items),
            "endCursor": f"cursor:{end}" if end > start else None,
        },
        "nodes": [shape(item) for item in items[start:end]],
    }


def _resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    """A field of a node; unlike graphql-core's own resolver, an unknown one fails."""
    if isinstance(source, dict) and info.field_name not in source:
        msg = f"the fake has no {info.parent_type.name}.{info.field_name}"
        raise NotImplementedError(msg)
    value = source[info.field_name]
    return value(info, **arguments) if callable(value) else value


def _format_error(error: GraphQLError) -> Node:
    if isinstance(error.original_error, (NotImplementedError, AssertionError, TypeError, KeyError)):
        raise error.original_error
    formatted: Node = {"message": error.message, "path": error.path}
    kind = (error.extensions or {}).get("type")
    return formatted | ({"type": kind} if kind else {})


class _Meter(Visitor):
    """Counts nodes and points as described under "Rate limits and query limits"."""

    def __init__(self, types: TypeInfo, document: DocumentNode, variables: Node) -> None:
        super().__init__()
        self._types = types
        self._variables = variables
        self._fragments = {
            d.name.value: d for d in document.definitions if d.kind == "fragment_definition"
        }
        self.errors: list[Node] = []

    def measure(self, selections: Any, parents: int) -> tuple[int, int]:
        """Nodes and requests below a selection that is made `parents` times."""
        nodes = requests = 0
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                size = self._size(selection)
                inner = self.measure(selection.selection_set, parents * (size or 1))
                nodes += inner[0] + (parents * size if size else 0)
                requests += inner[1] + (parents if size else 0)
                continue
            fragment = getattr(selection, "name", None)
            target = self._fragments[fragment.value] if fragment else selection
            inner = self.measure(target.selection_set, parents)
            nodes, requests = nodes + inner[0], requests + inner[1]
        return nodes, requests

    def enter_field(self, field: FieldNode, *_: Any) -> None:
        """Every connection needs `first`, of 1 to 100."""
        type_name = str(self._types.get_type()).removesuffix("!")
        size = self._size(field)
        if type_name.endswith("Connection") and size is None:
            self._refuse("MISSING_PAGINATION_BOUNDARIES", field)
        elif size is not None and not 1 <= size <= 100:
            self._refuse("EXCESSIVE_PAGINATION", field)

    def _refuse(self, kind: str, field: FieldNode) -> None:
        self.errors.append({"type": kind, "message": f"{kind} on {field.name.value}"})

    def _size(self, field: FieldNode) -> int | None:
        for argument in field.arguments or ():
            if argument.name.value == "first":
                if isinstance(argument.value, VariableNode):
                    return int(self._variables[argument.value.name.value])
                assert isinstance(argument.value, IntValueNode)
                return int(argument.value.value)
        return None


class _Price:
    def __init__(self, errors: list[Node], points: int) -> None:
        self.errors = errors
        self.points = points


def _measure(document: DocumentNode, variables: Node) -> _Price:
    types = TypeInfo(schema())
    meter = _Meter(types, document, variables)
    visit(document, TypeInfoVisitor(types, meter))
    operation = next(d for d in document.definitions if d.kind == "operation_definition")
    nodes, requests = meter.measure(operation.selection_set, 1)  # type: ignore[attr-defined]
    if nodes > MAX_NODES:
        kind = "MAX_NODE_LIMIT_EXCEEDED"
        meter.errors.append({"type": kind, "message": f"{nodes} nodes are too many"})
    return _Price(meter.errors, max(1, round(requests / 100)))
