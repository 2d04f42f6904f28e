// The inverted residual block of MobileNet V2 (Sandler et al. 2018), MnasNet and MobileNet V3 (Howard et al. 2019): widen by
// 1x1, filter each channel, narrow by 1x1, and add the input where the shapes allow it.

import type { Activation } from "../../architecture.ts";
import type { NetworkBuilder } from "../network-builder.ts";
import { normalizedConvolution } from "./parts.ts";

export interface InvertedResidual {
  readonly channels: number;
  /** Channels between the two 1x1 convolutions; equal to `channels`, the first one is left out. */
  readonly inner: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly activation: Activation;
  /** Whether a squeeze-and-excite gate (Hu et al. 2017) scales the filtered channels. */
  readonly isGated?: boolean;
}

/** @returns the name of the block's last layer. */
export function appendInvertedResidual(
  network: NetworkBuilder,
  name: string,
  input: string,
  { channels, inner, filters, kernel, stride, activation, isGated = false }: InvertedResidual,
): string {
  let value = input;
  if (inner !== channels) {
    value = normalizedConvolution(network, `${name}.expand`, value, { filters: inner, kernel: 1 }, activation);
  }
  const depthwise = { filters: inner, kernel, stride, groups: inner };
  value = normalizedConvolution(network, `${name}.depthwise`, value, depthwise, activation);
  if (isGated) value = appendGate(network, `${name}.gate`, value, inner);
  value = normalizedConvolution(network, `${name}.project`, value, { filters, kernel: 1 }, "linear");
  if (stride !== 1 || channels !== filters) return value;
  return network.append({ kind: "add", name: `${name}.add` }, value, input);
}

function appendGate(network: NetworkBuilder, name: string, input: string, channels: number): string {
  network.append({ kind: "globalAveragePool2d", name: `${name}.pool`, keepDims: true }, input);
  const narrow = roundToMultiple(channels / 4);
  const pointwise = (suffix: string, filters: number, activation: Activation) =>
    network.append({
      kind: "conv2d",
      name: `${name}.${suffix}`,
      filters,
      kernelSize: [1, 1],
      padding: "valid",
      activation,
    });
  pointwise("squeeze", narrow, "relu");
  const gate = pointwise("excite", channels, "hardSigmoid");
  return network.append({ kind: "multiply", name: `${name}.scale` }, gate, input);
}

/** The nearest multiple of 8, at least 8 and not more than 10 % below: the channel counts of the MobileNets. */
export function roundToMultiple(count: number): number {
  const nearest = Math.max(8, Math.floor((count + 4) / 8) * 8);
  return nearest < 0.9 * count ? nearest + 8 : nearest;
}
