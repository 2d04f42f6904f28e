// Probabilities of a round by interpolation, for fleets of millions: P(T X + C <= slack) depends on two numbers only, T / slack and
// the expected C / slack, so that a grid over both serves every client of a device law and a link's spread.

import { type ComputeLaw, computeCdf, computeQuantile, spreadOf } from "./compute-law.ts";
import { normalQuantile } from "./normal-distribution.ts";
import { type ComputeComponent, coarseRule, roundTimeCdf } from "./round-time.ts";

/** Distance of two lines of the grid, in bent standard deviations. */
const STEP = 0.08;
/** Where the computation or the link leaves no chance: so many standard deviations. */
const HOPELESS = 7;
/** Shares of the slack below this are none. */
const SMALLEST_SHARE = 1e-4;
/** Within so many standard deviations lies all of the link's mass but 6e-5. */
const LINK_REACH = 4;
const DOUBT = 1e-4;
/** A chance of less than twice this is none, and one of more than 1 minus that is certainty. */
const LITTLE_DOUBT = 4e-4;
/** Sharper laws would need finer grids than they are worth. */
const SHARPEST = 0.12;

/** One axis: a share of the slack by how many standard deviations it falls short of the whole, bent; finest in the middle. */
interface Axis {
  /** Shares of the slack at the lines, from the largest to the smallest. */
  readonly shares: readonly number[];
  /** 1 / sigma, the bent number of the first line, lines a unit of it, and the end of the last cell in lines. */
  readonly numbers: readonly [inverseSigma: number, first: number, scale: number, end: number];
}

/** P(T X + C <= slack) for one computation's law and one spread of the link. */
export interface RoundTimeGrid {
  /** Row by row of the computation's shares; NaN where nobody has asked yet. */
  readonly values: Float32Array;
  /** The value of a place that nobody has asked for yet. */
  readonly valueAt: (row: number, column: number) => number;
  readonly columns: number;
  /**
   * In a typed array, as the millions of calls must not look them up: those of both axes; the computation's ratios that it is
   * hardly ever below and above; the link's factors likewise.
   */
  readonly numbers: Float64Array;
}

/** Spreads of a link for which a grid is as exact as promised; steadier links would need ever more lines, up to all memory. */
const STEADIEST_LINK = 0.08;
const SHAKIEST_LINK = 2;

/** Whether a link's spread has a grid. */
export function hasGridFor(transferLogSigma: number): boolean {
  return transferLogSigma >= STEADIEST_LINK && transferLogSigma <= SHAKIEST_LINK;
}

/** Whether a law has a grid that is fine enough for it. */
export function hasGrid(law: ComputeLaw): boolean {
  return spreadOf(law) >= SHARPEST;
}

/**
 * A grid without values: each is computed when it is first asked for, some microseconds, since a fleet asks for few of them.
 *
 * @param law of one known device; a mixture has a grid for each of its components.
 * @param transferLogSigma one that `hasGridFor` accepts.
 */
export function roundTimeGrid(law: ComputeLaw, transferLogSigma: number): RoundTimeGrid {
  const compute = axisOf(spreadOf(law));
  const transfer = axisOf(transferLogSigma);
  const columns = transfer.shares.length;
  const reach = Math.exp(LINK_REACH * transferLogSigma);
  const values = new Float32Array(compute.shares.length * columns).fill(Number.NaN);
  const valueAt = (row: number, column: number): number => {
    const component: ComputeComponent = { expectedSeconds: compute.shares[row] as number, law };
    const transferSeconds = transfer.shares[column] as number;
    const round = { fixedSeconds: 0, transferSeconds, transferLogSigma, compute: [component] };
    return decided(component, transferSeconds, reach) ?? roundTimeCdf(round, 1, coarseRule);
  };
  const bounds = [computeQuantile(law, LITTLE_DOUBT), computeQuantile(law, 1 - LITTLE_DOUBT)];
  const spread = Math.exp(-normalQuantile(LITTLE_DOUBT) * transferLogSigma);
  const numbers = Float64Array.of(...compute.numbers, ...transfer.numbers, ...bounds, 1 / spread, spread);
  return { values, valueAt, columns, numbers };
}

/**
 * P(T X + C <= slack) by bilinear interpolation, to 3e-3.
 *
 * @param computeShare expected C / slack, >= 0.
 * @param transferShare T / slack, >= 0.
 */
export function gridProbability(grid: RoundTimeGrid, computeShare: number, transferShare: number): number {
  const { numbers } = grid;
  // Most clients of a fleet are not in doubt: the quickest computation and link are too slow, or the slowest quick enough.
  if (computeShare * (numbers[8] as number) + transferShare * (numbers[10] as number) >= 1) return 0;
  if (computeShare * (numbers[9] as number) + transferShare * (numbers[11] as number) <= 1) return 1;
  const row = lineOf(computeShare, numbers, 0);
  const column = lineOf(transferShare, numbers, 4);
  // Not negative, so that cutting off is rounding down.
  const top = row | 0;
  const left = column | 0;
  const probability = interpolated(grid, top, left, row - top, column - left);
  if (!Number.isNaN(probability)) return probability;
  fillAround(grid, top, left);
  return interpolated(grid, top, left, row - top, column - left);
}

function interpolated(
  { values, columns }: RoundTimeGrid,
  top: number,
  left: number,
  down: number,
  right: number,
): number {
  const at = top * columns + left;
  const next = at + columns;
  const above = (values[at] as number) + right * ((values[at + 1] as number) - (values[at] as number));
  const below = (values[next] as number) + right * ((values[next + 1] as number) - (values[next] as number));
  return above + down * (below - above);
}

/** The four corners of a cell. */
function fillAround({ values, valueAt, columns }: RoundTimeGrid, top: number, left: number): void {
  for (const row of [top, top + 1]) {
    for (const column of [left, left + 1]) {
      const at = row * columns + column;
      if (Number.isNaN(values[at])) values[at] = valueAt(row, column);
    }
  }
}

/** Fractional line of a share, within the grid; the axis' numbers begin at `from`. */
function lineOf(share: number, numbers: Float64Array, from: number): number {
  const shortfall = -Math.log(Math.max(share, SMALLEST_SHARE)) * (numbers[from] as number);
  const line = (bend(shortfall) - (numbers[from + 1] as number)) * (numbers[from + 2] as number);
  return Math.max(0, Math.min(line, numbers[from + 3] as number));
}

/** Where even the link's best state leaves no chance, or its worst no doubt; null where its state matters. */
function decided({ expectedSeconds, law }: ComputeComponent, transferSeconds: number, reach: number): 0 | 1 | null {
  if (computeCdf(law, (1 - transferSeconds / reach) / expectedSeconds) < DOUBT) return 0;
  return computeCdf(law, (1 - transferSeconds * reach) / expectedSeconds) > 1 - DOUBT ? 1 : null;
}

function axisOf(sigma: number): Axis {
  const first = bend(-HOPELESS);
  const last = bend(-Math.log(SMALLEST_SHARE) / sigma);
  const lines = Math.ceil((last - first) / STEP) + 1;
  const scale = (lines - 1) / (last - first);
  const shares = Array.from({ length: lines }, (_, line) => Math.exp(-unbend(first + line / scale) * sigma));
  // The last whole cell begins a line before the last.
  return { shares, numbers: [1 / sigma, first, scale, lines - 1 - 1e-9] };
}

/** sign(d) (sqrt(1 + 2 |d|) - 1): slope 1 at 0, growing like the square root. Without a branch, as millions would be guessed wrong. */
function bend(deviation: number): number {
  return (2 * deviation) / (Math.sqrt(1 + 2 * Math.abs(deviation)) + 1);
}

function unbend(bent: number): number {
  const size = 1 + Math.abs(bent);
  return (Math.sign(bent) * (size * size - 1)) / 2;
}
