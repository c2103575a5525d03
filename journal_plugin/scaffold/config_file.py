"""Adding the journal to an existing `mkdocs.yml` without touching anything else in it.

The file is changed as text, at a place that the YAML parser names, so that comments, order and
custom tags stay. The result is parsed again and compared before anybody writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import yaml

from journal_plugin.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLUGIN = "journal"


class Found(NamedTuple):
    """What an existing `mkdocs.yml` says."""

    plugins: tuple[str, ...] | None
    """Names of the plugins, or None without that key."""
    values: Mapping[str, str]
    """Top-level keys whose value is plain text."""


def read_config(text: str, path: str) -> Found:
    """What `mkdocs.yml` says; tags such as `!ENV` are left alone.

    Raises:
        ConfigError: the file is not a YAML mapping.
    """
    entries = _entries(text, path)
    plugins = entries.get("plugins")
    return Found(
        plugins=None if plugins is None else _plugin_names(plugins[1]),
        values={
            key: value.value
            for key, (_, value) in entries.items()
            if isinstance(value, yaml.ScalarNode)
        },
    )


def add_plugin(text: str, options: Mapping[str, object], path: str) -> str:
    """`text` with the journal among its plugins; the same text if it is there already.

    Raises:
        ConfigError: the file cannot be extended safely; the message says what to add by hand.
    """
    found = read_config(text, path)
    if found.plugins and PLUGIN in found.plugins:
        return text
    is_dos = "\r\n" in text and text.count("\r\n") == text.count("\n")
    changed = _insert(text.replace("\r\n", "\n") if is_dos else text, options, path)
    changed = changed.replace("\n", "\r\n") if is_dos else changed
    _verify(text, changed, path)
    return changed


def format_plugins(options: Mapping[str, object]) -> str:
    """The `plugins` block of a new file, with the search that MkDocs would use by itself."""
    return f"plugins:\n  - search\n{_item(options, '  ')}"


def _insert(text: str, options: Mapping[str, object], path: str) -> str:
    entry = _entries(text, path).get("plugins")
    if entry is None:
        gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}{format_plugins(options)}"
    node = entry[1]
    if isinstance(node, yaml.ScalarNode) and node.value:
        raise ConfigError(path, f"plugins is {node.value!r}; allowed is a list of plugins")
    if not isinstance(node, yaml.CollectionNode) or not node.value:
        return _replace_empty(text, entry, options)
    if node.flow_style:
        return _insert_flow(text, node, options)
    indent = " " * node.start_mark.column
    lines = text.splitlines(keepends=True)
    at = _last_line(node) + 1
    while at < len(lines) and lines[at].startswith(f"{indent} ") and lines[at].lstrip()[:1] == "#":
        at += 1
    if not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    is_list = isinstance(node, yaml.SequenceNode)
    lines.insert(at, _item(options, indent) if is_list else _key(options, indent))
    return "".join(lines)


def _replace_empty(
    text: str, entry: tuple[yaml.Node, yaml.Node], options: Mapping[str, object]
) -> str:
    """Fill a `plugins` key that has nothing, or an empty list."""
    key, value = entry
    end = (
        value.end_mark.index if value.value or value.end_mark.index > key.end_mark.index + 1 else 0
    )
    rest = text[end or key.end_mark.index + 1 :]
    rest = rest.lstrip(" ").removeprefix("\n")
    return f"{text[: key.start_mark.index]}{format_plugins(options)}{rest}"


def _insert_flow(text: str, node: yaml.CollectionNode, options: Mapping[str, object]) -> str:
    at = node.end_mark.index - 1
    body = yaml.safe_dump(dict(options), default_flow_style=True, width=10_000).strip()
    entry = f"{PLUGIN}: {body}"
    item = f"{{{entry}}}" if isinstance(node, yaml.SequenceNode) else entry
    before = text[:at].rstrip()
    comma = "" if before.endswith(",") else ","
    return f"{before}{comma} {item}{text[at:]}"


def _last_line(node: yaml.Node) -> int:
    """The line, counted from 0, on which the last leaf of a block ends."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        mark = node.end_mark
        is_block_text = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        return mark.line - 1 if is_block_text and mark.column == 0 else mark.line
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)


def _item(options: Mapping[str, object], indent: str) -> str:
    if not options:
        return f"{indent}- {PLUGIN}\n"
    return f"{indent}- {PLUGIN}:\n{_block(options, f'{indent}    ')}"


def _key(options: Mapping[str, object], indent: str) -> str:
    if not options:
        return f"{indent}{PLUGIN}: {{}}\n"
    return f"{indent}{PLUGIN}:\n{_block(options, f'{indent}  ')}"


def _block(options: Mapping[str, object], indent: str) -> str:
    text = yaml.safe_dump(dict(options), sort_keys=False, width=10_000)
    return "".join(f"{indent}{line}\n" for line in text.splitlines())


def _entries(text: str, path: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ConfigError(path, f"is not YAML: {error}") from error
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(path, "must be a mapping of options")
    return {key.value: (key, value) for key, value in node.value}


def _plugin_names(node: yaml.Node) -> tuple[str, ...]:
    if isinstance(node, yaml.MappingNode):
        return tuple(key.value for key, _ in node.value)
    if not isinstance(node, yaml.SequenceNode):
        return ()
    return tuple(
        item.value if isinstance(item, yaml.ScalarNode) else item.value[0][0].value
        for item in node.value
        if item.value
    )


def _verify(before: str, after: str, path: str) -> None:
    """Everything but the plugins must be as it was, and the plugins one longer."""
    message = "cannot be extended safely; add the plugin `journal` under `plugins` by hand"
    try:
        old, new = _entries(before, path), _entries(after, path)
    except ConfigError as error:
        raise ConfigError(path, message) from error
    names_before = _plugin_names(old["plugins"][1]) if "plugins" in old else ("search",)
    names_after = _plugin_names(new["plugins"][1]) if "plugins" in new else ()
    same = all(
        key in new and _plain(old[key][1]) == _plain(new[key][1]) for key in old if key != "plugins"
    )
    expected = (*names_before, PLUGIN) if names_before else ("search", PLUGIN)
    if not same or names_after != expected or old.keys() - new.keys():
        raise ConfigError(path, message)


def _plain(node: yaml.Node) -> tuple[object, ...]:
    if isinstance(node, yaml.ScalarNode):
        return (node.tag, node.value)
    pairs: Sequence[object] = node.value
    flat = [part for item in pairs for part in (item if isinstance(item, tuple) else (item,))]
    return (node.tag, *(_plain(part) for part in flat))
