// MobileNet V2 (Sandler et al. 2018, table 2) as torchvision has it.

import { mobilenetV2Stages } from "../mobilenet-v2-stages.ts";
import { networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { appendInvertedResidual } from "./inverted-residual.ts";
import { normalizedConvolution, withDefaults } from "./parts.ts";

export const mobilenetV2: PublishedNetwork = (options = {}) => {
  const { imageSize, classCount } = withDefaults(options);
  const network = networkBuilder("mobilenet_v2", [imageSize, imageSize, 3]);
  let value = normalizedConvolution(network, "stem", "input", { filters: 32, kernel: 3, stride: 2 }, "relu6");
  let channels = 32;
  for (const [stage, [widening, filters, count, firstStride]] of mobilenetV2Stages.entries()) {
    for (let index = 0; index < count; index++) {
      value = appendInvertedResidual(network, `stage${stage}.${index}`, value, {
        channels,
        inner: channels * widening,
        filters,
        kernel: 3,
        stride: index === 0 ? firstStride : 1,
        activation: "relu6",
      });
      channels = filters;
    }
  }
  normalizedConvolution(network, "head", value, { filters: 1280, kernel: 1 }, "relu6");
  network.append({ kind: "globalAveragePool2d", name: "avgpool" });
  network.append({ kind: "dropout", name: "classifier.dropout", rate: 0.2 });
  network.append({ kind: "dense", name: "classifier", units: classCount, activation: "softmax" });
  return network.build();
};
