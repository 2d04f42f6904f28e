// MnasNet-B1 (Tan et al. 2018, figure 7) at four widths as torchvision has it.

import { networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { appendInvertedResidual, roundToMultiple } from "./inverted-residual.ts";
import { normalizedConvolution, withDefaults } from "./parts.ts";

/** Filters at width 1, kernel, the first block's stride, widening and blocks of each stage. */
const STAGES = [
  [24, 3, 2, 3, 3],
  [40, 5, 2, 3, 3],
  [80, 5, 2, 6, 3],
  [96, 3, 1, 6, 2],
  [192, 5, 2, 6, 4],
  [320, 3, 1, 6, 1],
] as const;

function mnasnet(name: string, width: number): PublishedNetwork {
  return (options = {}) => {
    const { imageSize, classCount } = withDefaults(options);
    const network = networkBuilder(name, [imageSize, imageSize, 3]);
    const stemFilters = roundToMultiple(32 * width);
    let channels = roundToMultiple(16 * width);
    const depthwise = { filters: stemFilters, kernel: 3, groups: stemFilters };
    let value = normalizedConvolution(network, "stem", "input", { filters: stemFilters, kernel: 3, stride: 2 }, "relu");
    value = normalizedConvolution(network, "stem.depthwise", value, depthwise, "relu");
    value = normalizedConvolution(network, "stem.project", value, { filters: channels, kernel: 1 }, "linear");
    for (const [stage, [baseFilters, kernel, firstStride, widening, count]] of STAGES.entries()) {
      const filters = roundToMultiple(baseFilters * width);
      for (let index = 0; index < count; index++) {
        const stride = index === 0 ? firstStride : 1;
        const block = { channels, inner: channels * widening, filters, kernel, stride, activation: "relu" } as const;
        value = appendInvertedResidual(network, `stage${stage}.${index}`, value, block);
        channels = filters;
      }
    }
    normalizedConvolution(network, "head", value, { filters: 1280, kernel: 1 }, "relu");
    network.append({ kind: "globalAveragePool2d", name: "avgpool" });
    network.append({ kind: "dropout", name: "classifier.dropout", rate: 0.2 });
    network.append({ kind: "dense", name: "classifier", units: classCount, activation: "softmax" });
    return network.build();
  };
}

export const mnasnet05 = mnasnet("mnasnet0_5", 0.5);
export const mnasnet075 = mnasnet("mnasnet0_75", 0.75);
export const mnasnet10 = mnasnet("mnasnet1_0", 1);
export const mnasnet13 = mnasnet("mnasnet1_3", 1.3);
