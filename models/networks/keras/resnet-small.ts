// ResNetSmall of the TensorFlow 2.5 measurements: four residual blocks of 1x1 convolutions. Source: ddps-lab/profet (MIT),
// data_generation/workload/model_info.py.

import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { classifier, convolution, withDefaults } from "./parts.ts";

export const resnetSmall: PublishedNetwork = (options = {}) => {
  const { imageSize, classCount } = withDefaults(options, 224);
  const network = networkBuilder("ResNetSmall", [imageSize, imageSize, 3]);
  network.append(convolution("conv1", { filters: 64, kernel: 7, stride: 2 }, "relu"));
  network.append({ kind: "batchNormalization", name: "conv1_bn" });
  let value = network.append({
    kind: "maxPool2d",
    name: "conv1_max_pool",
    poolSize: [3, 3],
    strides: [2, 2],
    padding: "same",
  });
  for (const [stage, filters] of [64, 128].entries()) {
    value = appendBlock(network, `block${stage + 2}1`, value, filters, 2);
    value = appendBlock(network, `block${stage + 2}2`, value, filters, 1);
  }
  classifier(network, classCount);
  return network.build();
};

function appendBlock(network: NetworkBuilder, name: string, input: string, filters: number, stride: 1 | 2): string {
  let shortcut = input;
  if (stride === 2) {
    network.append(convolution(`${name}_0_conv`, { filters, kernel: 1, stride, padding: "valid" }, "linear"), input);
    shortcut = network.append({ kind: "batchNormalization", name: `${name}_0_bn` });
  }
  network.append(convolution(`${name}_1_conv`, { filters, kernel: 1, stride }, "linear"), input);
  network.append({ kind: "batchNormalization", name: `${name}_1_bn` });
  network.append({ kind: "activation", name: `${name}_1_relu`, activation: "relu" });
  network.append(convolution(`${name}_2_conv`, { filters, kernel: 1 }, "linear"));
  const value = network.append({ kind: "batchNormalization", name: `${name}_2_bn` });
  network.append({ kind: "add", name: `${name}_add` }, shortcut, value);
  return network.append({ kind: "activation", name: `${name}_relu`, activation: "relu" });
}
