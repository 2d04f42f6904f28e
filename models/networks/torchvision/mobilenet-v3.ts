// MobileNet V3 (Howard et al. 2019, tables 1 and 2) as torchvision has it, large and small.

import { networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { appendInvertedResidual } from "./inverted-residual.ts";
import { normalizedConvolution, withDefaults } from "./parts.ts";

type Row = readonly [
  kernel: number,
  inner: number,
  filters: number,
  isGated: boolean,
  activation: "relu" | "hardSwish",
  stride: number,
];

const LARGE: readonly Row[] = [
  [3, 16, 16, false, "relu", 1],
  [3, 64, 24, false, "relu", 2],
  [3, 72, 24, false, "relu", 1],
  [5, 72, 40, true, "relu", 2],
  [5, 120, 40, true, "relu", 1],
  [5, 120, 40, true, "relu", 1],
  [3, 240, 80, false, "hardSwish", 2],
  [3, 200, 80, false, "hardSwish", 1],
  [3, 184, 80, false, "hardSwish", 1],
  [3, 184, 80, false, "hardSwish", 1],
  [3, 480, 112, true, "hardSwish", 1],
  [3, 672, 112, true, "hardSwish", 1],
  [5, 672, 160, true, "hardSwish", 2],
  [5, 960, 160, true, "hardSwish", 1],
  [5, 960, 160, true, "hardSwish", 1],
];

const SMALL: readonly Row[] = [
  [3, 16, 16, true, "relu", 2],
  [3, 72, 24, false, "relu", 2],
  [3, 88, 24, false, "relu", 1],
  [5, 96, 40, true, "hardSwish", 2],
  [5, 240, 40, true, "hardSwish", 1],
  [5, 240, 40, true, "hardSwish", 1],
  [5, 120, 48, true, "hardSwish", 1],
  [5, 144, 48, true, "hardSwish", 1],
  [5, 288, 96, true, "hardSwish", 2],
  [5, 576, 96, true, "hardSwish", 1],
  [5, 576, 96, true, "hardSwish", 1],
];

/** @param hiddenUnits of the classifier. */
function mobilenetV3(name: string, rows: readonly Row[], hiddenUnits: number): PublishedNetwork {
  return (options = {}) => {
    const { imageSize, classCount } = withDefaults(options);
    const network = networkBuilder(name, [imageSize, imageSize, 3]);
    let value = normalizedConvolution(network, "stem", "input", { filters: 16, kernel: 3, stride: 2 }, "hardSwish");
    let channels = 16;
    for (const [index, [kernel, inner, filters, isGated, activation, stride]] of rows.entries()) {
      const block = { channels, inner, filters, kernel, stride, activation, isGated };
      value = appendInvertedResidual(network, `block${index}`, value, block);
      channels = filters;
    }
    normalizedConvolution(network, "head", value, { filters: 6 * channels, kernel: 1 }, "hardSwish");
    network.append({ kind: "globalAveragePool2d", name: "avgpool" });
    network.append({ kind: "dense", name: "classifier.0", units: hiddenUnits, activation: "hardSwish" });
    network.append({ kind: "dropout", name: "classifier.dropout", rate: 0.2 });
    network.append({ kind: "dense", name: "classifier.1", units: classCount, activation: "softmax" });
    return network.build();
  };
}

export const mobilenetV3Large = mobilenetV3("mobilenet_v3_large", LARGE, 1280);
export const mobilenetV3Small = mobilenetV3("mobilenet_v3_small", SMALL, 1024);
