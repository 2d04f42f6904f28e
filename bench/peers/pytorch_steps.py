"""Training steps per second of a network in PyTorch on one thread: the peer of bench/kernels.

    python bench/peers/pytorch_steps.py CELL

CELL is JSON: architecture (as models/architecture describes it), batchSize, seconds, exampleCount, learningRate, momentum and warmUp
(steps, seconds). Prints {stepsPerSecond, parameterCount, peakRssBytes} as JSON, the last line of stdout.
"""

import json
import sys

import torch
from timed_steps import print_steps_per_second
from torch import nn


def network_of(architecture):
    """The layers as PyTorch modules, logits last. Images are [channels, height, width] here."""
    height, width, channels = architecture["inputShape"]
    shape = (channels, height, width)
    modules = []
    for layer in architecture["layers"]:
        module = module_of(layer, shape)
        modules.append(module)
        shape = module(torch.zeros(1, *shape)).shape[1:]
        if layer.get("activation") == "relu":
            modules.append(nn.ReLU())
    return nn.Sequential(*modules)


def module_of(layer, shape):
    if layer["kind"] == "flatten":
        return nn.Flatten()
    if layer["kind"] == "dense":
        return nn.Linear(shape[0], layer["units"])
    if layer["kind"] == "maxPool2d" and layer["padding"] == "valid":
        return nn.MaxPool2d(tuple(layer["poolSize"]), tuple(layer["strides"]))
    if layer["kind"] == "conv2d" and layer["groups"] == 1:
        return nn.Conv2d(
            shape[0], layer["filters"], tuple(layer["kernelSize"]), tuple(layer["strides"]), padding=layer["padding"]
        )
    raise ValueError(f"no PyTorch module for {layer}")


def main(cell):
    torch.set_num_threads(1)
    network = network_of(cell["architecture"])
    height, width, channels = cell["architecture"]["inputShape"]
    inputs = torch.rand(cell["exampleCount"], channels, height, width)
    labels = torch.arange(cell["exampleCount"]) % 10
    optimizer = torch.optim.SGD(network.parameters(), lr=cell["learningRate"], momentum=cell["momentum"])
    cross_entropy = nn.CrossEntropyLoss()

    def step(batch):
        optimizer.zero_grad()
        places = torch.from_numpy(batch)
        loss = cross_entropy(network(inputs[places]), labels[places])
        loss.backward()
        optimizer.step()
        return loss.item()

    print_steps_per_second(cell, step, sum(parameter.numel() for parameter in network.parameters()))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
