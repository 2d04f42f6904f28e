// Xception (Chollet 2016) as keras.applications has it; Keras itself refuses images below 71 pixels. Source:
// tensorflow/tensorflow (Apache-2.0), tensorflow/python/keras/applications/xception.py.

import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { classifier, convolution, withDefaults } from "./parts.ts";

export const xception: PublishedNetwork = (options = {}) => {
  const { imageSize, classCount } = withDefaults(options, 299);
  const network = networkBuilder("Xception", [imageSize, imageSize, 3]);
  for (const [index, filters] of [32, 64].entries()) {
    const name = `block1_conv${index + 1}`;
    const stride = index === 0 ? 2 : 1;
    network.append(convolution(name, { filters, kernel: 3, stride, padding: "valid", useBias: false }, "linear"));
    network.append({ kind: "batchNormalization", name: `${name}_bn` });
    network.append({ kind: "activation", name: `${name}_act`, activation: "relu" });
  }
  let value = "block1_conv2_act";
  // The first block follows a ReLU already.
  value = appendReduction(network, "block2", value, [128, 128], false);
  value = appendReduction(network, "block3", value, [256, 256], true);
  value = appendReduction(network, "block4", value, [728, 728], true);
  for (let block = 5; block <= 12; block++) {
    const separated = appendSeparables(network, `block${block}`, value, [728, 728, 728], true);
    value = network.append({ kind: "add", name: `block${block}_add` }, separated, value);
  }
  appendReduction(network, "block13", value, [728, 1024], true);
  for (const [index, filters] of [1536, 2048].entries()) {
    appendSeparable(network, `block14_sepconv${index + 1}`, filters);
    network.append({ kind: "activation", name: `block14_sepconv${index + 1}_act`, activation: "relu" });
  }
  classifier(network, classCount);
  return network.build();
};

/** Separable convolutions and a pooling at stride 2, beside a 1x1 convolution at stride 2. */
function appendReduction(
  network: NetworkBuilder,
  name: string,
  input: string,
  filters: readonly [number, number],
  beginsWithRelu: boolean,
): string {
  const shortcut = { filters: filters[1], kernel: 1, stride: 2, useBias: false };
  network.append(convolution(`${name}_shortcut`, shortcut, "linear"), input);
  const normalized = network.append({ kind: "batchNormalization", name: `${name}_shortcut_bn` });
  appendSeparables(network, name, input, filters, beginsWithRelu);
  const pooled = network.append({
    kind: "maxPool2d",
    name: `${name}_pool`,
    poolSize: [3, 3],
    strides: [2, 2],
    padding: "same",
  });
  return network.append({ kind: "add", name: `${name}_add` }, pooled, normalized);
}

function appendSeparables(
  network: NetworkBuilder,
  name: string,
  input: string,
  filters: readonly number[],
  beginsWithRelu: boolean,
): string {
  let value = input;
  for (const [index, count] of filters.entries()) {
    const layer = `${name}_sepconv${index + 1}`;
    if (index > 0 || beginsWithRelu) {
      value = network.append({ kind: "activation", name: `${layer}_act`, activation: "relu" }, value);
    }
    value = appendSeparable(network, layer, count, value);
  }
  return value;
}

function appendSeparable(network: NetworkBuilder, name: string, filters: number, ...inputs: readonly string[]): string {
  network.append(
    {
      kind: "separableConv2d",
      name,
      filters,
      kernelSize: [3, 3],
      padding: "same",
      useBias: false,
      activation: "linear",
    },
    ...inputs,
  );
  return network.append({ kind: "batchNormalization", name: `${name}_bn` });
}
