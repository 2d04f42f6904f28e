// What `probselect bench-device` measures of a cell beyond its step time: for people and for comparisons. The forecast reads none of it.

import { z } from "zod";

const seconds = z.number().min(0).max(86_400);
const bytes = z.number().min(0).max(1e18);
const rate = z.number().min(0).max(1e18);

export const cellBenchmarkSchema = z.strictObject({
  /** From the start of a fresh process to a back-end that is ready. */
  readySeconds: seconds,
  /** From there to the loss of the first step: kernels and shaders are compiled. */
  firstStepSeconds: seconds,
  /** Steps that were trained and do not count: all before the first timed burst, and those around the timed ones of each burst. */
  droppedSteps: z.int().min(0),
  /** 95th percentile of the timed steps, of which the cell's secondsPerStep is the median. */
  p95SecondsPerStep: seconds,
  /** Of whole bursts from an idle device to parameters that have been read, over all of their steps: the median. */
  idleToIdleSecondsPerStep: seconds,
  /** Batch size / mean timed step. */
  examplesPerSecond: rate,
  /** Of one step: 2 FLOP a multiply-add, and the backward pass counts as two forward passes. */
  flopPerStep: z.number().min(0).max(1e24),
  /** flopPerStep / median step. */
  flopPerSecond: rate,
  /** The peak that an agent here reports, or its catalogue row's; null where nobody knows it. */
  peakFlopPerSecond: rate.nullable(),
  /** flopPerSecond / peak; above 1 where the peak is too low, which for a processor is one thread's. */
  utilisation: z.number().min(0).max(1e6).nullable(),
  /** The parameter file, and the medians of the time to make it and to read it. */
  parameterFileBytes: bytes,
  encodeSeconds: seconds,
  decodeSeconds: seconds,
  /** From the device to the host, after the last loss: the median. */
  readParametersSeconds: seconds,
  /** Resident memory of the process at its peak. */
  peakRssBytes: bytes,
  /** What TensorFlow.js holds between two steps. */
  tensorBytes: bytes,
  /** Buffers on the GPU, free ones that are kept included; null where the back-end does not count them. */
  gpuBytes: bytes.nullable(),
  /** What the forecast from specs says of the step. */
  forecast: z.strictObject({
    secondsPerStep: seconds,
    tier: z.string().min(1).max(200),
    /** forecast / median step - 1 */
    relativeError: z.number(),
  }),
});

export type CellBenchmark = z.infer<typeof cellBenchmarkSchema>;
