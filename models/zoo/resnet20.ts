// ResNet-20 for images of 32 pixels (He et al. 2016, "Deep Residual Learning for Image Recognition", section 4.2, n = 3): a 3x3
// convolution, three stages of three blocks with 16, 32 and 64 filters, global average pooling, one dense layer. Where a block
// changes size its shortcut is a 1x1 convolution with batch normalisation (the paper's option B; its 0.27 M parameters are those
// of option A, which pads with zeros): 272,474 trained parameters and 1,568 moving statistics.

import { type NetworkBuilder, networkBuilder } from "../networks/network-builder.ts";
import type { ZooNetwork } from "./zoo-network.ts";

const STAGES = [16, 32, 64];
const BLOCKS = 3;

export const makeResnet20: ZooNetwork = ({ inputShape, classCount }) => {
  const network = networkBuilder("resnet20", inputShape);
  let value = normalized(network, "stem", "input", { filters: STAGES[0] as number, kernel: 3, stride: 1 });
  value = network.append({ kind: "activation", name: "stem/relu", activation: "relu" }, value);
  for (const [stage, filters] of STAGES.entries()) {
    for (let block = 0; block < BLOCKS; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      value = appendBlock(network, `stage${stage + 1}.${block + 1}`, value, { filters, stride });
    }
  }
  network.append({ kind: "globalAveragePool2d", name: "pool" });
  network.append({ kind: "dense", name: "output", units: classCount, activation: "softmax" });
  return network.build();
};

interface Convolution {
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
}

/** Two 3x3 convolutions beside a shortcut. @returns the block's last layer. */
function appendBlock(
  network: NetworkBuilder,
  name: string,
  input: string,
  { filters, stride }: Omit<Convolution, "kernel">,
): string {
  const first = normalized(network, `${name}.conv1`, input, { filters, kernel: 3, stride });
  const activated = network.append({ kind: "activation", name: `${name}.relu1`, activation: "relu" }, first);
  const second = normalized(network, `${name}.conv2`, activated, { filters, kernel: 3, stride: 1 });
  const shortcut =
    stride === 1 ? input : normalized(network, `${name}.shortcut`, input, { filters, kernel: 1, stride });
  network.append({ kind: "add", name: `${name}.add` }, second, shortcut);
  return network.append({ kind: "activation", name: `${name}.relu2`, activation: "relu" });
}

/** A convolution without bias and its batch normalisation. */
function normalized(
  network: NetworkBuilder,
  name: string,
  input: string,
  { filters, kernel, stride }: Convolution,
): string {
  network.append(
    {
      ...{ kind: "conv2d", name, filters, padding: "same", useBias: false, activation: "linear" },
      ...{ kernelSize: [kernel, kernel], strides: [stride, stride] },
    },
    input,
  );
  return network.append({ kind: "batchNormalization", name: `${name}.bn` });
}
