// Why a forecast errs on some GPUs, as far as the measurements and the hardware tell; written by hand, and a guess where it says
// so.

interface Reason {
  readonly gpu: RegExp;
  readonly precision?: "fp32" | "fp16";
  readonly why: string;
}

const reasons: readonly Reason[] = [
  {
    gpu: /K80/,
    why: "Kepler: its cores need two independent instructions a cycle to reach the listed peak. No other Kepler was measured, and the two GPUs that the fit sees are newer.",
  },
  {
    gpu: /MI50/,
    why: "One volunteer's runs, five times slower than its specs let expect; no other GCN GPU was measured. A guess: this ROCm has no tuned kernels for it.",
  },
  {
    gpu: /RX 5700/,
    precision: "fp16",
    why: "Its fp16 runs were two to seven times slower than its own fp32 runs, though the listed peak is twice as high. The software, not the chip; no spec says so.",
  },
  {
    gpu: /RTX 4080|RTX 4090|RTX 5090|RTX PRO 6000/,
    why: "64 to 128 MB of L2 cache keep activations on the chip; the model knows the bandwidth of the memory only. A guess, but the four agree: all are faster than forecast.",
  },
  {
    gpu: /Apple/,
    why: "Peaks and bandwidths are not from a data sheet, Apple's Metal back-end is another stack, and of its kind the fit sees the other GPU's two steps only.",
  },
  {
    gpu: /GTX 1080 Ti|TITAN Xp/,
    precision: "fp16",
    why: "Pascal has no fast fp16, so software decides what it costs: against its own fp32, TITAN Xp lost a fifth (CUDA 10.2), GTX 1080 Ti won a twelfth (CUDA 10).",
  },
  {
    gpu: /RX 7700S/,
    why: "Slower than forecast at both precisions. A guess: a laptop's power limit, which no spec states.",
  },
];

/** @returns "not known" for a GPU that nobody looked into. */
export function reasonFor(gpu: string, precision: "fp32" | "fp16"): string {
  const reason = reasons.find(
    (each) => each.gpu.test(gpu) && (each.precision === undefined || each.precision === precision),
  );
  return reason?.why ?? "not known";
}
