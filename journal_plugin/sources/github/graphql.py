"""Reads records through GraphQL: whole lists for a full pass, or single numbers at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial as bind
from typing import TYPE_CHECKING, Any

from journal_plugin.sources.github.failures import (
    LacksFieldsError,
    TooHeavyError,
    private_repository,
)
from journal_plugin.sources.github.pages import Parser, nodes_of
from journal_plugin.sources.github.queries import (
    LISTS,
    MAX_PAGE,
    OPTIONAL,
    numbers_query,
    page_query,
    rest_query,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from journal_plugin.sources.github.pages import Node
    from journal_plugin.sources.github.run import Run
    from journal_plugin.sources.sync_state import Unfinished

STEPS = ("issues", "pullRequests")
"""The lists of a full pass, in order."""
MAX_NUMBERS = 50
"""Records asked for by number at once."""
MAX_LISTS = 25
"""Nested lists that are followed at once."""
_GOOD_PAGES_TO_GROW = 2


class PageSize:
    """How much to ask for: halved when GitHub cannot cope, grown again when it can."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._good = 0
        self.value = limit

    def shrink(self, error: TooHeavyError) -> None:
        """Halve, or give up with `error` if a single item is already too much."""
        if self.value == 1:
            raise error
        self.value //= 2
        self._good = 0

    def grow(self) -> None:
        """Double after some good pages, so that one slow spot does not slow down the rest."""
        self._good += 1
        if self._good == _GOOD_PAGES_TO_GROW:
            self.value = min(self.value * 2, self._limit)
            self._good = 0


class GraphQLReader:
    """Reads one repository with a token."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._client = run.client
        self._store = run.store
        self._parser = Parser(run.repo, run.kinds, allow_private=run.settings.allow_private)
        self._parser.names.add(run.name.casefold())
        owner, _, name = run.name.partition("/")
        self._variables = {"owner": owner, "name": name}

    def read_all(self, unfinished: Unfinished) -> Unfinished:
        """Read every record; each page is durable before the next request."""
        while unfinished.step in STEPS:
            if unfinished.pending:
                unfinished = self._finish_pending(unfinished)
            unfinished = self._read_list(unfinished)
        return unfinished

    def read_numbers(self, numbers: Sequence[int], step: str = "changes") -> None:
        """Read the records with these numbers, in order; those that are gone are left alone."""
        size = PageSize(MAX_NUMBERS)
        done = 0
        while done < len(numbers):
            batch = numbers[done : done + size.value]
            try:
                data = self._query(bind(numbers_query, batch), self._variables)
            except TooHeavyError as error:
                size.shrink(error)
                continue
            found = self._check(data)
            nodes = [node for name, node in found.items() if node and name != "isPrivate"]
            whole, partial = _split(nodes)
            self._store.save(self._parser.parse(node) for node in whole)
            self._complete(partial)
            done += len(batch)
            size.grow()
            self._run.tell(step, done, len(numbers))

    def _read_list(self, unfinished: Unfinished) -> Unfinished:
        size = PageSize(MAX_PAGE)
        step, read = unfinished.step, 0
        while unfinished.step == step:
            variables = {**self._variables, "first": size.value, "after": unfinished.after}
            try:
                data = self._query(bind(page_query, step), variables)
            except TooHeavyError as error:
                size.shrink(error)
                continue
            page = self._check(data)["list"]
            unfinished = self._save_page(page, unfinished)
            size.grow()
            read += len(nodes_of({"list": page}, "list"))
            self._run.tell(step, read, page["totalCount"])
        return unfinished

    def _save_page(self, page: Node, unfinished: Unfinished) -> Unfinished:
        """Save what is complete and remember the rest, then read the rest."""
        nodes = nodes_of({"list": page}, "list")
        whole, partial = _split(nodes)
        self._store.save(self._parser.parse(node) for node in whole)
        info = page["pageInfo"]
        following = STEPS[STEPS.index(unfinished.step) + 1 :]
        step = unfinished.step if info["hasNextPage"] else next(iter(following), "end")
        seen = {node["number"] for node in nodes}
        after = replace(
            unfinished,
            step=step,
            after=info["endCursor"] if info["hasNextPage"] else None,
            pending=tuple(node["number"] for node in partial),
            unseen=tuple(number for number in unfinished.unseen if number not in seen),
        )
        self._store.save_unfinished(after)
        if not partial:
            return after
        self._complete(partial)
        after = replace(after, pending=())
        self._store.save_unfinished(after)
        return after

    def _finish_pending(self, unfinished: Unfinished) -> Unfinished:
        self.read_numbers(unfinished.pending, unfinished.step)
        after = replace(unfinished, pending=())
        self._store.save_unfinished(after)
        return after

    def _complete(self, nodes: list[Node]) -> None:
        """Follow the long lists of `nodes` to their ends, many at once, then save the records."""
        size = PageSize(MAX_LISTS)
        while waiting := list(_open_lists(nodes)):
            batch = waiting[: size.value]
            variables = {}
            for index, (owner, _, name) in enumerate(batch):
                variables[f"i{index}"] = owner["id"]
                variables[f"c{index}"] = owner[name]["pageInfo"]["endCursor"]
            try:
                further = rest_query([(kind, name) for _, kind, name in batch])
                data = self._client.query(further, variables, what=self._run.repo)
            except TooHeavyError as error:
                size.shrink(error)
                continue
            for index, (owner, _, name) in enumerate(batch):
                _extend(owner[name], (data.get(f"n{index}") or {}).get(name))
            size.grow()
            done = [node for node in nodes if not any(_open_lists([node]))]
            self._store.save(self._parser.parse(node) for node in done)
            nodes = [node for node in nodes if node not in done]

    def _check(self, data: dict[str, Any]) -> Node:
        """The repository of an answer, unless it has turned private."""
        repository: Node = data.get("repository") or {}
        if repository.get("isPrivate") and not self._run.settings.allow_private:
            raise private_repository(self._run.repo)
        return repository

    def _query(
        self, make: Callable[[Collection[str]], str], variables: dict[str, Any]
    ) -> dict[str, Any]:
        """Ask a query, without the fields that the server does not know."""
        while True:
            try:
                return self._client.query(make(self._run.lacks), variables, what=self._run.repo)
            except LacksFieldsError as error:
                new = error.fields & OPTIONAL - self._run.lacks
                if not new:
                    raise
                self._run.lacks |= new


def _split(nodes: Iterable[Node]) -> tuple[list[Node], list[Node]]:
    """Nodes whose lists are complete, and the others."""
    whole: list[Node] = []
    partial: list[Node] = []
    for node in nodes:
        (partial if any(_open_lists([node])) else whole).append(node)
    return whole, partial


def _open_lists(nodes: Iterable[Node]) -> Iterator[tuple[Node, str, str]]:
    """Each list that goes on, as the item that has it, the item's type, and the list's name."""
    for node in nodes:
        kind = node["__typename"]
        owners = [
            (node, kind),
            *((item, "PullRequestReview") for item in nodes_of(node, "reviews")),
        ]
        for owner, owner_kind in owners:
            for name in LISTS[owner_kind]:
                if owner.get(name) and owner[name]["pageInfo"]["hasNextPage"]:
                    yield owner, owner_kind, name


def _extend(known: Node, further: Node | None) -> None:
    """Add a further page; a list that has vanished meanwhile is at its end."""
    if further is None:
        known["pageInfo"] = {"hasNextPage": False, "endCursor": None}
        return
    known["nodes"] = [*known["nodes"], *further["nodes"]]
    known["pageInfo"] = further["pageInfo"]
