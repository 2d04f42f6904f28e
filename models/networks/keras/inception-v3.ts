// Inception V3 (Szegedy et al. 2015, "Rethinking the Inception Architecture for Computer Vision") as keras.applications has it.
// Source: tensorflow/tensorflow (Apache-2.0), tensorflow/python/keras/applications/inception_v3.py.

import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import {
  type ConvolutionOptions,
  classifier,
  inceptionBranch,
  inceptionConvolution,
  inceptionPoolBranch,
  inceptionReduction,
  inceptionStem,
  withDefaults,
} from "./parts.ts";

export const inceptionV3: PublishedNetwork = (options = {}) => {
  const { imageSize, classCount } = withDefaults(options, 299);
  const network = networkBuilder("InceptionV3", [imageSize, imageSize, 3]);
  let value = inceptionStem(network);
  for (const [index, poolFilters] of [32, 64, 64].entries()) {
    value = appendFiveByFive(network, `mixed${index}`, value, poolFilters);
  }
  value = appendReductionA(network, "mixed3", value);
  for (const [index, inner] of [128, 160, 160, 192].entries()) {
    value = appendSevenBySeven(network, `mixed${4 + index}`, value, inner);
  }
  value = appendReductionB(network, "mixed8", value);
  for (const name of ["mixed9", "mixed10"]) value = appendSplit(network, name, value);
  classifier(network, classCount);
  return network.build();
};

const pointwise = (filters: number): ConvolutionOptions => ({ filters, kernel: 1 });
const square = (filters: number, kernel: number): ConvolutionOptions => ({ filters, kernel });
const row = (filters: number, width: number): ConvolutionOptions => ({ filters, kernel: [1, width] });
const column = (filters: number, height: number): ConvolutionOptions => ({ filters, kernel: [height, 1] });
const reducing = (filters: number): ConvolutionOptions => ({ filters, kernel: 3, stride: 2, padding: "valid" });

function appendFiveByFive(network: NetworkBuilder, name: string, input: string, poolFilters: number): string {
  return network.append(
    { kind: "concatenate", name },
    inceptionBranch(network, `${name}_1x1`, input, [pointwise(64)]),
    inceptionBranch(network, `${name}_5x5`, input, [pointwise(48), square(64, 5)]),
    inceptionBranch(network, `${name}_3x3dbl`, input, [pointwise(64), square(96, 3), square(96, 3)]),
    inceptionPoolBranch(network, `${name}_pool`, input, poolFilters),
  );
}

function appendReductionA(network: NetworkBuilder, name: string, input: string): string {
  return network.append(
    { kind: "concatenate", name },
    inceptionBranch(network, `${name}_3x3`, input, [reducing(384)]),
    inceptionBranch(network, `${name}_3x3dbl`, input, [pointwise(64), square(96, 3), reducing(96)]),
    inceptionReduction(network, `${name}_pool`, input),
  );
}

function appendSevenBySeven(network: NetworkBuilder, name: string, input: string, inner: number): string {
  const double = [pointwise(inner), column(inner, 7), row(inner, 7), column(inner, 7), row(192, 7)];
  return network.append(
    { kind: "concatenate", name },
    inceptionBranch(network, `${name}_1x1`, input, [pointwise(192)]),
    inceptionBranch(network, `${name}_7x7`, input, [pointwise(inner), row(inner, 7), column(192, 7)]),
    inceptionBranch(network, `${name}_7x7dbl`, input, double),
    inceptionPoolBranch(network, `${name}_pool`, input, 192),
  );
}

function appendReductionB(network: NetworkBuilder, name: string, input: string): string {
  return network.append(
    { kind: "concatenate", name },
    inceptionBranch(network, `${name}_3x3`, input, [pointwise(192), reducing(320)]),
    inceptionBranch(network, `${name}_7x7x3`, input, [pointwise(192), row(192, 7), column(192, 7), reducing(192)]),
    inceptionReduction(network, `${name}_pool`, input),
  );
}

/** Two of the branches end in a 1x3 and a 3x1 convolution side by side. */
function appendSplit(network: NetworkBuilder, name: string, input: string): string {
  const split = (prefix: string, before: string) =>
    network.append(
      { kind: "concatenate", name: `${prefix}_concat` },
      inceptionConvolution(network, `${prefix}_row`, before, row(384, 3)),
      inceptionConvolution(network, `${prefix}_column`, before, column(384, 3)),
    );
  const single = `${name}_3x3`;
  const double = `${name}_3x3dbl`;
  return network.append(
    { kind: "concatenate", name },
    inceptionBranch(network, `${name}_1x1`, input, [pointwise(320)]),
    split(single, inceptionBranch(network, single, input, [pointwise(384)])),
    split(double, inceptionBranch(network, double, input, [pointwise(448), square(384, 3)])),
    inceptionPoolBranch(network, `${name}_pool`, input, 192),
  );
}
