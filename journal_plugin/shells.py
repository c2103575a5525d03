"""A theme's page as a form: rendered once for each kind of page, filled in for each page.

Pages of one kind differ in their title, description, addresses, table of contents and content, and
in nothing else that the theme can see. The first page of a kind is rendered by the theme. For the
second one the theme renders stand-ins (`slots`), and what it makes of them must give the first page
again, byte for byte. That page and later ones are filled in; some of them are checked again.
Whatever a form cannot honour is left to the theme, page by page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils.templates import script_tag_filter, url_filter

from journal_plugin.pages.digests import digest
from journal_plugin.slots import (
    TRANSFORMS,
    Calls,
    Slot,
    Trap,
    UnfillableError,
    Watch,
    find_pieces,
    guarded_theme,
    holds_mark,
    is_safe,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from jinja2 import Template
    from mkdocs.structure.pages import Page

_OWN = {"page", "build_date_utc"}
"""What is another object for each page in the context that MkDocs makes."""
TEXTS = ("title", "content", "url", "canonical_url", "abs_url")
"""Attributes of a page that are filled in."""
_META = ("title", "description")
"""Front matter that is filled in."""
_FIXED = len(TEXTS) + len(_META)
"""How many values a page has before those of its table of contents."""
_SHARED = (
    *("active", "children", "edit_url", "is_homepage", "is_index"),
    *("is_link", "is_page", "is_section", "is_top_level"),
)
"""Attributes that are equal for all pages of a kind."""
_ANCHOR = {"title", "id", "level", "children"}
_MAX_FORMS = 6
_LONG = 16_384
"""Characters of a page from which on it is found again rather than kept."""
_CHECKED = frozenset({2**power for power in range(3, 20, 2)})
"""Which use of a form is checked against the theme once more."""


Render = Callable[[Mapping[str, Any]], str]
"""How the theme renders a context."""


class Look(NamedTuple):
    """All that a theme can see of a page."""

    name: str
    """How messages call the page."""
    url: str
    find_context: Callable[[], Mapping[str, Any]]
    """The context of the theme's template, with the page."""
    values: list[str]
    """What is filled in: attributes, front matter, then titles and ids of the contents."""
    nones: list[bool]
    """Which of the values are none."""
    surroundings: tuple[object, ...]
    """What else the theme can see."""
    shape: tuple[int, ...]
    """Levels of the table of contents."""
    find_again: Callable[[], Look | None] | None = None
    """Makes the look once more, where its values need not stay in memory."""

    @property
    def frame(self) -> tuple[object, ...]:
        """What must be equal for pages with one form."""
        return self.nones, self.surroundings

    @property
    def kind(self) -> tuple[object, ...]:
        """What must be equal for pages that differ in their values and in how many there are."""
        contents = self.nones[_FIXED:]
        nones = self.nones[:_FIXED], any(contents)
        return split_url(self.url)[0], nones, self.surroundings, _outline(self.shape)


class _Example(NamedTuple):
    """A page and the mark of what the theme made of it; many wait for a second of their kind."""

    name: str
    frame: tuple[object, ...]
    mark: str
    find_look: Callable[[], Look | None]

    @classmethod
    def of(cls, look: Look, html: str) -> Self:
        """A page that the theme made. Long content is not kept while the page waits."""
        is_long = sum(map(len, look.values)) > _LONG and look.find_again
        find_look = look.find_again if is_long and look.find_again else lambda: look
        return cls(name=look.name, frame=look.frame, mark=digest((html,)), find_look=find_look)

    def fits(self, form: _Form) -> bool:
        """Whether the theme would take the way of a form with this page."""
        look = self.find_look()
        return look is not None and form.fits(look)

    def is_made_by(self, form: _Form) -> bool:
        """Whether a form gives the page, byte for byte."""
        look = self.find_look()
        if look is None or not form.fits(look):
            return False
        return digest((form.fill(look.values),)) == self.mark


@dataclass(slots=True, kw_only=True)
class _Kind:
    """Pages in one folder with tables of contents of one shape."""

    examples: list[_Example] = field(default_factory=list)
    forms: list[_Form] = field(default_factory=list)
    is_closed: bool = False
    """Whether no further form is made."""

    def find(self, look: Look) -> _Form | None:
        """The form that a page fits."""
        return next((form for form in self.forms if form.fits(look)), None)

    def knows(self, look: Look) -> bool:
        """Whether a page that differs in its values only was rendered."""
        return any(example.frame == look.frame for example in self.examples)


class Imprint(NamedTuple):
    """What a build notes of the form of a page."""

    mark: str = ""
    """Equal marks, equal forms: also of two builds."""
    family: str = ""
    """The mark of what it has in common with forms for more or fewer headings."""
    length: int = 0
    """How many headings it has room for."""


class Shells:
    """The forms of one build."""

    def __init__(self, report: Callable[[str], None]) -> None:
        """Start without any; `report` is told why pages are left to the theme."""
        self._kinds: dict[tuple[object, ...], _Kind] = {}
        self._report = report
        self._forms: dict[str, _Form] = {}
        self._is_off = False
        self.filled = 0
        """Pages that were filled in."""
        self.calls = Calls((_StandIn, AnchorLink, TableOfContents))
        """Must see what templates call."""

    def render(self, template: Template, look: Look, render: Render) -> str:
        """The page of a template, filled in or rendered."""
        if self._is_off:
            return render(look.find_context())
        kind = self._find_kind(template, look)
        form = kind.find(look)
        if form is None and not kind.is_closed and kind.knows(look):
            form = self._learn(kind, template, look, render)
        if form and form.fits(look):
            return self._fill(form, look, render)
        html = render(look.find_context())
        if not kind.is_closed and len(kind.examples) < _MAX_FORMS:
            kind.examples.append(_Example.of(look, html))
        return html

    def find_mark(self, template: Template, look: Look, render: Render, *, proven: str = "") -> str:
        """The mark of the form that the theme has for a page today; empty without one.

        Args:
            template: The theme's template.
            look: The page.
            render: How the theme renders it.
            proven: The mark of a form that an earlier build has tried on a page.
        """
        if self._is_off:
            return ""
        kind = self._find_kind(template, look)
        form = kind.find(look)
        if form is None and not kind.is_closed:
            form = self._learn(kind, template, look, render, proven=proven)
        return form.mark if form and form.fits(look) else ""

    def imprint_of(self, name: str) -> Imprint:
        """What is known of the form that gives a page which was rendered; empty without one."""
        form = self._forms.get(name)
        return form.imprint if form else Imprint()

    def has_kin(self, template: Template, look: Look, marks: Collection[str]) -> bool:
        """Whether a page lies between others, of one family, whose forms have some of the marks."""
        about = template.name, look.kind
        lengths = [
            form.imprint.length
            for kind in self._kinds.values()
            for form in kind.forms
            if form.mark in marks and form.is_kin(about, look)
        ]
        return bool(lengths) and min(lengths) <= len(look.shape) <= max(lengths)

    def forget(self) -> None:
        """Let go of all forms, and of the pages that they were learned from."""
        self._kinds.clear()
        self._forms.clear()

    def _find_kind(self, template: Template, look: Look) -> _Kind:
        about = (template.name, split_url(look.url)[0], look.shape)
        return self._kinds.setdefault(about, _Kind())

    def _fill(self, form: _Form, look: Look, render: Render) -> str:
        form.used += 1
        html = form.fill(look.values)
        if form.used in _CHECKED and html != (rendered := render(look.find_context())):
            self._is_off = True
            self._report(f"{look.name} and all after it are left to the theme")
            return rendered
        self.filled += 1
        self._forms[look.name] = form
        return html

    def _learn(
        self, kind: _Kind, template: Template, look: Look, render: Render, *, proven: str = ""
    ) -> _Form | None:
        """Make a form from a page, and try it on a page that the theme has rendered."""
        try:
            form = _Form(template, look, render, self.calls)
            reason = ""
            if form.mark != proven:
                example = next((item for item in kind.examples if item.fits(form)), None)
                example = example or _Example.of(look, render(look.find_context()))
                if not example.is_made_by(form):
                    reason = "the theme makes another page of it"
        except UnfillableError as error:
            reason = str(error)
        what = f"are left to the theme: {reason}" if reason else "are filled in"
        self._report(f"{look.name} and pages like it {what}")
        if reason:
            kind.is_closed = True
            return None
        kind.forms.append(form)
        for item in kind.examples:
            if item.is_made_by(form):
                self._forms[item.name] = form
        kind.examples = [item for item in kind.examples if not item.fits(form)]
        kind.is_closed = len(kind.forms) >= _MAX_FORMS
        return form


class _Form:
    """One page of the theme with places to fill in."""

    def __init__(self, template: Template, look: Look, render: Render, calls: Calls) -> None:
        """Let the theme render stand-ins for a page, and learn their places.

        Raises:
            UnfillableError: the theme does something with a value that cannot be repeated.
        """
        watch = Watch()
        links = _Links(look, watch)
        filters = template.environment.filters
        known = {
            name: function
            for name, own, function in (
                ("url", url_filter, links.url),
                ("script_tag", script_tag_filter, links.script_tag),
            )
            if filters.get(name) is own
        }
        with guarded_theme(template.environment, watch, known, calls):
            html = render(_stand_in(look, watch))
        if watch.reason:
            raise UnfillableError(watch.reason)
        self._texts, marks = find_pieces(html, watch)
        self._marks = tuple((number, name, TRANSFORMS[name]) for number, name in marks)
        self._transforms = frozenset(marks)
        self._conditions = tuple(watch.conditions)
        self._near = frozenset(links.near)
        self._frame = look.frame
        self._about = template.name, split_url(look.url)[0], look.shape
        self._kind = template.name, look.kind
        self.used = 0

    @cached_property
    def mark(self) -> str:
        """Equal marks, equal forms: also of two builds."""
        pieces = self._about, self._frame, self._texts, [mark[:2] for mark in self._marks]
        return digest((repr((*pieces, self._conditions, sorted(self._near))),))

    @cached_property
    def imprint(self) -> Imprint:
        """What is noted of it."""
        family = digest((repr((self._kind, self._conditions, sorted(self._near))),))
        return Imprint(self.mark, family, len(self._about[-1]))

    def is_kin(self, about: tuple[object, ...], look: Look) -> bool:
        """Whether the theme takes the same way with a page, but for the number of headings.

        Args:
            about: The name of its template, and the kind of its look.
            look: The page.
        """
        return (
            self._kind == about
            and split_url(look.url)[1] not in self._near
            and all(c.slot < _FIXED and c.is_met(look.values) for c in self._conditions)
        )

    def fits(self, look: Look) -> bool:
        """Whether the theme would take the same way with this page."""
        return (
            self._frame == look.frame
            and split_url(look.url)[1] not in self._near
            and all(condition.is_met(look.values) for condition in self._conditions)
            and all(is_safe(look.values[number], name) for number, name in self._transforms)
        )

    def fill(self, values: list[str]) -> str:
        """The page with its values."""
        parts = [self._texts[0]]
        for (number, _, transform), text in zip(self._marks, self._texts[1:], strict=True):
            parts += (transform(values[number]), text)
        return "".join(parts)


class _Links:
    """The filters of MkDocs that make addresses, for a page whose own address is a stand-in."""

    def __init__(self, look: Look, watch: Watch) -> None:
        self._page = SimpleNamespace(url=look.url)
        self._folder = split_url(look.url)[0]
        self._watch = watch
        self.near: set[str] = set()
        """Names beside the page that it links to: from there, the link reads otherwise."""

    def url(self, context: Mapping[str, Any], value: object) -> str:
        """The filter `url`."""
        text = str(value)
        if text.startswith("#"):
            return text
        if holds_mark(value):
            self._watch.refuse("the theme makes a link of a value")
        if text.startswith(self._folder):
            self.near.add(text.removeprefix(self._folder).split("/")[0].partition("#")[0])
        return url_filter(self._place(context), text)

    def script_tag(self, context: Mapping[str, Any], script: Any) -> str:
        """The filter `script_tag`."""
        if holds_mark(str(script)):
            self._watch.refuse("the theme makes a script of a value")
        return script_tag_filter(self._place(context), script)

    def _place(self, context: Mapping[str, Any]) -> Any:
        return {"page": self._page, "base_url": context["base_url"]}

    url.jinja_pass_arg = script_tag.jinja_pass_arg = url_filter.jinja_pass_arg  # type: ignore[attr-defined]  # how Jinja marks a filter that wants the context


class _StandIn:
    """A page made of stand-ins; what else the page has must not be used."""

    def __init__(self, page: Page, known: Mapping[str, object], watch: Watch) -> None:
        self.__dict__.update(known)
        self._page = page
        self._watch = watch

    def __getattr__(self, name: str) -> object:
        if not name.startswith("__") and hasattr(self._page, name):
            self._watch.refuse(f"the theme uses page.{name}")
        raise AttributeError(name)


def split_url(url: str) -> tuple[str, str]:
    """A page's address as the folder that it shares with others, and its own name in there."""
    folder, slash, name = url.removesuffix("/").rpartition("/")
    return folder + slash, name


def _outline(shape: Iterable[int]) -> tuple[object, ...]:
    """Which levels follow which in a table of contents, however often.

    Args:
        shape: The level of each heading.
    """
    top: dict[object, None] = {}
    open_: list[tuple[int, dict[object, None]]] = [(0, top)]
    for level in (*shape, 0):
        while len(open_) > 1 and open_[-1][0] >= level:
            inner, below = open_.pop()
            open_[-1][1][inner, tuple(sorted(below, key=repr))] = None
        if level:
            open_.append((level, {}))
    return tuple(sorted(top, key=repr))


def look_at(context: Mapping[str, Any]) -> Look | None:
    """What the theme can see, or None if it is more than a form can hold."""
    page: Page = context["page"]
    meta = page.meta
    toc = list(_walk(page.toc))
    in_nav = page.parent or page.previous_page or page.next_page
    known = all(vars(item).keys() - {"active"} == _ANCHOR for item in toc)
    if in_nav or not known or type(meta) is not dict:
        return None
    return make_look(
        name=page.file.src_uri,
        find_context=lambda: context,
        texts=[getattr(page, name) for name in TEXTS],
        meta=meta,
        toc=[(item.title, item.id) for item in toc],
        surroundings=(
            {key: value for key, value in context.items() if key not in _OWN},
            vars(page).keys(),
            [getattr(page, name) for name in _SHARED],
            _shape(page.toc),
        ),
        shape=tuple(item.level for item in toc),
    )


def make_look(  # noqa: PLR0913 - all that a theme can see, by name
    *,
    name: str,
    find_context: Callable[[], Mapping[str, Any]],
    texts: list[str | None],
    meta: Mapping[str, Any],
    toc: Iterable[tuple[str, str]],
    surroundings: tuple[object, ...],
    shape: tuple[int, ...],
    find_again: Callable[[], Look | None] | None = None,
) -> Look | None:
    """The look of a page, or None if it is more than a form can hold.

    Args:
        name: How messages call the page.
        find_context: Makes the context of the theme's template.
        texts: The attributes that `TEXTS` names.
        meta: The front matter.
        toc: Titles and ids of the table of contents.
        surroundings: What else the theme can see.
        shape: Levels of the table of contents.
        find_again: Makes the look once more; None where nobody can.
    """
    toc = list(toc)
    values = [*texts, *(meta.get(key) for key in _META), *(text for item in toc for text in item)]
    plain = all(value is None or type(value) is str for value in values)
    if not plain or any("\\" in anchor for _, anchor in toc):
        return None
    return Look(
        name=name,
        url=texts[TEXTS.index("url")] or "",
        find_context=find_context,
        values=[value or "" for value in values],
        nones=[value is None for value in values],
        surroundings=(*surroundings, {k: v for k, v in meta.items() if k not in _META}),
        shape=shape,
        find_again=find_again,
    )


def _walk(items: Iterable[AnchorLink]) -> Iterator[AnchorLink]:
    for item in items:
        yield item
        yield from _walk(item.children)


def _shape(items: Iterable[AnchorLink]) -> tuple[object, ...]:
    return tuple(
        (item.level, getattr(item, "active", None), _shape(item.children)) for item in items
    )


def _stand_in(look: Look, watch: Watch) -> dict[str, Any]:
    """The context with stand-ins for all that differs from page to page."""
    slots = (
        None if is_none else Slot(number, value, watch)
        for number, (value, is_none) in enumerate(zip(look.values, look.nones, strict=True))
    )
    context = look.find_context()
    page = context["page"]
    known = {name: next(slots) for name in TEXTS}
    meta = {**page.meta, **{name: slot for name in _META if (slot := next(slots)) is not None}}
    shared = {name: getattr(page, name) for name in _SHARED}
    own = {
        **shared,
        **dict.fromkeys(("parent", "previous_page", "next_page")),
        **known,
        "ancestors": [],
        "meta": meta,
        "toc": TableOfContents(_copy_toc(page.toc, slots)),
    }
    return {
        **context,
        "page": _StandIn(page, own, watch),
        "build_date_utc": Trap("build_date_utc", watch),
    }


def _copy_toc(items: Iterable[AnchorLink], slots: Iterator[Slot | None]) -> list[AnchorLink]:
    copies = []
    for item in items:
        copy = AnchorLink(next(slots), next(slots), item.level)  # type: ignore[arg-type]
        copy.children = _copy_toc(item.children, slots)
        if hasattr(item, "active"):  # MkDocs marks the first one
            copy.active = item.active  # type: ignore[attr-defined]  # same
        copies.append(copy)
    return copies
