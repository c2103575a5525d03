"""What a stranger could write: bodies, short texts and whole records that try to act."""

from __future__ import annotations

from typing import Any

MARK = "alert"
"""The function that every attack calls; a page counts its calls."""

SHORT_TEXTS = (
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!--<script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
    '"]; click A call alert(1); A["',
    "%%{init: {'securityLevel': 'loose', 'themeCSS': '*{display:none}'}}%%",
    "#60;img src=x onerror=alert(1)#62;",
    "javascript:alert(1)",
    "${alert(1)}",
    "{{ config.extra }}{% for x in (1,) %}{{ 6 * 7111 }}{% endfor %}",
    '--8<-- "secret.env"',
    "[x](javascript:alert(1))",
    "`\n\n<script>alert(1)</script>",
    "x | y\n--- | ---\n<b>z</b>",
    "---\ntitle: LEAKED-TITLE\n---",
    "{: onclick=alert(1) #search .md-header }",
    "*[HTML]: LEAKED-ABBR",
    "\u202etxt.exe\u0000\u001b[31m",
    "../../../etc/passwd",
)
"""For titles, labels, milestones, logins, branch names and commit messages."""

BODIES = (
    "<img src=x onerror=alert(1)>",
    "<img src='https://github.com/x.png' onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a> <a href=' java\tscript:alert(1)'>y</a>",
    "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,<script>alert(1)</script>)",
    "[d](&#106;avascript:alert(1)) <javascript:alert(1)> <vbscript:alert(1)>",
    "![a](javascript:alert(1)) ![b](data:image/svg+xml,<svg onload=alert(1)>)",
    '![a"onerror="alert(1)](https://github.com/x.png "b" onerror="alert(1)")',
    '[a](https://e.example/"onmouseover="alert(1))',
    "<details open ontoggle=alert(1)><summary onclick=alert(1)>x</summary></details>",
    "<svg><script>alert(1)</script></svg><math><mtext><style><img src=x onerror=alert(1)>",
    "<form action=javascript:alert(1)><button>x</button><input autofocus onfocus=alert(1)></form>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe><object data=x><embed src=x>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css><style>*{display:none}</style>",
    "<div style='position:fixed;inset:0;background:url(//evil.example/x)'>x</div>",
    "<p id=__config class=md-overlay name=alert>x</p><a id=location name=cookie>y</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><img src=x onerror=alert(1)></template><xmp><img src=x onerror=alert(1)></xmp>",
    "<textarea></textarea><img src=x onerror=alert(1)><title></title><img src=x onerror=alert(1)>",
    "```mermaid\ngraph TD\nA[<img src=x onerror=alert(1)>]\nclick A call alert(1)\n```",
    "```mermaid\n%%{init: {'securityLevel': 'loose'}}%%\ngraph TD\nA-->B\nclick A alert\n```",
    "```mermaid\ngraph TD\nA@{ img: 'https://evil.example/x.png' }\n```",
    "```mermaid\nsequenceDiagram\nA->>B: x\nlinks A: {'x': 'javascript:alert(1)'}\n```",
    "$\\href{javascript:alert(1)}{x}$ $$\\style{background:url(//evil.example)}{x}$$",
    "<span data-math-style='inline'>\\href{javascript:alert(1)}{x}</span>",
    "<a data-ref='o/r#1' data-href='javascript:alert(1)' data-tail='\"><script>'>x</a>",
    "| <img src=x onerror=alert(1)> |\n|---|\n| [x](javascript:alert(1)) |",
    '[^x]\n\n[^x]: <img src=x onerror=alert(1)>\n\n[^"onclick=alert(1)]: y',
    '# <img src=x onerror=alert(1)>\n\n## " onclick=alert(1) x="\n\n> [!NOTE]\n> <script>alert(1)</script>',
    '```js" onclick="alert(1)\n</code></pre><script>alert(1)</script>\n```',
    "<pre><code class='language-python\" onclick=alert(1)'></code></pre><script>alert(1)</script>",
    '@a" onclick=alert(1) #1" onclick=alert(1) https://github.com/o/r/issues/1#"><script>',
    "<a href='https://github.com/o/r/issues/1?\"><script>alert(1)</script>'>x</a>",
    "<img width='1\" onerror=alert(1)' src='https://github.com/x.png' alt='\"onerror=alert(1)'>",
    '<b <script>alert(1)</script>0\n<<script>alert(1)//<</script>\n<div>\n<a "<img src=x onerror=alert(1)>',
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<img src='https://evil.example/beacon.gif' width=1 height=1>\n\n![](//evil.example/b.gif)",
)

SITE_BODIES = (
    '--8<-- "secret.env"\n\n;--8<-- "secret.env"\n\n--8<--\nsecret.env\n--8<--',
    "{{ config.site_name }} {% set x = 'LEAKED' + '-MACRO' %}{{ x }} {{ 6 * 7111 }}",
    '```python exec="1"\nprint("LEAKED" + "-EXEC")\n```',
    '```bash exec="on" source="above"\necho LEAKED-$((40+2))-SHELL\n```',
    "paragraph\n{: #search .leaked-attr onclick=alert(1) }\n\n## x {: #leaked-attr }",
    "*[word]: LEAKED-ABBR\n\nword",
    "title: LEAKED-META\ntemplate: 404.html\n\ntext",
    "---\ntitle: LEAKED-META\nhide: [navigation]\n---\ntext",
    '::: os.system\n\n!!! note\n    LEAKED-ADMONITION?\n\n=== "Tab"\n    x',
    "<div markdown>\n*LEAKED-MD-IN-HTML*\n</div>",
    "[](){#leaked-anchor} [ref][]\n\n[ref]: javascript:alert(1)",
    "<!-- more -->\n\n<!-- md:option x -->",
    "wbwbwbwbwb:klzzwxh:0000 \u0002amp\u0003 \u0002wzxhzdk:0\u0003",
)
"""Bodies that aim at the site's own Markdown, its extensions and plugins."""

LEAKS = (
    "SECRET-VALUE-OF-ENV",
    "LEAKED-MACRO",
    "42666",
    "LEAKED-EXEC",
    "LEAKED-42-SHELL",
    'class="leaked-attr"',
    'id="leaked-attr"',
    'id="leaked-anchor"',
    'title="LEAKED-ABBR"',
    "<title>LEAKED",
)
"""What a page holds only if something of the above took effect."""


def make_record(number: int, *, pull: bool = False) -> dict[str, Any]:
    """One hostile record in the form of a snapshot file."""
    short = SHORT_TEXTS[number % len(SHORT_TEXTS)]
    bodies = [*SITE_BODIES, *BODIES]
    author = {"login": short, "kind": "human"}
    record: dict[str, Any] = {
        "schemaVersion": 1,
        "repo": "own/repo",
        "number": number,
        "kind": "pull" if pull else "issue",
        "title": short,
        "body": bodies[number % len(bodies)],
        "state": "merged" if pull else "open",
        "stateReason": short,
        "author": author,
        "labels": [{"name": short, "color": short}, {"name": f"problem:{short}", "color": "fff"}],
        "milestone": short,
        "assignees": [short],
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-02T00:00:00Z",
        "closedAt": "2026-01-02T00:00:00Z" if pull else None,
        "mergedAt": "2026-01-02T00:00:00Z" if pull else None,
        "url": "javascript:alert(1)",
        "comments": [
            {
                "author": author,
                "body": body,
                "createdAt": "2026-01-01T00:00:00Z",
                "updatedAt": None,
                "url": 'javascript:alert(1)"><script>alert(1)</script>',
            }
            for body in (bodies if number == 1 else bodies[number % 7 :: 7])
        ],
        "crossReferences": [],
        "closes": ["own/repo#1"] if pull else [],
    }
    if pull:
        record |= {
            "headRef": short,
            "baseRef": short,
            "additions": 1,
            "deletions": 1,
            "changedFiles": 1,
            "commits": [{"sha": short, "message": short, "author": author, "coAuthors": [author]}],
        }
    return record
