// The networks that a calibration times. Each costs mainly one thing (dense layers, convolutions of one or of many channels, 3x3
// or 5x5, pooling, normalisation, depthwise convolutions, parameters, operators), so that together they price each. None is a
// network of the zoo: those are predicted.

import { type Architecture, architectureSchema, type LayerDraft } from "../../models/architecture.ts";

/** A layer without its name. */
type Unnamed<Layer> = Layer extends { readonly name: string } ? Omit<Layer, "name"> : never;
type ProbeLayer = Unnamed<LayerDraft>;

const convolution = (
  filters: number,
  side: number,
  stride = 1,
  activation: "relu" | "linear" = "relu",
): ProbeLayer => ({
  kind: "conv2d",
  filters,
  kernelSize: [side, side],
  strides: [stride, stride],
  padding: "same",
  activation,
});
const depthwise: ProbeLayer = {
  kind: "depthwiseConv2d",
  kernelSize: [3, 3],
  strides: [1, 1],
  padding: "same",
  activation: "relu",
};
const pooling = (side: number): ProbeLayer => ({
  kind: "maxPool2d",
  poolSize: [side, side],
  strides: [side, side],
  padding: "valid",
});
const dense = (units: number): ProbeLayer => ({ kind: "dense", units, activation: "relu" });
const normalisation: ProbeLayer = { kind: "batchNormalization" };
const flatten: ProbeLayer = { kind: "flatten" };
const output: ProbeLayer = { kind: "dense", units: 10, activation: "softmax" };

/** Images of 28x28x1 and ten classes, as the zoo's networks take. */
function probe(name: string, layers: readonly ProbeLayer[]): Architecture {
  return architectureSchema.parse({
    name: `probe-${name}`,
    inputShape: [28, 28, 1],
    layers: layers.map((layer, index) => ({ ...layer, name: `layer${index + 1}` })),
  });
}

/** Every probe, the cheap ones first. */
export const probeNetworks: readonly Architecture[] = [
  probe("step", [flatten, output]),
  probe("operators", [flatten, dense(64), dense(64), dense(64), dense(64), dense(64), dense(64), output]),
  probe("dense", [flatten, dense(300), dense(100), output]),
  probe("parameters", [flatten, dense(512), dense(256), output]),
  probe("outputs", [convolution(8, 1, 1, "linear"), flatten, output]),
  probe("activations", [convolution(8, 1), flatten, output]),
  probe("pooling", [convolution(8, 3), pooling(2), pooling(2), pooling(7), flatten, output]),
  probe("first-3x3", [convolution(24, 3), pooling(7), flatten, output]),
  probe("first-5x5", [convolution(8, 5), pooling(7), flatten, output]),
  probe("many-3x3", [convolution(4, 3, 2), convolution(32, 3), convolution(32, 3), pooling(7), flatten, output]),
  probe("many-5x5", [convolution(4, 3, 2), convolution(16, 5), convolution(16, 5), pooling(7), flatten, output]),
  probe("strided", [convolution(8, 3, 2), convolution(16, 3, 2), convolution(16, 3, 2), flatten, output]),
  probe("depthwise", [convolution(8, 3, 2), depthwise, depthwise, pooling(7), flatten, output]),
  probe("normalisation", [convolution(8, 3, 2, "linear"), normalisation, normalisation, pooling(7), flatten, output]),
  probe("stack", [
    convolution(8, 3),
    pooling(2),
    convolution(16, 3),
    convolution(16, 3),
    pooling(2),
    flatten,
    dense(32),
    output,
  ]),
];

/** Whether a network has the layers of a probe, so that its time is measured and not forecast: logistic regression has. */
export function isProbed({ layers }: Architecture): boolean {
  const shapeOf = (own: Architecture["layers"]) => JSON.stringify(own.map((layer) => ({ ...layer, name: "" })));
  return probeNetworks.some((probed) => shapeOf(probed.layers) === shapeOf(layers));
}
