// MobileNet V2 (Sandler et al. 2018, table 2) as keras.applications has it in TensorFlow 2.5: before a depthwise convolution at
// stride 2 a border of zeros is an operator of its own. Source: tensorflow/tensorflow (Apache-2.0),
// tensorflow/python/keras/applications/mobilenet_v2.py.

import { mobilenetV2Stages } from "../mobilenet-v2-stages.ts";
import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { classifier, convolution, withDefaults } from "./parts.ts";

export const mobilenetV2: PublishedNetwork = (options = {}) => {
  const { imageSize, classCount } = withDefaults(options, 224);
  const network = networkBuilder("MobileNetV2", [imageSize, imageSize, 3]);
  network.append(convolution("Conv1", { filters: 32, kernel: 3, stride: 2, useBias: false }, "linear"));
  let value = normalize(network, "Conv1");
  let channels = 32;
  let size = Math.ceil(imageSize / 2);
  let block = 0;
  for (const [widening, filters, count, firstStride] of mobilenetV2Stages) {
    for (let index = 0; index < count; index++, block++) {
      const stride = index === 0 ? firstStride : 1;
      value = appendBlock(network, `block_${block}`, value, { channels, widening, filters, stride, size });
      channels = filters;
      size = Math.ceil(size / stride);
    }
  }
  network.append(convolution("Conv_1", { filters: 1280, kernel: 1, useBias: false }, "linear"));
  normalize(network, "Conv_1");
  classifier(network, classCount);
  return network.build();
};

function appendBlock(
  network: NetworkBuilder,
  name: string,
  input: string,
  shape: { channels: number; widening: number; filters: number; stride: 1 | 2; size: number },
): string {
  const { channels, widening, filters, stride, size } = shape;
  let value = input;
  if (widening !== 1) {
    const inner = { filters: channels * widening, kernel: 1, useBias: false };
    network.append(convolution(`${name}_expand`, inner, "linear"), input);
    value = normalize(network, `${name}_expand`);
  }
  if (stride === 2) {
    // Keras pads so that the windows end with the map: one row less on top of a map of even size.
    const first = size % 2;
    value = network.append(
      {
        kind: "zeroPadding2d",
        name: `${name}_pad`,
        padding: [
          [first, 1],
          [first, 1],
        ],
      },
      value,
    );
  }
  network.append(
    {
      kind: "depthwiseConv2d",
      name: `${name}_depthwise`,
      kernelSize: [3, 3],
      strides: [stride, stride],
      padding: stride === 1 ? "same" : "valid",
      useBias: false,
      activation: "linear",
    },
    value,
  );
  normalize(network, `${name}_depthwise`);
  network.append(convolution(`${name}_project`, { filters, kernel: 1, useBias: false }, "linear"));
  const projected = network.append({ kind: "batchNormalization", name: `${name}_project_BN` });
  if (stride !== 1 || channels !== filters) return projected;
  return network.append({ kind: "add", name: `${name}_add` }, input, projected);
}

function normalize(network: NetworkBuilder, name: string): string {
  network.append({ kind: "batchNormalization", name: `${name}_BN` });
  return network.append({ kind: "activation", name: `${name}_relu`, activation: "relu6" });
}
