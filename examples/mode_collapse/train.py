"""Train the tiny text diffusion model and log how much of its writing is punctuation.

    python examples/mode_collapse/train.py baseline --out docs/data

The recipes are the experiments of the demo journal. Each writes one CSV file, named after it. The
same recipe gives the same file: all randomness comes from one seed.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from denoiser import (
    LENGTH,
    Objective,
    create_weights,
    draw_batch,
    find_gradients,
    round_vectors,
    write_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from denoiser import Array, Tokens, Weights

CORPUS = Path(__file__).with_name("corpus.txt")
WINDOWS = 16
"""Windows of text in one training step."""
WRITTEN = 32
"""Windows of text that are written for each row of the log."""
COLUMNS = (
    "epoch",
    "learning_rate",
    "vector_loss",
    "rounding_loss",
    "validation_loss",
    "restored",
    "gradient_norm",
    "vector_size",
    "silent_units",
    "punctuation_share",
    "entropy",
    "known_words",
)
"""The columns of a log; README.md says what they mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The settings of one experiment."""

    epochs: int
    rate: float
    """Learning rate; with a schedule, its peak."""
    learned: bool
    """Learned rounding instead of the nearest character."""
    schedule: bool = False
    """Warm up over 5 % of the steps, then follow a cosine down to zero."""
    regularize: bool = False
    """Clip gradients, smooth labels, hold the vectors' size and weight rare characters up."""
    patience: int | None = None
    """Stop when the validation loss has not improved for that many epochs; None never stops."""
    seed: int = 7


RECIPES = {
    "baseline": Recipe(epochs=1000, rate=0.1, learned=False),
    "learned-rounding": Recipe(epochs=1000, rate=0.1, learned=True),
    "low-rate-only": Recipe(epochs=100, rate=0.004, learned=True),
    "high-rate-schedule": Recipe(epochs=100, rate=0.1, learned=True, schedule=True),
    "schedule-only": Recipe(epochs=100, rate=0.004, learned=True, schedule=True),
    "regularization-only": Recipe(epochs=100, rate=0.1, learned=True, regularize=True),
    "schedule-nearest": Recipe(epochs=100, rate=0.004, learned=False, schedule=True),
    "mode-collapse-prevention": Recipe(
        epochs=100, rate=0.004, learned=True, schedule=True, regularize=True, patience=20
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A text as numbers."""

    alphabet: str
    train: Tokens
    validation: Tokens
    """The last tenth of the text, which training never sees."""
    words: frozenset[str]

    def decode(self, window: Tokens) -> str:
        """The characters of one window."""
        return "".join(self.alphabet[token] for token in window)


def load_corpus(path: Path) -> Corpus:
    """Read a text: lower case, one blank between words and none after a punctuation mark."""
    text = re.sub(r"([.,?!]) ", r"\1", " ".join(path.read_text("utf-8").lower().split()))
    alphabet = "".join(sorted(set(text)))
    tokens = np.array([alphabet.index(character) for character in text], dtype=np.int64)
    cut = len(tokens) * 9 // 10
    return Corpus(
        alphabet=alphabet,
        train=tokens[:cut],
        validation=tokens[cut:],
        words=frozenset(re.findall("[a-z]+", text)),
    )


def measure_text(corpus: Corpus, tokens: Tokens) -> dict[str, float]:
    """What windows of text are made of.

    Returns:
        `punctuation_share` (of all characters), `entropy` (of the characters, in bits) and
        `known_words` (share of whole words that the corpus has; 0 where there are none).
    """
    shares = np.bincount(tokens.ravel(), minlength=len(corpus.alphabet)) / tokens.size
    used = shares[shares > 0]
    marks = [not (character.isalnum() or character == " ") for character in corpus.alphabet]
    # A word at the edge of a window may be cut, so only words between other characters count.
    words = [
        word
        for window in tokens
        for word in re.findall("(?<=[^a-z])[a-z]+(?=[^a-z])", corpus.decode(window))
    ]
    known = sum(word in corpus.words for word in words)
    return {
        "punctuation_share": float(shares[marks].sum()),
        "entropy": float(-(used * np.log2(used)).sum()) + 0.0,
        "known_words": known / len(words) if words else 0.0,
    }


def find_rate(recipe: Recipe, progress: float) -> float:
    """The learning rate at `progress`, which runs from 0 to 1."""
    warm = 0.05
    if not recipe.schedule:
        return recipe.rate
    if progress < warm:
        return recipe.rate * progress / warm
    return recipe.rate * 0.5 * (1 + math.cos(math.pi * (progress - warm) / (1 - warm)))


class Adam:
    """The Adam optimizer (Kingma and Ba, 2015) with optional clipping of the whole gradient."""

    def __init__(self, *, clip: float | None) -> None:
        self._clip = clip
        self._steps = 0
        self._mean: Weights = {}
        self._square: Weights = {}

    def step(self, weights: Weights, gradients: Weights, rate: float) -> float:
        """Change `weights` in place; return the gradient's norm before clipping."""
        self._steps += 1
        norm = math.sqrt(sum(float((gradient**2).sum()) for gradient in gradients.values()))
        shrink = min(1.0, self._clip / norm) if self._clip and norm else 1.0
        for name, gradient in gradients.items():
            part = gradient * shrink
            self._mean[name] = 0.9 * self._mean.get(name, 0.0) + 0.1 * part
            self._square[name] = 0.999 * self._square.get(name, 0.0) + 0.001 * part**2
            mean = self._mean[name] / (1 - 0.9**self._steps)
            square = self._square[name] / (1 - 0.999**self._steps)
            weights[name] -= rate * mean / (np.sqrt(square) + 1e-8)
        return norm


def find_balance(corpus: Corpus) -> Array:
    """A weight for each character, smaller for frequent ones, 1 on average over the text."""
    shares = np.bincount(corpus.train, minlength=len(corpus.alphabet)) / len(corpus.train)
    weight: Array = 1 / np.sqrt(shares + 1e-3)
    return weight / float((weight * shares).sum())


def evaluate(weights: Weights, corpus: Corpus, recipe: Recipe) -> dict[str, float]:
    """Validation loss and the measures of fresh text; the noise is the same each time."""
    rng = np.random.default_rng(recipe.seed + 1)
    batch = draw_batch(corpus.validation, 64, rng)
    reading, _ = find_gradients(weights, batch, Objective(learned=recipe.learned))
    read = round_vectors(weights, reading.clean, learned=recipe.learned)
    loss = reading.vector_loss if reading.rounding_loss is None else reading.rounding_loss
    written = write_text(weights, WRITTEN, rng, learned=recipe.learned)
    return {
        "validation_loss": loss,
        "restored": float((read == batch.tokens).mean()),
        "vector_size": float(np.sqrt((weights["table"] ** 2).mean())),
        "silent_units": reading.silent_units,
        **measure_text(corpus, written),
    }


def train(recipe: Recipe, corpus: Corpus, weights: Weights) -> Iterator[dict[str, float | None]]:
    """Train `weights` in place; after each epoch, yield the values of its last step."""
    rng = np.random.default_rng(recipe.seed)
    objective = Objective(
        learned=recipe.learned,
        smoothing=0.05 if recipe.regularize else 0.0,
        anchor=0.1 if recipe.regularize else 0.0,
        balance=find_balance(corpus) if recipe.regularize else None,
    )
    adam = Adam(clip=1.0 if recipe.regularize else None)
    per_epoch = math.ceil(len(corpus.train) / (LENGTH * WINDOWS))
    for epoch in range(1, recipe.epochs + 1):
        for step in range(1, per_epoch + 1):
            rate = find_rate(recipe, (epoch - 1 + step / per_epoch) / recipe.epochs)
            batch = draw_batch(corpus.train, WINDOWS, rng)
            reading, gradients = find_gradients(weights, batch, objective)
            norm = adam.step(weights, gradients, rate)
        yield {
            "learning_rate": rate,
            "vector_loss": reading.vector_loss,
            "rounding_loss": reading.rounding_loss,
            "gradient_norm": norm,
        }


def run(recipe: Recipe, corpus: Corpus, limit: int | None) -> Iterator[dict[str, float | None]]:
    """Train, and yield the rows of the log: every hundredth of the epochs.

    Args:
        recipe: The settings.
        corpus: The text.
        limit: Stop after that many epochs without changing the schedule.
    """
    weights = create_weights(len(corpus.alphabet), np.random.default_rng(recipe.seed))
    every = max(1, recipe.epochs // 100)
    best, best_epoch = math.inf, 0
    for epoch, values in enumerate(train(recipe, corpus, weights), start=1):
        if epoch % every == 0:
            measures = evaluate(weights, corpus, recipe)
            yield {"epoch": epoch, **values, **measures}
            if measures["validation_loss"] < best:
                best, best_epoch = measures["validation_loss"], epoch
        if limit == epoch or (recipe.patience and epoch - best_epoch >= recipe.patience):
            break
    for window in write_text(
        weights, 4, np.random.default_rng(recipe.seed), learned=recipe.learned
    ):
        print("   ", corpus.decode(window))


def main() -> int:
    """Run the recipes that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipes", nargs="+", choices=RECIPES, metavar="recipe")
    parser.add_argument("--out", type=Path, default=Path("docs/data"), help="directory of the logs")
    parser.add_argument("--seed", type=int, help="another seed; the log's name then tells it")
    parser.add_argument("--stop-after", type=int, metavar="EPOCHS", help="end the log early")
    options = parser.parse_args()
    corpus = load_corpus(CORPUS)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.recipes:
        recipe, log = RECIPES[name], name
        if options.seed is not None:
            recipe, log = replace(recipe, seed=options.seed), f"{name}-seed-{options.seed}"
        start = time.perf_counter()
        print(log)
        with (options.out / f"{log}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            for row in run(recipe, corpus, options.stop_after):
                writer.writerow(
                    {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()}
                )
        print(f"    {time.perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
