// ShuffleNet V2 (Ma et al. 2018, table 5) at four widths as torchvision has it: half of the channels pass by, half are
// filtered, and a shuffle mixes the halves.

import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { classifier, normalizedConvolution, stemPooling, withDefaults } from "./parts.ts";

const STEM_FILTERS = 24;
/** Blocks of the three stages; the first of each halves the image's sides. */
const DEPTHS = [4, 8, 4];

/** @param filters of the three stages and of the last convolution. */
function shufflenetV2(name: string, filters: readonly [number, number, number, number]): PublishedNetwork {
  return (options = {}) => {
    const { imageSize, classCount } = withDefaults(options);
    const network = networkBuilder(name, [imageSize, imageSize, 3]);
    normalizedConvolution(network, "stem", "input", { filters: STEM_FILTERS, kernel: 3, stride: 2 }, "relu");
    let value = stemPooling(network);
    let channels = STEM_FILTERS;
    for (const [stage, depth] of DEPTHS.entries()) {
      const half = (filters[stage] ?? 0) / 2;
      for (let index = 0; index < depth; index++) {
        const prefix = `stage${stage + 2}.${index}`;
        value =
          index === 0
            ? appendReduction(network, prefix, value, channels, half)
            : appendBlock(network, prefix, value, half);
      }
      channels = 2 * half;
    }
    normalizedConvolution(network, "head", value, { filters: filters[3], kernel: 1 }, "relu");
    classifier(network, classCount);
    return network.build();
  };
}

function appendBlock(network: NetworkBuilder, name: string, input: string, half: number): string {
  const passing = network.append({ kind: "slice", name: `${name}.pass`, from: 0, count: half }, input);
  const taken = network.append({ kind: "slice", name: `${name}.take`, from: half, count: half }, input);
  return appendShuffle(network, name, passing, appendBranch(network, name, taken, half, 1));
}

function appendReduction(network: NetworkBuilder, name: string, input: string, channels: number, half: number): string {
  const depthwise = { filters: channels, kernel: 3, stride: 2, groups: channels };
  const filtered = normalizedConvolution(network, `${name}.pass.depthwise`, input, depthwise, "linear");
  const passing = normalizedConvolution(network, `${name}.pass`, filtered, { filters: half, kernel: 1 }, "relu");
  return appendShuffle(network, name, passing, appendBranch(network, name, input, half, 2));
}

function appendBranch(network: NetworkBuilder, name: string, input: string, half: number, stride: number): string {
  const depthwise = { filters: half, kernel: 3, stride, groups: half };
  let value = normalizedConvolution(network, `${name}.1`, input, { filters: half, kernel: 1 }, "relu");
  value = normalizedConvolution(network, `${name}.2`, value, depthwise, "linear");
  return normalizedConvolution(network, `${name}.3`, value, { filters: half, kernel: 1 }, "relu");
}

function appendShuffle(network: NetworkBuilder, name: string, passing: string, filtered: string): string {
  network.append({ kind: "concatenate", name: `${name}.concat` }, passing, filtered);
  return network.append({ kind: "channelShuffle", name: `${name}.shuffle`, groups: 2 });
}

export const shufflenetV2x05 = shufflenetV2("shufflenet_v2_x0_5", [48, 96, 192, 1024]);
export const shufflenetV2x10 = shufflenetV2("shufflenet_v2_x1_0", [116, 232, 464, 1024]);
export const shufflenetV2x15 = shufflenetV2("shufflenet_v2_x1_5", [176, 352, 704, 1024]);
export const shufflenetV2x20 = shufflenetV2("shufflenet_v2_x2_0", [244, 488, 976, 2048]);
