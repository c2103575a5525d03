"""YAML from an author or a stranger, in bounded time and without surprises.

PyYAML's safe loader creates no objects, but a few hundred bytes of merge keys keep it busy for
ever, deep nesting overflows its stack, and a wrong date or a long number raises ValueError. So the
events are counted first, without building anything, and only then is the document built, by a
loader whose scalars cannot fail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml
from yaml.constructor import SafeConstructor

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_SIZE = 16_384
"""Characters of a front matter."""
MAX_DEPTH = 16
"""Mappings and lists within one another."""
MAX_ALIASES = 10
"""Uses of anchors. Each level of aliases multiplies what a merge copies."""
MAX_DIGITS = 18
"""Digits of a whole number; longer ones stay text."""

_OPENING = ":-?[{"
"""Each mapping or list takes one of these signs; most documents have few."""

TEXT_KEYS = frozenset(
    "title status outcome type problem phase follows supersedes corrects replicates hypothesis "  # noqa: SIM905 - a word list
    "success_criteria data commit command hardware cost authors tags slug unit".split()
)
"""Keys whose values are words, so that `no`, `1.10`, `12e4567` or `0123456` stay as written."""

_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(f"{_TAG}{name}" for name in ("bool", "int", "float", "timestamp"))
_EXPONENT = re.compile(r"[-+]?[0-9]{1,18}[eE][-+]?[0-9]{1,2}")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")


class LimitError(yaml.YAMLError):
    """A document that is not worth building; `line` counts from 0."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Document:
    """A loaded document and what was odd about it."""

    data: object
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line of each key of the outermost mapping and of `experiment`, counted from 0."""
    findings: list[tuple[int, str, str]] = field(default_factory=list)
    """Line (counted from 0), code and message of each oddity."""


def load_yaml(text: str) -> Document:
    """Load one document.

    Raises:
        yaml.YAMLError: it is not YAML, or goes beyond a limit.
    """
    # libyaml's parser is about ten times as fast, and reads the same language.
    reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    _check_events(text, reader)
    node = yaml.compose(text, Loader=reader)
    document = Document(None)
    if node is not None:
        _read_nodes(node, document)
        document.data = _Constructor(document).construct_document(node)
    return document


def _check_events(text: str, reader: type[yaml.SafeLoader]) -> None:
    """Bound depth and aliases; refuse an alias inside of what it names."""
    if "*" not in text and sum(map(text.count, _OPENING)) <= MAX_DEPTH:
        return
    depth = aliases = 0
    open_anchors: list[str | None] = []
    for event in yaml.parse(text, Loader=reader):
        line = event.start_mark.line if event.start_mark else 0
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            open_anchors.append(event.anchor)
            if depth > MAX_DEPTH:
                msg = f"more than {MAX_DEPTH} mappings or lists within one another"
                raise LimitError(msg, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            open_anchors.pop()
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
            if aliases > MAX_ALIASES:
                msg = f"more than {MAX_ALIASES} aliases"
                raise LimitError(msg, line)
            if event.anchor in open_anchors:
                msg = f"the alias *{event.anchor} stands inside of what it names"
                raise LimitError(msg, line)


def _read_nodes(root: yaml.Node, document: Document) -> None:
    """Note lines and repeated keys, and keep words as they are written."""
    lines: dict[str, int] = {}
    stack = [(root, 0)]
    seen: set[int] = set()
    while stack:
        node, level = stack.pop()
        if isinstance(node, yaml.ScalarNode):
            _read_exponent(node)
        if id(node) in seen or not isinstance(node, yaml.CollectionNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            stack += [(child, level + 1) for child in node.value]
            continue
        keys: set[tuple[str, str]] = set()
        for key, value in node.value:
            stack.append((value, level if _is_experiment(key) else level + 1))
            if not isinstance(key, yaml.ScalarNode):
                continue
            if (key.tag, key.value) in keys and key.tag != f"{_TAG}merge":
                message = f"`{key.value}` stands here twice; the last one counts"
                document.findings.append((key.start_mark.line, "duplicate-key", message))
            keys.add((key.tag, key.value))
            if level == 0:
                lines.setdefault(key.value, key.start_mark.line)
            if key.value in TEXT_KEYS:
                _keep_words(value)
    document.lines = lines


def _is_experiment(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.value == "experiment"


def _keep_words(node: yaml.Node) -> None:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for item in items:
        if isinstance(item, yaml.ScalarNode) and item.tag in _PLAIN_TAGS and not item.style:
            item.tag = f"{_TAG}str"
            item.style = "'"


def _read_exponent(node: yaml.ScalarNode) -> None:
    """Let `1e-4` be a number; YAML 1.1 wants a point in it."""
    if not node.style and node.tag == f"{_TAG}str" and _EXPONENT.fullmatch(node.value):
        node.tag = f"{_TAG}float"


class _Constructor(SafeConstructor):
    """The safe constructor, with scalars that cannot fail and tags that do nothing."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document

    def construct_number(self, node: yaml.ScalarNode) -> object:
        """A whole number, or the text of one that is too long or counts in sixties."""
        text = self.construct_scalar(node)
        if _SEXAGESIMAL.fullmatch(text):
            return text
        digits = sum(letter.isalnum() for letter in text)
        if digits > MAX_DIGITS:
            message = f"a number of {digits} digits is kept as text"
            self.document.findings.append((node.start_mark.line, "number-too-large", message))
            return text
        try:
            return self.construct_yaml_int(node)
        except ValueError:
            return text

    def construct_real(self, node: yaml.ScalarNode) -> object:
        """A number with a fraction, or the text of one that counts in sixties."""
        text = self.construct_scalar(node)
        try:
            return text if ":" in text else self.construct_yaml_float(node)
        except ValueError:
            return text

    def construct_time(self, node: yaml.ScalarNode) -> object:
        """A date or time, or the text of one that does not exist."""
        try:
            return self.construct_yaml_timestamp(node)
        except (ValueError, OverflowError):
            return self.construct_scalar(node)

    def construct_unknown(self, node: yaml.Node) -> object:
        """What stands behind a tag; the tag itself does nothing."""
        message = f"the tag {node.tag} means nothing here; the value is read without it"
        self.document.findings.append((node.start_mark.line, "unknown-tag", message))
        if isinstance(node, yaml.MappingNode):
            return self.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return self.construct_sequence(node, deep=True)
        return node.value


# The stubs take constructors for loaders only, though PyYAML registers them on either.
for _name, _construct in (
    (f"{_TAG}int", _Constructor.construct_number),
    (f"{_TAG}float", _Constructor.construct_real),
    (f"{_TAG}timestamp", _Constructor.construct_time),
    (None, _Constructor.construct_unknown),
):
    _Constructor.add_constructor(_name, _construct)  # type: ignore[type-var]
