// Probabilities of a round by interpolation, for fleets of millions: P(T X + C <= slack) depends on two numbers only, T / slack and
// the expected C / slack, so that a grid over both serves every client of a device law and a link's spread.

import { type ComputeLaw, spreadOf } from "./compute-law.ts";
import { type ComputeComponent, roundTimeCdf } from "./round-time.ts";

/** Distance of two lines of the grid, in bent standard deviations. */
const STEP = 0.08;
/** Where the computation or the link leaves no chance: so many standard deviations. */
const HOPELESS = 7;
/** Shares of the slack below this are none. */
const NEGLIGIBLE_LOG_SHARE = Math.log(1e-4);

/** One axis: a number that falls as the share of the slack grows, bent so that the middle has the finest lines. */
interface Axis {
  /** Shares of the slack at the lines, from the largest to the smallest. */
  readonly shares: readonly number[];
  /** Fractional line of a share, within the grid. */
  readonly lineOf: (share: number) => number;
}

/** P(T X + C <= slack) for one computation's law and one spread of the link, to 1e-3. */
export interface RoundTimeGrid {
  /**
   * @param computeShare expected C / slack, >= 0.
   * @param transferShare T / slack, >= 0.
   */
  readonly probability: (computeShare: number, transferShare: number) => number;
}

/**
 * Fills a grid; some ten milliseconds.
 *
 * @param law of one known device; a mixture has no grid.
 * @param transferLogSigma > 0
 */
export function roundTimeGrid(law: ComputeLaw, transferLogSigma: number): RoundTimeGrid {
  const compute = axisOf(law.kind === "normal-utilisation" ? linearDeviation(spreadOf(law)) : logDeviation(spreadOf(law)));
  const transfer = axisOf(logDeviation(transferLogSigma));
  const columns = transfer.shares.length;
  const values = new Float32Array(compute.shares.length * columns);
  compute.shares.forEach((expectedSeconds, row) => {
    const component: ComputeComponent = { expectedSeconds, law };
    transfer.shares.forEach((transferSeconds, column) => {
      const round = { fixedSeconds: 0, transferSeconds, transferLogSigma, compute: [component] };
      values[row * columns + column] = roundTimeCdf(round, 1);
    });
  });
  const { lineOf: rowOf } = compute;
  const { lineOf: columnOf } = transfer;
  return {
    probability: (computeShare, transferShare) => {
      const row = rowOf(computeShare);
      const column = columnOf(transferShare);
      const [top, left] = [Math.floor(row), Math.floor(column)];
      const [down, right] = [row - top, column - left];
      const at = top * columns + left;
      const above = (values[at] as number) * (1 - right) + (values[at + 1] as number) * right;
      const below = (values[at + columns] as number) * (1 - right) + (values[at + columns + 1] as number) * right;
      return above * (1 - down) + below * down;
    },
  };
}

/** Standard deviations by which a share falls short of the whole slack, and back. */
interface Deviation {
  readonly of: (share: number) => number;
  readonly shareAt: (deviation: number) => number;
  /** The deviation of a share of next to nothing. */
  readonly largest: number;
}

/** A normal utilisation reaches what is asked of it if (1 - share) / sigma standard deviations do. */
function linearDeviation(sigma: number): Deviation {
  return { of: (share) => (1 - share) / sigma, shareAt: (deviation) => 1 - deviation * sigma, largest: 1 / sigma };
}

/** A time whose logarithm is spread by sigma. */
function logDeviation(sigma: number): Deviation {
  return {
    of: (share) => -Math.log(share) / sigma,
    shareAt: (deviation) => Math.exp(-deviation * sigma),
    largest: -NEGLIGIBLE_LOG_SHARE / sigma,
  };
}

function axisOf({ of, shareAt, largest }: Deviation): Axis {
  const first = bend(-HOPELESS);
  const lines = Math.ceil((bend(largest) - first) / STEP) + 1;
  const scale = (lines - 1) / (bend(largest) - first);
  const shares = Array.from({ length: lines }, (_, line) => Math.max(0, shareAt(unbend(first + line / scale))));
  // The last whole cell begins a line before the last.
  const end = lines - 1 - 1e-9;
  const lineOf = (share: number) => {
    const line = (bend(of(share)) - first) * scale;
    return line > 0 ? Math.min(line, end) : 0;
  };
  return { shares, lineOf };
}

/** Grows like the square root away from 0, with slope 1 there. */
function bend(deviation: number): number {
  return deviation >= 0 ? Math.sqrt(1 + 2 * deviation) - 1 : 1 - Math.sqrt(1 - 2 * deviation);
}

function unbend(bent: number): number {
  const size = 1 + Math.abs(bent);
  return (Math.sign(bent) * (size * size - 1)) / 2;
}

/** Whether a law has a grid that is fine enough for it. */
export function hasGrid(law: ComputeLaw): boolean {
  return law.kind !== "log-student-t" && spreadOf(law) > 0;
}

