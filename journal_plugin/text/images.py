"""Images of rendered texts: shown lazily and without a referrer, or as a link in their place."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from journal_plugin.text.links import REL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from journal_plugin.text.links import Linker

_SIZE = re.compile(r"[1-9][0-9]{0,3}")


def render_image(attributes: Mapping[str, str], linker: Linker, *, in_link: bool) -> str:
    """An image as safe HTML; nothing for one that only counts visits.

    Args:
        attributes: What the sanitizer left of the author's tag.
        linker: Knows which images may be shown.
        in_link: Whether the image stands in a link, so that it cannot become one.
    """
    source = linker.find_address(attributes.get("src", ""))
    alt = attributes.get("alt", "")
    sizes = {name: attributes.get(name, "") for name in ("width", "height")}
    if any(size in ("0", "1") for size in sizes.values()) or not attributes.get("src"):
        return ""
    if not linker.is_shown(source):
        return _image_link(source, alt, in_link=in_link)
    size = "".join(f' {name}="{value}"' for name, value in sizes.items() if _SIZE.fullmatch(value))
    title = attributes.get("title")
    shown = f' title="{escape(title)}"' if title else ""
    return (
        f'<img src="{escape(source)}" alt="{escape(alt)}"{shown}{size}'
        ' loading="lazy" decoding="async" referrerpolicy="no-referrer">'
    )


def _image_link(source: str, alt: str, *, in_link: bool) -> str:
    label = escape(alt or source.rpartition("/")[2] or "image", quote=False)
    if in_link or not source.startswith(("https:", "http:")):
        return label
    return f'<a class="image-link" href="{escape(source)}" rel="{REL}">{label}</a>'
