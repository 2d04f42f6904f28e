// SqueezeNet (Iandola et al. 2016) 1.0 and 1.1 as torchvision has them: fire modules squeeze to few channels by 1x1 and expand
// by 1x1 and 3x3 convolutions side by side.

import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { withDefaults } from "./parts.ts";

/** A fire module's filters of the squeeze and of each expansion, or a pooling. */
type Step = readonly [squeeze: number, expand: number] | "pool";

interface SqueezeNetSettings {
  readonly stemFilters: number;
  readonly stemKernel: number;
  readonly steps: readonly Step[];
}

function squeezenet(name: string, { stemFilters, stemKernel, steps }: SqueezeNetSettings): PublishedNetwork {
  return (options = {}) => {
    const { imageSize, classCount } = withDefaults(options);
    const network = networkBuilder(name, [imageSize, imageSize, 3]);
    network.append({
      kind: "conv2d",
      name: "features.0",
      filters: stemFilters,
      kernelSize: [stemKernel, stemKernel],
      strides: [2, 2],
      padding: "valid",
      activation: "relu",
    });
    let size = Math.floor((imageSize - stemKernel) / 2) + 1;
    for (const [index, step] of (["pool", ...steps] as const).entries()) {
      if (step === "pool") {
        appendPooling(network, `features.${index + 1}`, size);
        size = Math.floor(size / 2);
      } else {
        appendFire(network, `features.${index + 1}`, step);
      }
    }
    network.append({ kind: "dropout", name: "classifier.dropout", rate: 0.5 });
    appendConvolution(network, "classifier.conv", classCount, 1);
    network.append({ kind: "globalAveragePool2d", name: "classifier.avgpool" });
    network.append({ kind: "activation", name: "classifier.softmax", activation: "softmax" });
    return network.build();
  };
}

/**
 * torchvision rounds the output's size up: a last window may hang over an even map's end, as with padding "same", and fits
 * exactly into an odd one.
 */
function appendPooling(network: NetworkBuilder, name: string, size: number): void {
  const padding = size % 2 === 0 ? "same" : "valid";
  network.append({ kind: "maxPool2d", name, poolSize: [3, 3], strides: [2, 2], padding });
}

function appendFire(network: NetworkBuilder, name: string, [squeeze, expand]: readonly [number, number]): void {
  const squeezed = appendConvolution(network, `${name}.squeeze`, squeeze, 1);
  const narrow = appendConvolution(network, `${name}.expand1x1`, expand, 1, squeezed);
  const wide = appendConvolution(network, `${name}.expand3x3`, expand, 3, squeezed);
  network.append({ kind: "concatenate", name: `${name}.concat` }, narrow, wide);
}

function appendConvolution(
  network: NetworkBuilder,
  name: string,
  filters: number,
  kernel: 1 | 3,
  ...inputs: readonly string[]
): string {
  const kernelSize: [number, number] = [kernel, kernel];
  return network.append({ kind: "conv2d", name, filters, kernelSize, padding: "same", activation: "relu" }, ...inputs);
}

export const squeezenet10 = squeezenet("squeezenet1_0", {
  stemFilters: 96,
  stemKernel: 7,
  steps: [[16, 64], [16, 64], [32, 128], "pool", [32, 128], [48, 192], [48, 192], [64, 256], "pool", [64, 256]],
});
export const squeezenet11 = squeezenet("squeezenet1_1", {
  stemFilters: 64,
  stemKernel: 3,
  steps: [[16, 64], [16, 64], "pool", [32, 128], [32, 128], "pool", [48, 192], [48, 192], [64, 256], [64, 256]],
});
