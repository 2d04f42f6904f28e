// Tails of the hypergeometric distribution in bits: exact sums of logarithms, for chances as small as 2^-1000.

/** Draws without replacement: `draws` of `total` balls, `marked` of which are marked. */
export interface Urn {
  readonly total: number;
  readonly marked: number;
  readonly draws: number;
}

/**
 * log2 P[X >= atLeast] of the number X of marked balls drawn; -Infinity if it cannot be.
 *
 * @example log2TailAtLeast({ total: 4, marked: 2, draws: 2 }, 2) // log2(1 / 6)
 */
export function log2TailAtLeast(urn: Urn, atLeast: number): number {
  const { marked, draws } = urn;
  return log2Sum(range(Math.max(atLeast, 0), Math.min(marked, draws)).map((count) => log2Chance(urn, count)));
}

/** log2 P[X < below]; -Infinity if it cannot be. */
export function log2TailBelow(urn: Urn, below: number): number {
  const last = Math.min(below - 1, urn.marked, urn.draws);
  return log2Sum(range(0, last).map((count) => log2Chance(urn, count)));
}

function log2Chance({ total, marked, draws }: Urn, count: number): number {
  const others = log2Choose(total - marked, draws - count);
  return log2Choose(marked, count) + others - log2Choose(total, draws);
}

function log2Choose(from: number, count: number): number {
  if (count < 0 || count > from) return Number.NEGATIVE_INFINITY;
  return log2Factorial(from) - log2Factorial(count) - log2Factorial(from - count);
}

const factorials = [0];

/** log2 n!, from a table that grows as far as it is asked. */
function log2Factorial(n: number): number {
  for (let next = factorials.length; next <= n; next++) {
    factorials.push((factorials[next - 1] as number) + Math.log2(next));
  }
  return factorials[n] as number;
}

/** log2 of the sum of 2^terms. */
function log2Sum(terms: readonly number[]): number {
  const largest = Math.max(...terms);
  if (terms.length === 0 || largest === Number.NEGATIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  return largest + Math.log2(terms.reduce((sum, term) => sum + 2 ** (term - largest), 0));
}

const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
