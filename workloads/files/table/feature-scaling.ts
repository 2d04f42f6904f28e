// Scales features by what the training examples have: the test examples and the network's users must not be asked.

import { openBytes } from "../../byte-source.ts";
import { readRecords } from "../../read-records.ts";

export interface FeatureScaling {
  /** A feature becomes (value - offset) * factor. */
  readonly offsets: number[];
  readonly factors: number[];
}

/**
 * "standardise": mean 0 and variance 1 (the population's); "minmax": 0 to 1. A feature that never changes becomes 0.
 *
 * @param options.path of records of float64.
 * @param options.rows whose records count; at least one.
 */
export async function fitScaling(options: {
  readonly kind: "standardise" | "minmax";
  readonly path: string;
  readonly featureCount: number;
  readonly rows: Uint32Array;
}): Promise<FeatureScaling> {
  const { kind, path, featureCount, rows } = options;
  const statistics = new FeatureStatistics(featureCount);
  const numbers = new Float64Array(featureCount);
  const bytes = new Uint8Array(numbers.buffer);
  const file = await openBytes(path);
  try {
    const offsets = Float64Array.from(rows, (row) => row * bytes.length);
    await readRecords(file, { recordBytes: bytes.length, offsets }, (_, record) => {
      bytes.set(record);
      statistics.add(numbers);
    });
  } finally {
    await file.close();
  }
  return kind === "minmax" ? statistics.minmax() : statistics.standard();
}

const inverse = (spread: number): number => (spread > 0 ? 1 / spread : 1);

/** Mean and variance by Welford 1962, "Note on a method for calculating corrected sums of squares and products". */
class FeatureStatistics {
  #count = 0;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  readonly #least: Float64Array;
  readonly #most: Float64Array;

  constructor(featureCount: number) {
    this.#means = new Float64Array(featureCount);
    this.#squares = new Float64Array(featureCount);
    this.#least = new Float64Array(featureCount).fill(Number.POSITIVE_INFINITY);
    this.#most = new Float64Array(featureCount).fill(Number.NEGATIVE_INFINITY);
  }

  add(values: Float64Array): void {
    this.#count++;
    for (const [at, value] of values.entries()) {
      const mean = this.#means[at] as number;
      const newMean = mean + (value - mean) / this.#count;
      this.#means[at] = newMean;
      this.#squares[at] = (this.#squares[at] as number) + (value - mean) * (value - newMean);
      this.#least[at] = Math.min(this.#least[at] as number, value);
      this.#most[at] = Math.max(this.#most[at] as number, value);
    }
  }

  standard(): FeatureScaling {
    const factors = Array.from(this.#squares, (square) => inverse(Math.sqrt(square / this.#count)));
    return { offsets: [...this.#means], factors };
  }

  minmax(): FeatureScaling {
    const factors = Array.from(this.#most, (most, at) => inverse(most - (this.#least[at] as number)));
    return { offsets: [...this.#least], factors };
  }
}
