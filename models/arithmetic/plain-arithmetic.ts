// The loops in plain JavaScript: what the WebAssembly kernel must equal bit for bit, and what runs where there is no SIMD.

import { type Arithmetic, requireEqualLengths } from "./types.ts";

export const plainArithmetic: Arithmetic = {
  name: "plain",

  addWeighted(sums, values, weight) {
    requireEqualLengths(sums, values);
    for (let index = 0; index < values.length; index++) {
      sums[index] = (sums[index] as number) + weight * (values[index] as number);
    }
  },

  addScaledChange(sums, values, base, factor) {
    requireEqualLengths(sums, values, base);
    for (let index = 0; index < values.length; index++) {
      const change = (values[index] as number) - (base[index] as number);
      sums[index] = (sums[index] as number) + factor * change;
    }
  },

  firstNonFinite(values) {
    for (let index = 0; index < values.length; index++) {
      if (!Number.isFinite(values[index])) return index;
    }
    return -1;
  },

  squaredDistance(a, b) {
    requireEqualLengths(a, b);
    const sums = new Float64Array(4);
    for (let index = 0; index < a.length; index++) {
      const change = (a[index] as number) - (b[index] as number);
      sums[index % 4] = (sums[index % 4] as number) + change * change;
    }
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = sums;
    return s0 + s1 + (s2 + s3);
  },
};
