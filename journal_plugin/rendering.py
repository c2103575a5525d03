"""Renders the texts of posts and records, and makes their outlines.

Loading the renderer and what reads texts takes longer than a small build that renders nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from journal_plugin.hosts import GITHUB, host_of
from journal_plugin.model import Post
from journal_plugin.pages.book import Texts
from journal_plugin.text.body import render_body, render_markdown
from journal_plugin.text.outline import find_corrections, make_outline
from journal_plugin.text.refs import mark_references
from journal_plugin.text.sections import find_sections

if TYPE_CHECKING:
    from journal_plugin.model import Node, Record
    from journal_plugin.text.rendered import Outline


def render_texts(node: Node, repo: str | None, host: str = GITHUB) -> Texts:
    """Render the texts of a post or record.

    Args:
        node: The post or record.
        repo: The repository that bare references in a post belong to.
        host: Where it is.
    """
    if isinstance(node, Post):
        return render_post_texts(node, repo, host)
    return render_record_texts(node)


def outline_texts(node: Node, texts: Texts, repo: str | None, host: str = GITHUB) -> Outline:
    """The outline of the rendered `texts` of a post or record."""
    outline = make_outline((texts.body, *texts.comments), texts.sections)
    if not isinstance(node, Post):
        return outline
    # Unlike a record, a post is a file, so findings name the line.
    _, found = mark_references(render_markdown(node.body, positions=True), repo, host)
    return replace(
        outline,
        references=tuple((0, reference) for reference in found),
        corrections=find_corrections(texts.body.html),
    )


def render_record_texts(record: Record) -> Texts:
    """Render the body and the comments of a record."""
    prefix = f"{record.kind}{record.id.number}-"
    repo, host = record.id.repo, host_of(record)
    body = render_body(record.body, repo, host=host, anchor_prefix=prefix, heading_level=2)
    comments = tuple(
        render_body(
            comment.body, repo, host=host, anchor_prefix=f"{prefix}c{number}-", heading_level=3
        )
        for number, comment in enumerate(record.comments, start=1)
    )
    in_comments = (s for c in comments for s in find_sections(c.html) if s.heading)
    return Texts(body=body, sections=(*find_sections(body.html), *in_comments), comments=comments)


def render_post_texts(post: Post, repo: str | None, host: str = GITHUB) -> Texts:
    """Render the text of a post."""
    body = render_body(post.body, repo, host=host, anchor_prefix=f"{post.slug}-", is_file=True)
    return Texts(body=body, sections=find_sections(body.html))
