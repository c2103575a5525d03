"""A stand-in never lets a theme do something with a value that filling in would not repeat."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from journal_plugin.slots import (
    TRANSFORMS,
    Slot,
    Trap,
    UnfillableError,
    Watch,
    find_pieces,
    guarded_theme,
)

VALUES = ("real", "", "A & B <i>é</i> \"'", "#12", "x/y z%")


def _learn(template: str, real: str) -> tuple[Watch, str, str]:
    """Render with a stand-in, fill in `real`, and render with `real` itself."""
    environment, watch = Environment(autoescape=False), Watch()  # noqa: S701 - as in MkDocs
    compiled = environment.from_string(template)
    with guarded_theme(environment, watch, {}):
        html = compiled.render(s=Slot(0, real, watch), t=Trap("t", watch))
    texts, marks = find_pieces(html, watch)
    filled = texts[0]
    for (_, name), text in zip(marks, texts[1:], strict=True):
        filled += TRANSFORMS[name](real) + text
    return watch, filled, compiled.render(s=real)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "template",
    [
        "{{ s }}",
        "<a>{{ s }}</a>{{ s | e }}",
        "{{ s | striptags }}",
        "{{ s | striptags | e }}",
        "{{ '/' ~ s ~ '/' }}",
        "{{ '/' + s }}",
        "{% if s %}{{ s }}{% else %}none{% endif %}",
        "{{ s | d('nothing', true) }}",
        "{{ 'yes' if 'e' in s }}",
        "{{ 'yes' if s == 'real' }}",
        "{{ 'yes' if 'real' != s }}",
        "{{ s in ['a', 'real'] }}",
        "{{ 'yes' if s is string }}",
        "{{ 'yes' if s is eq 'real' }}",
        "{{ 'yes' if s is in ['a', 'real'] }}",
        "{{ 'yes' if s is defined and s is not none }}",
    ],
)
def test_what_is_filled_in_is_what_would_be_rendered(template: str, value: str) -> None:
    _, filled, rendered = _learn(template, value)
    assert filled == rendered


@pytest.mark.parametrize("value", VALUES)
def test_decisions_become_conditions(value: str) -> None:
    watch, _, _ = _learn("{% if s %}{{ 'e' in s }}{{ s == 'real' }}{% endif %}", value)
    for other in VALUES:
        same = [(bool(v), bool(v) and "e" in v, bool(v) and v == "real") for v in (value, other)]
        met = all(condition.is_met([other]) for condition in watch.conditions)
        assert met == (same[0] == same[1])


@pytest.mark.parametrize(
    "template",
    [
        "{{ s.upper() }}",
        "{{ s.startswith('a') }}",
        "{{ s | upper }}",
        "{{ s | length }}",
        "{{ s | replace('a', 'b') }}",
        "{{ s | truncate(3) }}",
        "{{ s | tojson }}",
        "{{ ('x' ~ s) | upper }}",
        "{{ s[0] }}",
        "{{ s[:3] }}",
        "{{ s * 2 }}",
        "{{ s < 'b' }}",
        "{{ s == s }}",
        "{{ {'real': 1}[s] }}",
        "{% for sign in s %}{{ sign }}{% endfor %}",
        "{{ '%s' | format(s) }}",
        "{{ t }}",
        "{{ t.year }}",
        "{{ 'x' if t }}",
        "{{ t is defined and t == 1 }}",
        "{{ s is upper }}",
        "{{ ('x' ~ s) is lower }}",
        "{{ s is sameas 'real' }}",
    ],
)
def test_everything_else_is_refused(template: str) -> None:
    with pytest.raises(UnfillableError):
        _learn(template, "real")
