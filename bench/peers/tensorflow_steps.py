"""Training steps per second of a network in Python's TensorFlow on one thread: the peer of bench/kernels for tfjs-node, which has the same
library under it.

    python bench/peers/tensorflow_steps.py CELL eager|graph

CELL as in pytorch_steps.py. "eager" runs operator by operator, as tfjs-node does; "graph" compiles the step with tf.function. No Keras, and
its fused operator for the momentum, so that no layer between slows it. Prints {stepsPerSecond, parameterCount, peakRssBytes} as JSON.
"""

import json
import math
import sys

import numpy as np
import tensorflow as tf
from timed_steps import print_steps_per_second


def network_of(architecture):
    """The layers as functions, logits last, and their variables."""
    shape = tuple(architecture["inputShape"])
    functions, variables = [], []
    for layer in architecture["layers"]:
        function, own = function_of(layer, shape)
        functions.append(function)
        variables += own
        if layer.get("activation") == "relu":
            functions.append(tf.nn.relu)
        shape = tuple(function(tf.zeros((1, *shape))).shape[1:])
    return functions, variables


def function_of(layer, shape):
    kind = layer["kind"]
    if kind == "flatten":
        return lambda values: tf.reshape(values, (-1, math.prod(shape))), []
    if kind == "dense":
        kernel, bias = variable(shape[0], layer["units"]), variable(layer["units"])
        return lambda values: tf.nn.bias_add(tf.matmul(values, kernel), bias), [kernel, bias]
    padding, strides = layer["padding"].upper(), layer["strides"]
    if kind == "maxPool2d":
        return lambda values: tf.nn.max_pool2d(values, layer["poolSize"], strides, padding), []
    if kind == "conv2d" and layer["groups"] == 1:
        kernel = variable(*layer["kernelSize"], shape[-1], layer["filters"])
        bias = variable(layer["filters"])
        return lambda values: tf.nn.bias_add(tf.nn.conv2d(values, kernel, strides, padding), bias), [kernel, bias]
    raise ValueError(f"no TensorFlow operator for {layer}")


def variable(*shape):
    return tf.Variable(tf.random.normal(shape, stddev=0.05))


def main(cell, mode):
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    functions, variables = network_of(cell["architecture"])
    momenta = [tf.Variable(tf.zeros_like(weight)) for weight in variables]
    inputs = np.random.default_rng(1).random((cell["exampleCount"], *cell["architecture"]["inputShape"]), np.float32)
    labels = np.arange(cell["exampleCount"], dtype=np.int32) % 10
    rate, momentum = tf.constant(cell["learningRate"]), tf.constant(cell["momentum"])

    def update(images, classes):
        with tf.GradientTape() as tape:
            values = images
            for function in functions:
                values = function(values)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(classes, values))
        for weight, moment, gradient in zip(variables, momenta, tape.gradient(loss, variables), strict=True):
            tf.raw_ops.ResourceApplyMomentum(
                var=weight.handle, accum=moment.handle, lr=rate, grad=gradient, momentum=momentum
            )
        return loss

    chosen = tf.function(update) if mode == "graph" else update

    def step(batch):
        return float(chosen(tf.constant(inputs[batch]), tf.constant(labels[batch])))

    print_steps_per_second(cell, step, sum(math.prod(weight.shape) for weight in variables))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2])
