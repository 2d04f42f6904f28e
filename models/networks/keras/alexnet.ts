// AlexNet (Krizhevsky et al. 2012) as the TensorFlow 2.5 measurements have it: stride 1 throughout, wider, with batch
// normalisation. Source: ddps-lab/profet (MIT), data_generation/workload/model_info.py.

import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { convolution, pooling, withDefaults } from "./parts.ts";

/** Filters, kernel, whether a border of zeros comes first, and whether a pooling follows. */
const CONVOLUTIONS = [
  [96, 11, false, true],
  [256, 5, false, true],
  [512, 3, true, true],
  [1024, 3, true, false],
  [1024, 3, true, true],
] as const;

export const alexnet: PublishedNetwork = (options = {}) => {
  const { imageSize, classCount } = withDefaults(options, 224);
  const network = networkBuilder("AlexNet", [imageSize, imageSize, 3]);
  for (const [index, [filters, kernel, isPadded, isPooled]] of CONVOLUTIONS.entries()) {
    const name = `conv${index + 1}`;
    if (isPadded)
      network.append({
        kind: "zeroPadding2d",
        name: `${name}_pad`,
        padding: [
          [1, 1],
          [1, 1],
        ],
      });
    network.append(convolution(name, { filters, kernel }, "linear"));
    normalize(network, name, "relu");
    if (isPooled) network.append(pooling(`${name}_pool`));
  }
  network.append({ kind: "flatten", name: "flatten" });
  for (const [index, units] of [3072, 4096].entries()) {
    network.append({ kind: "dense", name: `dense${index + 1}`, units, activation: "linear" });
    normalize(network, `dense${index + 1}`, "relu");
    network.append({ kind: "dropout", name: `dense${index + 1}_drop`, rate: 0.5 });
  }
  network.append({ kind: "dense", name: "output", units: classCount, activation: "linear" });
  normalize(network, "output", "softmax");
  return network.build();
};

function normalize(network: NetworkBuilder, name: string, activation: "relu" | "softmax"): void {
  network.append({ kind: "batchNormalization", name: `${name}_bn` });
  network.append({ kind: "activation", name: `${name}_act`, activation });
}
