"""What the outline of a text tells without reading all of the text."""

from __future__ import annotations

import pytest

from journal_plugin.text import outline
from journal_plugin.text.outline import find_corrections


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Correction: it was 8.</p>", ("it was 8.",)),
        ("<p>CORRECTED on Monday: it was 8.</p>", ("it was 8.",)),
        ("<ul><li>Erratum:\nit was 8.</li></ul>", ("it was 8.",)),
        ("<p><strong>Cor</strong>rection<em>:</em> it was 8.</p>", ("it was 8.",)),
        ("<p>CORRECT\u0130ON: it was 8.</p>", ("it was 8.",)),
        ("<p>A correction: it was 8.</p>", ()),
    ],
)
def test_corrections_are_found(html: str, found: tuple[str, ...]) -> None:
    assert find_corrections(html) == found


def test_a_text_without_the_words_is_not_cut_into_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outline, "find_blocks", None)
    assert find_corrections('<p title="correction">It was 8.</p>') == ()
