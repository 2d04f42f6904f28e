// IEEE 754 half precision (binary16): 1 sign, 5 exponent and 10 fraction bits. Node 20 has no Float16Array.

/** Greatest finite half. */
export const GREATEST_HALF = 65_504;

/** Exponent of the smallest normal half; below it halves are multiples of 2^-24. */
const SMALLEST_EXPONENT = -14;
const FRACTION_BITS = 10;
/** Adding it to a number in [0, 2^52) leaves no fraction bits: the sum is rounded to the nearest whole, ties to even. */
const ROUNDER = 2 ** 52;
/** 2^(exponent - 25) by the exponent field, from which a normal half is (1024 + fraction) times that. */
const scales = Float64Array.from({ length: 32 }, (_, field) => 2 ** (Math.max(1, field) - 25));

/**
 * Bits of the half nearest to `value`, ties to even, as numpy casts. Beyond the greatest half it saturates instead of becoming
 * an infinity: with error feedback the rest follows in later rounds, and no update becomes unusable by its coding.
 *
 * @param value not NaN; a double, so that nothing is rounded twice.
 * @example halfBits(1) // 0x3c00
 * @example halfBits(1e6) // 0x7bff, which is 65504
 */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.min(Math.abs(value), GREATEST_HALF);
  const exponent = Math.max(exponentOf(magnitude), SMALLEST_EXPONENT);
  const steps = magnitude / 2 ** (exponent - FRACTION_BITS) + ROUNDER - ROUNDER;
  // A rounding up to the next power of two carries into the exponent by itself: 2048 is 1024 + 1 << 10.
  return sign | (((exponent - SMALLEST_EXPONENT) << FRACTION_BITS) + steps);
}

/** The number that the bits stand for; infinities and NaN for those that are none. @example halfValue(0xc000) // -2 */
export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const field = (bits >>> FRACTION_BITS) & 0x1f;
  const fraction = bits & 0x3ff;
  if (field === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  const steps = field === 0 ? fraction : fraction + 1024;
  return sign * steps * (scales[field] as number);
}

const double = new DataView(new ArrayBuffer(8));

/** Of the double's power of two; below -1000 for zero and subnormal doubles. */
function exponentOf(magnitude: number): number {
  double.setFloat64(0, magnitude);
  return (double.getUint16(0) >>> 4) - 1023;
}
