// Inception-ResNet V2 (Szegedy et al. 2016, "Inception-v4, Inception-ResNet and the Impact of Residual Connections on
// Learning") as keras.applications has it. Source: tensorflow/tensorflow (Apache-2.0),
// tensorflow/python/keras/applications/inception_resnet_v2.py.

import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import {
  type ConvolutionOptions,
  classifier,
  convolution,
  inceptionBranch,
  inceptionConvolution,
  inceptionPoolBranch,
  inceptionReduction,
  inceptionStem,
  withDefaults,
} from "./parts.ts";

interface ResidualBlock {
  readonly channels: number;
  readonly scale: number;
  readonly branches: readonly (readonly ConvolutionOptions[])[];
}

const pointwise = (filters: number): ConvolutionOptions => ({ filters, kernel: 1 });
const square = (filters: number, kernel: number): ConvolutionOptions => ({ filters, kernel });
const row = (filters: number, width: number): ConvolutionOptions => ({ filters, kernel: [1, width] });
const column = (filters: number, height: number): ConvolutionOptions => ({ filters, kernel: [height, 1] });
const reducing = (filters: number): ConvolutionOptions => ({ filters, kernel: 3, stride: 2, padding: "valid" });

const BLOCK_35: ResidualBlock = {
  channels: 320,
  scale: 0.17,
  branches: [[pointwise(32)], [pointwise(32), square(32, 3)], [pointwise(32), square(48, 3), square(64, 3)]],
};
const BLOCK_17: ResidualBlock = {
  channels: 1088,
  scale: 0.1,
  branches: [[pointwise(192)], [pointwise(128), row(160, 7), column(192, 7)]],
};
const BLOCK_8: ResidualBlock = {
  channels: 2080,
  scale: 0.2,
  branches: [[pointwise(192)], [pointwise(192), row(224, 3), column(256, 3)]],
};

export const inceptionResnetV2: PublishedNetwork = (options = {}) => {
  const { imageSize, classCount } = withDefaults(options, 299);
  const network = networkBuilder("InceptionResNetV2", [imageSize, imageSize, 3]);
  let value = inceptionStem(network);
  value = network.append(
    { kind: "concatenate", name: "mixed_5b" },
    ...appendBranches(network, "mixed_5b", value, [
      [pointwise(96)],
      [pointwise(48), square(64, 5)],
      [pointwise(64), square(96, 3), square(96, 3)],
    ]),
    inceptionPoolBranch(network, "mixed_5b_pool", value, 64),
  );
  for (let index = 1; index <= 10; index++) value = appendResidual(network, `block35_${index}`, value, BLOCK_35);
  value = appendReduction(network, "mixed_6a", value, [
    [reducing(384)],
    [pointwise(256), square(256, 3), reducing(384)],
  ]);
  for (let index = 1; index <= 20; index++) value = appendResidual(network, `block17_${index}`, value, BLOCK_17);
  value = appendReduction(network, "mixed_7a", value, [
    [pointwise(256), reducing(384)],
    [pointwise(256), reducing(288)],
    [pointwise(256), square(288, 3), reducing(320)],
  ]);
  for (let index = 1; index <= 9; index++) value = appendResidual(network, `block8_${index}`, value, BLOCK_8);
  value = appendScaledSum(network, "block8_10", value, { ...BLOCK_8, scale: 1 });
  inceptionConvolution(network, "conv_7b", value, pointwise(1536));
  classifier(network, classCount);
  return network.build();
};

function appendBranches(
  network: NetworkBuilder,
  name: string,
  input: string,
  branches: readonly (readonly ConvolutionOptions[])[],
): readonly string[] {
  return branches.map((branch, index) => inceptionBranch(network, `${name}_branch${index}`, input, branch));
}

function appendReduction(
  network: NetworkBuilder,
  name: string,
  input: string,
  branches: readonly (readonly ConvolutionOptions[])[],
): string {
  const ends = appendBranches(network, name, input, branches);
  return network.append({ kind: "concatenate", name }, ...ends, inceptionReduction(network, `${name}_pool`, input));
}

function appendResidual(network: NetworkBuilder, name: string, input: string, block: ResidualBlock): string {
  appendScaledSum(network, name, input, block);
  return network.append({ kind: "activation", name: `${name}_ac`, activation: "relu" });
}

/** input + scale * convolution of the joined branches; the source scales also by 1. */
function appendScaledSum(
  network: NetworkBuilder,
  name: string,
  input: string,
  { channels, scale, branches }: ResidualBlock,
): string {
  network.append({ kind: "concatenate", name: `${name}_mixed` }, ...appendBranches(network, name, input, branches));
  network.append(convolution(`${name}_conv`, pointwise(channels), "linear"));
  const scaled = network.append({ kind: "rescaling", name: `${name}_scale`, scale });
  return network.append({ kind: "add", name }, input, scaled);
}
