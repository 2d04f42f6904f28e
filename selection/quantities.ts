// Quantities as a reason or an explanation states them: three significant digits and the unit that reads best.

/** @example formatSeconds(0.0123) // "12.3 ms" */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return "0 s";
  if (seconds < 1e-3) return `${digits(seconds * 1e6)} µs`;
  if (seconds < 1) return `${digits(seconds * 1e3)} ms`;
  if (seconds < 600) return `${digits(seconds)} s`;
  if (seconds < 7200) return `${digits(seconds / 60)} min`;
  if (seconds < 172_800) return `${digits(seconds / 3600)} h`;
  return `${digits(seconds / 86_400)} days`;
}

/**
 * A probability in percent, which is never rounded up to certainty or down to impossibility.
 *
 * @param other a probability beside which it stands; as many decimals as it takes to tell them apart, if they differ.
 * @example formatProbability(0.99999) // ">99.9 %"
 * @example formatProbability(0.79996, 0.8) // "79.996 %"
 */
export function formatProbability(probability: number, other = probability): string {
  if (probability <= 0) return "0 %";
  if (probability >= 1) return "100 %";
  if (probability !== other) {
    for (let decimals = 1; decimals <= 10; decimals++) {
      const text = percent(probability, decimals);
      if (text !== percent(other, decimals)) return text;
    }
  }
  return percent(probability, 1);
}

function percent(probability: number, decimals: number): string {
  const step = 10 ** -(decimals + 2);
  if (probability > 0 && probability < step) return `<${(100 * step).toFixed(decimals)} %`;
  if (probability < 1 && probability > 1 - step) return `>${(100 * (1 - step)).toFixed(decimals)} %`;
  return `${(probability * 100).toFixed(decimals)} %`;
}

/** @example formatBytes(247_504) // "248 kB" */
export function formatBytes(bytes: number): string {
  return scaled(bytes, ["B", "kB", "MB", "GB", "TB", "PB"]);
}

/** @example formatEnergy(2_500) // "2.5 kJ" */
export function formatEnergy(joules: number): string {
  return scaled(joules, ["J", "kJ", "MJ", "GJ"]);
}

/** @example formatRate(155.9e12, "FLOP/s") // "156 TFLOP/s" */
export function formatRate(perSecond: number, unit: "FLOP" | "FLOP/s" | "B/s" | "bit/s" | "Hz"): string {
  return scaled(perSecond, [unit, `k${unit}`, `M${unit}`, `G${unit}`, `T${unit}`, `P${unit}`, `E${unit}`]);
}

function scaled(value: number, units: readonly string[]): string {
  let power = 0;
  // 999.5 prints as 1000, so it belongs to the next unit.
  while (power < units.length - 1 && value / 1000 ** power >= 999.5) power += 1;
  return `${digits(value / 1000 ** power)} ${units[power]}`;
}

/** Three significant digits without an exponent. */
function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}
