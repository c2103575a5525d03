"""Links and ids of runs, jobs and models, recognised by their address and typed."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from journal_plugin.text.markup import find_text, find_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Tracker(StrEnum):
    """Where a run is kept."""

    WANDB = "Weights & Biases"
    MLFLOW = "MLflow"
    TENSORBOARD = "TensorBoard"
    TRACKIO = "Trackio"
    HUGGING_FACE = "Hugging Face"
    VERTEX = "Vertex AI"
    SLURM = "Slurm"
    JOB = "job"


class TrackerLink(NamedTuple):
    """A run, job or model that a text names."""

    tracker: Tracker
    kind: str
    """What it is there: `run`, `sweep`, `job`, `model`, ..."""
    name: str
    """Its id or path there."""
    url: str | None = None
    """None for a bare id."""


_NAME = r"[\w.@+~%-]+"
_HUB = r"(?:www\.)?(?:huggingface\.co|hf\.co)"
_NO_MODELS = (
    "docs|blog|papers|tasks|spaces|datasets|models|learn|settings|join|login|pricing|posts|"
    "collections|organizations|jobs|api"
)
_CONSOLE = r"console\.cloud\.google\.com/(?:vertex-ai|ai/platform)"
_JOBS = "customJobs|pipelineJobs|trainingPipelines"
_ID = r"\s*[:=]\s*([A-Za-z0-9][\w./:-]{2,80})"
_WANDB_KINDS = "run|sweep|report|artifact"
_VERTEX_KINDS = "training|pipeline|experiment|model|tensorboard"
_URLS: tuple[tuple[Tracker, str | None, str], ...] = (
    (Tracker.WANDB, None,
     rf"(?:[\w-]+\.)?wandb\.(?:ai|io)/(?P<name>{_NAME}/{_NAME}/(?P<kind>{_WANDB_KINDS})s/{_NAME})"),
    (Tracker.WANDB, "project", rf"(?:[\w-]+\.)?wandb\.ai/(?P<name>{_NAME}/{_NAME})(?:[/?#]|$)"),
    (Tracker.MLFLOW, None,
     rf"[^/\s]+/(?:[^#\s]*)#/(?P<name>experiments/{_NAME}/(?P<kind>run)s/{_NAME})"),
    (Tracker.MLFLOW, None,
     rf"[^/\s]+/(?:[^#\s]*)#/(?P<name>(?P<kind>experiment|model)s/{_NAME})"),
    (Tracker.TENSORBOARD, "experiment",
     rf"(?:[\w-]+\.)?tensorboard\.(?:dev|googleusercontent\.com)/experiment/(?P<name>{_NAME})"),
    (Tracker.TENSORBOARD, "dashboard", r"(?P<name>[\w.-]+:6006)(?:[/?#]|$)"),
    (Tracker.TRACKIO, "dashboard",
     rf"{_HUB}/spaces/(?P<name>{_NAME}/[\w.-]*trackio[\w.-]*)"),
    (Tracker.TRACKIO, "dashboard", r"(?P<name>[\w-]*trackio[\w-]*)\.hf\.space"),
    (Tracker.HUGGING_FACE, None,
     rf"{_HUB}/(?P<kind>job|dataset|space|collection)s/(?P<name>{_NAME}/{_NAME})"),
    (Tracker.HUGGING_FACE, "model",
     rf"{_HUB}/(?!(?:{_NO_MODELS})/)(?P<name>{_NAME}/{_NAME})"),
    (Tracker.VERTEX, None,
     rf"{_CONSOLE}/(?P<name>(?:locations/{_NAME}/)?(?P<kind>{_VERTEX_KINDS})s?(?:/{_NAME})+)"),
)  # fmt: skip
"""What follows `https://`."""
_KINDS: Mapping[str, str] = {"training": "training job", "pipeline": "pipeline run"}
_TEXTS: tuple[tuple[Tracker, str, re.Pattern[str]], ...] = (
    (Tracker.VERTEX, "job",
     re.compile(rf"\b(projects/{_NAME}/locations/{_NAME}/(?:{_JOBS})/{_NAME})")),
    (Tracker.SLURM, "job", re.compile(r"\bSubmitted batch job (\d{1,12})\b")),
    (Tracker.SLURM, "job", re.compile(r"\bSLURM_JOB_ID\s*[=:]\s*(\d{1,12})\b")),
    (Tracker.JOB, "job", re.compile(rf"\bjob[ _-]?id{_ID}", re.IGNORECASE)),
    (Tracker.JOB, "run", re.compile(rf"\brun[ _-]?id{_ID}", re.IGNORECASE)),
)  # fmt: skip
_HINTS = (
    *("wandb", "/experiments/", "/models/", "tensorboard", ":6006", "trackio", "huggingface"),
    *("hf.co", "vertex-ai", "ai/platform", "customjobs", "pipelinejobs", "trainingpipelines"),
    "batch job",
    *(f"{word}{sign}id" for word in ("job", "run") for sign in ("", " ", "_", "-")),
)
"""One of these stands in each text that names a run, in lower case; looking for them takes a
hundredth of the time that the patterns take."""
_ATTACHED = re.compile(
    r"https://(?:github\.com/(?:user-attachments/(?:assets|files)|[\w.-]+/[\w.-]+/(?:assets|files))/"
    r"|user-images\.githubusercontent\.com/|private-user-images\.githubusercontent\.com/)\S+"
)


def find_trackers(html: str) -> tuple[TrackerLink, ...]:
    """The runs, jobs and models that a rendered text names, in order, each once."""
    if not any(map(str(html).lower().__contains__, _HINTS)):
        return ()
    addresses = dict.fromkeys(_find_addresses(html))
    found = [link for address in addresses if (link := type_address(address))]
    text = find_text(html)
    for tracker, kind, pattern in _TEXTS:
        found += [
            TrackerLink(tracker=tracker, kind=kind, name=match[1].rstrip(".:"))
            for match in pattern.finditer(text)
        ]
    return tuple(dict.fromkeys(found))


def find_attachments(html: str) -> tuple[str, ...]:
    """Addresses of files and images that somebody attached to a text on GitHub, each once."""
    if "github" not in html:
        return ()
    return tuple(dict.fromkeys(a for a in _find_addresses(html) if _ATTACHED.fullmatch(a)))


def type_address(address: str) -> TrackerLink | None:
    """What an address leads to, if it is a tracker's."""
    for tracker, kind, pattern in _compile_urls():
        if match := pattern.match(address):
            found = kind or match.groupdict().get("kind") or ""
            return TrackerLink(
                tracker=tracker,
                kind=_KINDS.get(found.lower(), found.lower()),
                name=unquote(match["name"]),
                url=address,
            )
    return None


@cache
def _compile_urls() -> tuple[tuple[Tracker, str | None, re.Pattern[str]], ...]:
    """The patterns of whole addresses; compiling them takes long, and few texts have any."""
    return tuple(
        (tracker, kind, re.compile(rf"https?://{pattern}", re.ASCII | re.IGNORECASE))
        for tracker, kind, pattern in _URLS
    )


def _find_addresses(html: str) -> Iterator[str]:
    """What links lead to and images come from."""
    for token in find_tokens(html):
        if token.tag in ("a", "img") and not token.closing:
            attributes = token.attributes
            for name in ("href", "src"):
                if (address := attributes.get(name, "")).startswith("http"):
                    yield address
