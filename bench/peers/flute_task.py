"""The files of bench/flute/export-task.ts: data, division over clients, first model and schedule of the task."""

import json
import resource
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np

PIXELS = 784
CLASSES = 10


class FluteTask:
    """Arrays are memory maps, so that many processes of one machine share them."""

    def __init__(self, folder):
        root = Path(folder)
        task = json.loads((root / "task.json").read_text())
        self.batch_size = task["batchSize"]
        self.learning_rate = np.float32(task["learningRate"])
        # Of each round: "clients" in the order of aggregation, "order" of the places of each client's examples.
        self.rounds = task["rounds"]
        self.training_images = np.memmap(root / "training-images.u8", np.uint8, "r").reshape(-1, PIXELS)
        self.training_labels = np.memmap(root / "training-labels.u8", np.uint8, "r")
        self.test_images = np.memmap(root / "test-images.u8", np.uint8, "r").reshape(-1, PIXELS)
        self.test_labels = np.memmap(root / "test-labels.u8", np.uint8, "r")
        self.indices = np.memmap(root / "indices.u32", np.uint32, "r")
        self.offsets = np.memmap(root / "offsets.u32", np.uint32, "r")
        # kernel [784, 10], then bias [10]
        self.initial = np.fromfile(root / "initial.f32", np.float32)

    def train(self, values, client, order):
        """One epoch of mini-batch SGD on a client's examples, in that order. Returns new values, the examples and the mean loss."""
        kernel, bias = split(values.copy())
        own = self.indices[self.offsets[client] : self.offsets[client + 1]][order]
        loss = 0.0
        for begin in range(0, len(own), self.batch_size):
            batch = own[begin : begin + self.batch_size]
            images = self.training_images[batch].astype(np.float32) / np.float32(255)
            labels = self.training_labels[batch]
            log_probabilities = log_softmax(images @ kernel + bias)
            loss -= float(log_probabilities[np.arange(len(batch)), labels].sum())
            gradient = np.exp(log_probabilities)
            gradient[np.arange(len(batch)), labels] -= 1
            gradient /= np.float32(len(batch))
            kernel -= self.learning_rate * (images.T @ gradient)
            bias -= self.learning_rate * gradient.sum(axis=0)
        return np.concatenate([kernel.ravel(), bias]), len(own), loss / len(own)

    def evaluate(self, values):
        """Accuracy and mean cross-entropy on the test images."""
        kernel, bias = split(values)
        log_probabilities = log_softmax(self.test_images.astype(np.float32) / np.float32(255) @ kernel + bias)
        accuracy = float((log_probabilities.argmax(axis=1) == self.test_labels).mean())
        loss = -float(log_probabilities[np.arange(len(self.test_labels)), self.test_labels].astype(np.float64).mean())
        return accuracy, loss


@lru_cache(maxsize=1)
def task_in(folder):
    """The task of that folder; a process reads it once."""
    return FluteTask(folder)


def peak_rss_bytes():
    """Peak resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def split(values):
    return values[: PIXELS * CLASSES].reshape(PIXELS, CLASSES), values[PIXELS * CLASSES :]


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
