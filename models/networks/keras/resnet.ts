// ResNet with normalisation before the convolution (He et al. 2016, "Identity Mappings in Deep Residual Networks"), every
// convolution with a bias and the stride on the first of a bottleneck, as the TensorFlow 2.5 measurements have it. Source:
// ddps-lab/profet (MIT), data_generation/workload/model_info.py.

import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { classifier, convolution, withDefaults } from "./parts.ts";

type Block = "basic" | "bottleneck";

function resnet(name: string, block: Block, depths: readonly number[]): PublishedNetwork {
  return (options = {}) => {
    const { imageSize, classCount } = withDefaults(options, 224);
    const network = networkBuilder(name, [imageSize, imageSize, 3]);
    network.append(convolution("conv1", { filters: 64, kernel: 7, stride: 2 }, "linear"));
    normalize(network, "conv1");
    let value = network.append({
      kind: "maxPool2d",
      name: "pool1",
      poolSize: [3, 3],
      strides: [2, 2],
      padding: "same",
    });
    let channels = 64;
    for (const [stage, depth] of depths.entries()) {
      const planes = 64 * 2 ** stage;
      for (let index = 0; index < depth; index++) {
        const stride = index === 0 && stage > 0 ? 2 : 1;
        const prefix = `conv${stage + 2}_block${index + 1}`;
        value = appendBlock(network, prefix, value, { block, planes, stride, channels });
        channels = blockFilters(block, planes);
      }
    }
    normalize(network, "post");
    // The source's average over the whole map and flatten.
    classifier(network, classCount);
    return network.build();
  };
}

function appendBlock(
  network: NetworkBuilder,
  name: string,
  input: string,
  shape: { block: Block; planes: number; stride: number; channels: number },
): string {
  const { block, planes, stride, channels } = shape;
  const filters = blockFilters(block, planes);
  // The first block follows a normalisation already, with only the pooling between.
  const isFirst = name === "conv2_block1";
  const first = isFirst ? input : normalize(network, `${name}_1`, input);
  const kernels = block === "basic" ? [3, 3] : [1, 3, 1];
  let value = network.append(
    convolution(`${name}_1_conv`, { filters: planes, kernel: kernels[0] ?? 1, stride }, "linear"),
    first,
  );
  for (const [index, kernel] of kernels.slice(1).entries()) {
    const isLast = index === kernels.length - 2;
    normalize(network, `${name}_${index + 2}`);
    value = network.append(
      convolution(`${name}_${index + 2}_conv`, { filters: isLast ? filters : planes, kernel }, "linear"),
    );
  }
  const shortcut =
    stride === 1 && channels === filters
      ? input
      : network.append(
          convolution(`${name}_0_conv`, { filters, kernel: 1, stride, padding: "valid" }, "linear"),
          input,
        );
  return network.append({ kind: "add", name: `${name}_add` }, shortcut, value);
}

function blockFilters(block: Block, planes: number): number {
  return block === "basic" ? planes : 4 * planes;
}

function normalize(network: NetworkBuilder, name: string, ...inputs: readonly string[]): string {
  network.append({ kind: "batchNormalization", name: `${name}_bn` }, ...inputs);
  return network.append({ kind: "activation", name: `${name}_relu`, activation: "relu" });
}

export const resnet18 = resnet("ResNet18", "basic", [2, 2, 2, 2]);
export const resnet34 = resnet("ResNet34", "basic", [3, 4, 6, 3]);
export const resnet50 = resnet("ResNet50", "bottleneck", [3, 4, 6, 3]);
