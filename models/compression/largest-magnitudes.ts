// Finds the k largest of many numbers in time that does not depend on their order: by the counts of their magnitudes' leading bits.

/** Half of a Float32's bits: two tables of so many counts find any threshold. */
const TABLE_LENGTH = 65_536;

/**
 * Where the `count` largest magnitudes are, ascending; of equal ones the first. Zeros are never among them, so that there may be
 * fewer. Magnitudes are compared as Float32.
 *
 * @param values not NaN.
 * @example largestMagnitudes(Float64Array.of(1, -3, 0, 2), 2) // [1, 3]
 */
export function largestMagnitudes(values: Float64Array, count: number): Uint32Array {
  // The bits of floats above 0, as whole numbers, have the order of the floats.
  const floats = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) floats[index] = Math.abs(values[index] as number);
  const magnitudes = new Uint32Array(floats.buffer);
  const { threshold, above } = nthLargest(magnitudes, count);
  const indices = new Uint32Array(Math.min(count, values.length));
  let equalLeft = count - above;
  let found = 0;
  for (let index = 0; index < magnitudes.length && found < indices.length; index++) {
    const magnitude = magnitudes[index] as number;
    if (magnitude === 0 || magnitude < threshold) continue;
    if (magnitude === threshold && equalLeft-- <= 0) continue;
    indices[found++] = index;
  }
  return indices.subarray(0, found);
}

/** The `count`-th largest value, or 0 if there are not so many, and how many are above it. */
function nthLargest(values: Uint32Array, count: number): { readonly threshold: number; readonly above: number } {
  const high = tableOf(
    values,
    () => true,
    (value) => value >>> 16,
  );
  const leading = descend(high, count);
  const low = tableOf(
    values,
    (value) => value >>> 16 === leading.slot,
    (value) => value & 0xffff,
  );
  const trailing = descend(low, count - leading.above);
  return { threshold: leading.slot * TABLE_LENGTH + trailing.slot, above: leading.above + trailing.above };
}

function tableOf(
  values: Uint32Array,
  counts: (value: number) => boolean,
  slotOf: (value: number) => number,
): Uint32Array {
  const table = new Uint32Array(TABLE_LENGTH);
  for (const value of values) {
    if (!counts(value)) continue;
    const slot = slotOf(value);
    table[slot] = (table[slot] as number) + 1;
  }
  return table;
}

/** The slot that holds the `count`-th from the top, and how many lie in slots above it. */
function descend(table: Uint32Array, count: number): { readonly slot: number; readonly above: number } {
  let above = 0;
  for (let slot = TABLE_LENGTH - 1; slot > 0; slot--) {
    const here = table[slot] as number;
    if (above + here >= count) return { slot, above };
    above += here;
  }
  return { slot: 0, above };
}
