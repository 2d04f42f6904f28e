// Published networks as tfjs builds them, with zeros for weights.

import * as tf from "@tensorflow/tfjs-layers";

type Tensor = tf.SymbolicTensor;
const { layers } = tf;

interface Convolution {
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides?: number;
}

const apply = (layer: tf.layers.Layer, ...inputs: readonly Tensor[]) =>
  layer.apply(inputs.length === 1 ? (inputs[0] as Tensor) : [...inputs]) as Tensor;
const relu = (input: Tensor) => apply(layers.reLU(), input);

/** Convolution without bias, then normalisation. */
function convolve(input: Tensor, convolution: Convolution): Tensor {
  const options = { ...convolution, padding: "same", useBias: false, kernelInitializer: "zeros" } as const;
  return apply(layers.batchNormalization(), apply(layers.conv2d(options), input));
}

function convolveDepthwise(input: Tensor, strides: number): Tensor {
  const options = { kernelSize: 3, strides, padding: "same", useBias: false, depthwiseInitializer: "zeros" } as const;
  return apply(layers.batchNormalization(), apply(layers.depthwiseConv2d(options), input));
}

function classify(input: Tensor): Tensor {
  const pooled = apply(layers.globalAveragePooling2d({}), input);
  return apply(layers.dense({ units: 1000, activation: "softmax", kernelInitializer: "zeros" }), pooled);
}

/** ResNet-18 (He et al. 2016) for images of 224 x 224 x 3, as torchvision has it. */
export function resNet18(): tf.LayersModel {
  const inputs = tf.input({ shape: [224, 224, 3] });
  const stem = relu(convolve(inputs, { filters: 64, kernelSize: 7, strides: 2 }));
  let value = apply(layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }), stem);
  for (const [stage, filters] of [64, 128, 256, 512].entries()) {
    for (const block of [0, 1]) {
      const strides = stage > 0 && block === 0 ? 2 : 1;
      const inner = relu(convolve(value, { filters, kernelSize: 3, strides }));
      const shortcut = strides === 1 ? value : convolve(value, { filters, kernelSize: 1, strides });
      value = relu(apply(layers.add(), convolve(inner, { filters, kernelSize: 3 }), shortcut));
    }
  }
  return tf.model({ inputs, outputs: classify(value), name: "resnet18" });
}

/** MobileNetV2 (Sandler et al. 2018): expansion, channels, blocks and stride of each stage from the paper's table 2. */
export function mobileNetV2(): tf.LayersModel {
  const relu6 = (input: Tensor) => apply(layers.reLU({ maxValue: 6 }), input);
  const inputs = tf.input({ shape: [224, 224, 3] });
  let value = relu6(convolve(inputs, { filters: 32, kernelSize: 3, strides: 2 }));
  const stages = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const;
  for (const [expansion, filters, blocks, firstStride] of stages) {
    for (let block = 0; block < blocks; block++) {
      const channels = value.shape.at(-1) ?? 0;
      const strides = block === 0 ? firstStride : 1;
      const wide = expansion === 1 ? value : relu6(convolve(value, { filters: expansion * channels, kernelSize: 1 }));
      const narrow = convolve(relu6(convolveDepthwise(wide, strides)), { filters, kernelSize: 1 });
      value = strides === 1 && channels === filters ? apply(layers.add(), value, narrow) : narrow;
    }
  }
  const last = relu6(convolve(value, { filters: 1280, kernelSize: 1 }));
  return tf.model({ inputs, outputs: classify(last), name: "mobilenet_v2" });
}

/** MobileNet (Howard et al. 2017), width 1, as keras.applications has it but for the dense layer that it writes as a 1x1 convolution. */
export function mobileNetV1(): tf.LayersModel {
  const inputs = tf.input({ shape: [224, 224, 3] });
  let value = relu(convolve(inputs, { filters: 32, kernelSize: 3, strides: 2 }));
  const blocks = [
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
    ...Array.from({ length: 5 }, () => [512, 1] as const),
    [1024, 2],
    [1024, 1],
  ] as const;
  for (const [filters, strides] of blocks) {
    value = relu(convolve(relu(convolveDepthwise(value, strides)), { filters, kernelSize: 1 }));
  }
  return tf.model({ inputs, outputs: classify(value), name: "mobilenet_v1" });
}
