"""What templates print is escaped, and escaped once, wherever it comes from."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from journal_plugin.pages.environment import make_environment

_HOSTILE = "<b>\x00&\u202e"
_SAFE = "&lt;b&gt;&amp;"
_MACRO = "{% macro m(x) %}{{ x }}{{ caller() if caller is defined else '' }}{% endmacro %}"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ x }}", _SAFE),
        ("{{ [x, 1] | join('<') }}", f"{_SAFE}&lt;1"),
        ("{{ '<' ~ x }}", f"&lt;{_SAFE}"),
        ("{{ '<' }}", "&lt;"),
        ("{% set y %}{{ x }}{% endset %}{{ y }}", _SAFE),
        ("{{ _('<i>%(x)s</i>', x=x) }}", f"<i>{_SAFE}</i>"),
        ("{% trans %}<i>{{ x }}</i>{% endtrans %}", f"<i>{_SAFE}</i>"),
        ("{% for y in [x] %}{{ _('%(y)s', y=y) }}{{ m(y) }}{% endfor %}", _SAFE * 2),
        ("{% for y in [x] %}{% call m(y) %}{{ y }}{% endcall %}{% endfor %}", _SAFE * 2),
        ("{{ none }}{{ 1 }}", "None1"),
    ],
)
def test_what_a_template_prints_is_escaped_once(template: str, expected: str) -> None:
    made = make_environment().from_string(_MACRO + template).render(x=_HOSTILE)
    assert made == expected


@pytest.mark.parametrize("template", ["{{ missing }}", "{{ missing() }}", "{{ missing.x }}"])
def test_a_missing_name_is_an_error(template: str) -> None:
    with pytest.raises(UndefinedError):
        make_environment().from_string(template).render(x=_HOSTILE)


@pytest.mark.parametrize("template", ["{{ x.missing }}", "{{ y.x }}", "{{ y.missing is defined }}"])
def test_a_missing_attribute_is_an_error(template: str) -> None:
    with pytest.raises(AttributeError):
        make_environment().from_string(template).render(x=_HOSTILE, y={"x": 1})
