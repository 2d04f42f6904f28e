"""Training steps per second of a network in PyTorch on one thread: the peer of bench/kernels.

    python bench/peers/pytorch_steps.py CELL

CELL is JSON: architecture (as models/architecture describes it), batchSize, seconds, exampleCount, learningRate, momentum and warmUp
(steps, seconds). Prints {stepsPerSecond, parameterCount, version, peakRssBytes} as JSON, the last line of stdout.
"""

import json
import resource
import sys
import time

import torch
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


def steps_per_second(cell, network):
    """Each step gathers a batch of shuffled examples, goes forward and back, updates, and reads the loss, as ours does."""
    count, batch_size = cell["exampleCount"], cell["batchSize"]
    height, width, channels = cell["architecture"]["inputShape"]
    inputs = torch.rand(count, channels, height, width)
    labels = torch.arange(count) % 10
    optimizer = torch.optim.SGD(network.parameters(), lr=cell["learningRate"], momentum=cell["momentum"])
    cross_entropy = nn.CrossEntropyLoss()
    times = []
    warm = None
    started = time.perf_counter()
    while warm is None or len(times) - warm <= 2 or times[-1] - times[warm] < cell["seconds"]:
        begin = len(times) * batch_size % count
        if begin == 0:
            order = torch.randperm(count)
        batch = order[begin : begin + batch_size]
        optimizer.zero_grad()
        loss = cross_entropy(network(inputs[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        loss.item()
        times.append(time.perf_counter())
        if warm is None and len(times) >= cell["warmUp"]["steps"] and times[-1] - started >= cell["warmUp"]["seconds"]:
            warm = len(times) - 1
    return (len(times) - 1 - warm) / (times[-1] - times[warm])


def main(cell):
    torch.set_num_threads(1)
    network = network_of(cell["architecture"])
    rate = steps_per_second(cell, network)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = {
        "stepsPerSecond": rate,
        "parameterCount": sum(parameter.numel() for parameter in network.parameters()),
        "version": torch.__version__.split("+")[0],
        "peakRssBytes": peak if sys.platform == "darwin" else peak * 1024,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
