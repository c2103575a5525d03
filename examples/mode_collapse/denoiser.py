"""A very small diffusion model for text: characters as vectors, noise, and the way back.

Each character is a vector. Training mixes the vectors of a text with noise, and a network with two
hidden layers learns to give the clean vectors back from a window of noisy neighbours. Writing
starts from pure noise and asks the network again and again. At the end a *rounding* step has to
turn vectors into characters: either the nearest one, or a learned softmax layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Tokens: TypeAlias = NDArray[np.int64]
Weights: TypeAlias = dict[str, Array]

LENGTH = 32
"""Characters in one window of text."""
SIZE = 28
"""Numbers in the vector of one character; at least the size of the alphabet."""
HIDDEN = 128
"""Units in each of the two hidden layers."""
REACH = 4
"""How many neighbours the network sees on each side."""
SCALE = 0.33
"""Root mean square of a character's vector at the start; the noise has 1."""
SPAN = 2 * REACH + 1
WAVES = np.array([1.0, 2.0, 4.0, 8.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What the training minimizes."""

    learned: bool
    """Learn the vectors and a rounding layer; else fixed vectors and the nearest character."""
    smoothing: float = 0.0
    """Label smoothing of the rounding layer's targets, 0 to 1."""
    anchor: float = 0.0
    """Strength that holds the vectors at their first size."""
    balance: Array | None = None
    """A weight for each character in the rounding loss, or None for all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows of text with the noise they are mixed with."""

    tokens: Tokens
    """Shape (windows, LENGTH)."""
    level: Array
    """Share of noise of each window: 0 is clean, 1 is nothing but noise."""
    noise: Array
    """Shape (windows, LENGTH, SIZE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How well a batch was restored."""

    clean: Array
    """The restored vectors."""
    vector_loss: float
    """Their mean squared error."""
    rounding_loss: float | None
    """Cross-entropy of the learned rounding in nats for each character; None without it."""
    silent_units: float
    """Share of the units of the second hidden layer that did not fire once."""


def create_weights(alphabet: int, rng: np.random.Generator) -> Weights:
    """Fresh weights for an alphabet of that many characters."""
    # Vectors at right angles, so that no character starts out closer to the others.
    table = np.linalg.qr(rng.normal(size=(SIZE, SIZE)))[0][:alphabet] * SCALE * math.sqrt(SIZE)
    fan_in = SPAN * SIZE + 2 * len(WAVES)
    return {
        "table": table,
        "w1": rng.normal(size=(fan_in, HIDDEN)) / math.sqrt(fan_in),
        "b1": np.zeros(HIDDEN),
        "w2": rng.normal(size=(HIDDEN, HIDDEN)) / math.sqrt(HIDDEN),
        "b2": np.zeros(HIDDEN),
        "w3": rng.normal(size=(HIDDEN, SIZE)) / math.sqrt(HIDDEN),
        "b3": np.zeros(SIZE),
        "round": rng.normal(size=(SIZE, alphabet)) * 0.1,
        "bias": np.zeros(alphabet),
    }


def draw_batch(text: Tokens, windows: int, rng: np.random.Generator) -> Batch:
    """Random windows of `text`, each with its own level of noise."""
    starts = rng.integers(0, len(text) - LENGTH + 1, windows)
    return Batch(
        tokens=text[starts[:, None] + np.arange(LENGTH)],
        level=rng.uniform(size=windows),
        noise=rng.normal(size=(windows, LENGTH, SIZE)),
    )


def restore(weights: Weights, noisy: Array, level: Array) -> tuple[Array, tuple[Array, ...]]:
    """Clean vectors from noisy ones, and the network's layers for the way back."""
    count = len(noisy)
    padded = np.zeros((count, LENGTH + 2 * REACH, SIZE))
    padded[:, REACH : REACH + LENGTH] = noisy
    near = np.stack([padded[:, i : i + LENGTH] for i in range(SPAN)], axis=2)
    angles = level[:, None] * WAVES
    clock = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    layer0 = np.concatenate(
        [near.reshape(count, LENGTH, SPAN * SIZE), np.repeat(clock[:, None], LENGTH, axis=1)],
        axis=2,
    ).reshape(count * LENGTH, -1)
    layer1 = np.maximum(layer0 @ weights["w1"] + weights["b1"], 0)
    layer2 = np.maximum(layer1 @ weights["w2"] + weights["b2"], 0)
    clean = layer2 @ weights["w3"] + weights["b3"]
    return clean.reshape(noisy.shape), (layer0, layer1, layer2)


def find_gradients(weights: Weights, batch: Batch, objective: Objective) -> tuple[Reading, Weights]:
    """How well a batch is restored, and the gradient of the loss by each trained weight."""
    signal, hiss = _mix(batch.level)
    target = weights["table"][batch.tokens]
    clean, layers = restore(weights, signal * target + hiss * batch.noise, batch.level)
    error = clean - target
    gradient = 2 * error / error.size
    to_target = -gradient
    gradients: Weights = {}
    rounding = None
    if objective.learned:
        rounding, back = _round_loss(weights, batch.tokens, clean, objective, gradients)
        gradient = gradient + back
    to_noisy = _backward(weights, layers, gradient, gradients)
    if objective.learned:
        table = np.zeros_like(weights["table"])
        np.add.at(table, batch.tokens, to_target + signal * to_noisy)
        size = (weights["table"] ** 2).mean(axis=1, keepdims=True)
        gradients["table"] = table + objective.anchor * (size - SCALE**2) * weights["table"]
    reading = Reading(
        clean=clean,
        vector_loss=float((error**2).mean()),
        rounding_loss=rounding,
        silent_units=float((layers[2].max(axis=0) == 0).mean()),
    )
    return reading, gradients


def round_vectors(weights: Weights, vectors: Array, *, learned: bool) -> Tokens:
    """The character that each vector stands for."""
    if learned:
        scores = vectors @ weights["round"] + weights["bias"]
    else:
        table = weights["table"]
        scores = 2 * vectors @ table.T - (table**2).sum(axis=1)
    rounded: Tokens = scores.argmax(axis=-1)
    return rounded


def write_text(
    weights: Weights, windows: int, rng: np.random.Generator, *, learned: bool, steps: int = 25
) -> Tokens:
    """Windows of new text, made from noise in that many steps."""
    vectors = rng.normal(size=(windows, LENGTH, SIZE))
    clean = vectors
    for step in range(steps, 0, -1):
        clean, _ = restore(weights, vectors, np.full(windows, step / steps))
        signal, hiss = _mix(np.array([(step - 1) / steps]))
        vectors = signal * clean + hiss * rng.normal(size=vectors.shape)
    return round_vectors(weights, clean, learned=learned)


def _mix(level: Array) -> tuple[Array, Array]:
    """Shares of signal and noise at each level; their squares add up to 1."""
    angle = (level * math.pi / 2)[:, None, None]
    return np.cos(angle), np.sin(angle)


def _round_loss(
    weights: Weights, tokens: Tokens, clean: Array, objective: Objective, gradients: Weights
) -> tuple[float, Array]:
    """The rounding layer's loss, and its gradient by the restored vectors."""
    flat, wanted = clean.reshape(-1, SIZE), tokens.ravel()
    scores = flat @ weights["round"] + weights["bias"]
    scores -= scores.max(axis=1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    rows = np.arange(len(wanted))
    targets = np.full_like(logs, objective.smoothing / logs.shape[1])
    targets[rows, wanted] += 1 - objective.smoothing
    weight = np.ones(len(wanted)) if objective.balance is None else objective.balance[wanted]
    back = (np.exp(logs) - targets) * weight[:, None] / len(wanted)
    gradients["round"] = flat.T @ back
    gradients["bias"] = back.sum(axis=0)
    loss = float(-logs[rows, wanted].mean())
    return loss, (back @ weights["round"].T).reshape(clean.shape)


def _backward(
    weights: Weights, layers: tuple[Array, ...], gradient: Array, gradients: Weights
) -> Array:
    """Fill in the network's gradients; return the gradient by the noisy vectors."""
    layer0, layer1, layer2 = layers
    flow = gradient.reshape(-1, SIZE)
    gradients["w3"], gradients["b3"] = layer2.T @ flow, flow.sum(axis=0)
    flow = (flow @ weights["w3"].T) * (layer2 > 0)
    gradients["w2"], gradients["b2"] = layer1.T @ flow, flow.sum(axis=0)
    flow = (flow @ weights["w2"].T) * (layer1 > 0)
    gradients["w1"], gradients["b1"] = layer0.T @ flow, flow.sum(axis=0)
    near = (flow @ weights["w1"].T)[:, : SPAN * SIZE].reshape(-1, LENGTH, SPAN, SIZE)
    padded = np.zeros((len(near), LENGTH + 2 * REACH, SIZE))
    for i in range(SPAN):
        padded[:, i : i + LENGTH] += near[:, :, i]
    return padded[:, REACH : REACH + LENGTH]
