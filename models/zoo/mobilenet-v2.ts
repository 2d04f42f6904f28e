// MobileNet V2 (Sandler et al. 2018, table 2) at a width, sized to the data. Of its five strides of 2 the first ones become 1 until the
// last map has at least four pixels a side: all five stay from 97 pixels, and at 32 pixels those of the first convolution and of the
// first stage with a stride go, as is usual for CIFAR.

import { mobilenetV2Stages } from "../networks/mobilenet-v2-stages.ts";
import { type NetworkBuilder, networkBuilder } from "../networks/network-builder.ts";
import { appendInvertedResidual, roundToMultiple } from "../networks/torchvision/inverted-residual.ts";
import { normalizedConvolution } from "../networks/torchvision/parts.ts";
import type { ZooNetwork } from "./zoo-network.ts";

const STRIDES = 5;
const SMALLEST_MAP = 4;
/** Not narrowed with the rest. */
const LAST_FILTERS = 1280;

/** 2,270,794 parameters for ten classes, 3,538,984 for 1000. */
export const makeMobilenetV2 = mobilenetV2("mobilenet-v2", 1);
/** 423,018 parameters for ten classes, 1,691,208 for 1000. */
export const makeMobilenetV2Narrow = mobilenetV2("mobilenet-v2-0.35", 0.35);

function mobilenetV2(name: string, width: number): ZooNetwork {
  return ({ inputShape, classCount }) => {
    const network = networkBuilder(name, inputShape);
    const value = appendStages(network, width, leadingStridesOfOne(Math.min(...inputShape.slice(0, 2))));
    normalizedConvolution(network, "head", value, { filters: LAST_FILTERS, kernel: 1 }, "relu6");
    network.append({ kind: "globalAveragePool2d", name: "pool" });
    network.append({ kind: "dense", name: "output", units: classCount, activation: "softmax" });
    return network.build();
  };
}

/** @param ones how many of the strides of 2 are 1 instead, from the first. @returns the last layer. */
function appendStages(network: NetworkBuilder, width: number, ones: number): string {
  let seen = 0;
  const strideFor = (published: 1 | 2) => (published === 2 && ++seen <= ones ? 1 : published);
  let channels = roundToMultiple(32 * width);
  const stem = { filters: channels, kernel: 3, stride: strideFor(2) };
  let value = normalizedConvolution(network, "stem", "input", stem, "relu6");
  for (const [stage, [widening, filters, count, firstStride]] of mobilenetV2Stages.entries()) {
    const narrowed = roundToMultiple(filters * width);
    for (let index = 0; index < count; index++) {
      value = appendInvertedResidual(network, `stage${stage}.${index}`, value, {
        ...{ channels, inner: channels * widening, filters: narrowed, kernel: 3, activation: "relu6" },
        stride: index === 0 ? strideFor(firstStride) : 1,
      });
      channels = narrowed;
    }
  }
  return value;
}

/** @example leadingStridesOfOne(32) // 2: the other three leave a map of 4 x 4 */
function leadingStridesOfOne(side: number): number {
  const counts = Array.from({ length: STRIDES }, (_, ones) => ones);
  return counts.find((ones) => Math.ceil(side / 2 ** (STRIDES - ones)) >= SMALLEST_MAP) ?? STRIDES;
}
