// The software that trains, as far as its speed was measured: the same GPU and network differ by 5 to 18 % between stacks.

/** "pytorch" is the reference: most GPUs were measured with it. */
export const softwareStacks = ["pytorch", "tensorflow"] as const;
export type SoftwareStack = (typeof softwareStacks)[number];

export interface ChosenStack {
  readonly stack: SoftwareStack;
  /** Whose spread the forecast has: one that stands in for software that nobody measured is as uncertain as the widest. */
  readonly spreadOf: SoftwareStack;
  /** A sentence that says whose measurements stand behind a forecast. */
  readonly reason: string;
}

/**
 * The stack whose measurements come nearest to an agent's back-end.
 *
 * @param backend as the agent names it, or a framework's name; undefined if nobody said.
 * @example stackOf("tensorflow-cuda").stack // "tensorflow"
 */
export function stackOf(backend: string | undefined): ChosenStack {
  if (backend === undefined) {
    return { stack: "pytorch", spreadOf: "pytorch", reason: "No software was named, so PyTorch's speed is assumed." };
  }
  if (/tensorflow/i.test(backend)) {
    return {
      stack: "tensorflow",
      spreadOf: "tensorflow",
      reason: `"${backend}" is forecast with TensorFlow's measured speed.`,
    };
  }
  if (/pytorch/i.test(backend))
    return { stack: "pytorch", spreadOf: "pytorch", reason: "Forecast with PyTorch's measured speed." };
  return {
    stack: "pytorch",
    spreadOf: "tensorflow",
    reason: `The back-end "${backend}" was not measured on any GPU, so PyTorch's speed is assumed; calibrate the device to know it.`,
  };
}
