// How long one training step takes on an emulated device, before any randomness: a layer-wise model that the forecaster does
// not share. Every kernel costs its dispatch by the host plus the larger of its arithmetic and its memory time; the
// forecaster instead adds whole-network sums with coefficients fitted on other measurements. Constants: docs/emulation.md.

import type { CatalogueDevice, DeviceClass } from "../../selection/types.ts";
import type { LayerCost, ModelCost, NumericPrecision } from "../../workloads/workload.ts";

/**
 * Dispatch of one kernel from an eager framework on an x86 host. With the 1.1 ms below it gives the measured TensorFlow 2.5
 * steps of LeNet-5 at batch 16 on V100, M60 and K80 (2.5, 2.7, 3.2 ms; PROFET data, MIT) within 20 %.
 */
const DISPATCH_SECONDS = 25e-6;
/** Per-batch cost of the framework's training loop: the intercept that the PROFET measurements show. */
const BATCH_SECONDS = 1.1e-3;
/**
 * Single-thread speed of the host relative to a server core. Assumption for boards and laptops; measured phones need 10.7 ms
 * a LeNet-5 batch (Benchmark-On-Device-Training), 4.3 times an x86 host, so 3 for Jetson-class ARM cores is cautious.
 */
const hostSlowdown: Readonly<Record<DeviceClass, number>> = {
  datacentre: 1.1,
  workstation: 1,
  desktop: 1,
  laptop: 1.2,
  edge: 3,
  cpu: 1,
};
/** Share of peak arithmetic that a large kernel reaches. Assumption, in the range of published MFU figures. */
const arithmeticEfficiency: Readonly<Record<LayerCost["kind"], number>> = {
  dense: 0.5,
  grouped: 0.12,
  depthwise: 0.04,
  elementwise: 0.1,
};
/** Share of peak memory bandwidth that a streaming kernel reaches. Assumption. */
const BANDWIDTH_EFFICIENCY = 0.65;
/** Host input pipeline, bytes of float32 examples per second on a server core. Assumption. */
const INPUT_BYTES_PER_SECOND = 1e9;
const BYTES_PER_ELEMENT = 4;
/** The arithmetic and the bytes of a precision, of the peaks that a device has the first. Weights are kept and updated in float32. */
const arithmeticOf: Readonly<
  Record<NumericPrecision, { readonly peaks: readonly NumericPrecision[]; readonly bytesPerElement: number }>
> = {
  fp32: { peaks: ["tf32", "fp32"], bytesPerElement: 4 },
  tf32: { peaks: ["tf32", "fp32"], bytesPerElement: 4 },
  fp16: { peaks: ["fp16", "fp32"], bytesPerElement: 2 },
  bf16: { peaks: ["bf16", "fp16", "fp32"], bytesPerElement: 2 },
};

/**
 * Seconds of one training step (forward, both gradients, optimiser, input) at full speed.
 *
 * @param batchSize examples in the step.
 * @param precision of arithmetic and activations.
 */
export function emulatedStepSeconds(
  device: CatalogueDevice,
  model: ModelCost,
  batchSize: number,
  precision: NumericPrecision = "fp32",
): number {
  const slowdown = hostSlowdown[device.deviceClass];
  const layers = model.layers.map((layer, index) =>
    layerSeconds(device, layer, { batchSize, precision, isFirst: index === 0, slowdown }),
  );
  const inputElements = model.layers[0]?.inputElements ?? 0;
  const input = (batchSize * inputElements * BYTES_PER_ELEMENT * slowdown) / INPUT_BYTES_PER_SECOND;
  return layers.reduce((sum, seconds) => sum + seconds, BATCH_SECONDS * slowdown + input);
}

interface StepSettings {
  readonly batchSize: number;
  readonly precision: NumericPrecision;
  readonly isFirst: boolean;
  readonly slowdown: number;
}

function layerSeconds(device: CatalogueDevice, layer: LayerCost, settings: StepSettings): number {
  if (layer.operatorCount === 0) return 0; // a view of its input, or nothing that runs
  const { batchSize, precision, isFirst, slowdown } = settings;
  const { peaks, bytesPerElement } = arithmeticOf[precision];
  const served = peaks.find((each) => device.peakFlopPerSecond[each] !== undefined);
  const peak = served === undefined ? Number.POSITIVE_INFINITY : (device.peakFlopPerSecond[served] as number);
  const flop = 2 * layer.forwardMultiplyAdds * batchSize;
  const activations = (layer.inputElements + layer.outputElements) * batchSize;
  const bytes = (activations + layer.parameterCount) * bytesPerElement;
  const pass = Math.max(
    flop / (peak * arithmeticEfficiency[layer.kind]),
    bytes / (device.memoryBandwidthBytesPerSecond * BANDWIDTH_EFFICIENCY),
  );
  // Forward and the input's gradient (which the first layer does not need), and the weights' gradient where there are any.
  const passes = 1 + (isFirst ? 0 : 1) + (layer.parameterCount > 0 ? 1 : 0);
  // Reading weight and gradient, writing the weight: three passes over the parameters, one kernel each for kernel and bias.
  const optimizerBytes = 3 * layer.parameterCount * BYTES_PER_ELEMENT;
  const optimizer = optimizerBytes / (device.memoryBandwidthBytesPerSecond * BANDWIDTH_EFFICIENCY);
  // A recurrent layer runs once a time step; its weights are updated once.
  const { runsPerExample: runs = 1 } = layer;
  const kernels = runs * layer.operatorCount * passes + (layer.parameterCount > 0 ? 4 : 0);
  return runs * pass * passes + optimizer + kernels * DISPATCH_SECONDS * slowdown;
}
