// Where labels go so that none covers another: along a margin by moving them as little as possible, and around the points of a scatter by
// trying one side after the other. In pixels; y grows downwards.

/**
 * Positions at least `gap` apart and within the bounds, in the order of the given ones, with the least sum of squared moves: an isotonic
 * regression of what is left when the gaps are taken out (pool adjacent violators). Where they cannot all fit they are closer together.
 *
 * @example spreadLabels([10, 12, 40], 10, [0, 100]) // [6, 16, 40]
 */
export function spreadLabels(
  positions: readonly number[],
  gap: number,
  [least, most]: readonly [number, number],
): readonly number[] {
  if (positions.length === 0) return [];
  const fitting = Math.min(gap, (most - least) / Math.max(1, positions.length - 1));
  const rising = positions.map((position, index) => ({ position, index })).sort((a, b) => a.position - b.position);
  const blocks: { sum: number; count: number }[] = [];
  for (const [rank, { position }] of rising.entries()) {
    let block = { sum: position - rank * fitting, count: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.count >= block.sum / block.count; last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, count: last.count + block.count };
    }
    blocks.push(block);
  }
  const levels = blocks.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  const highest = most - (positions.length - 1) * fitting;
  const placed = new Array<number>(positions.length);
  for (const [rank, { index }] of rising.entries()) {
    placed[index] = Math.min(highest, Math.max(least, levels[rank] as number)) + rank * fitting;
  }
  return placed;
}

/** A rectangle by two corners. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A point of a scatter that wants a label. */
export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  /** Of its label. */
  readonly width: number;
  readonly height: number;
}

/** A label's place: its text begins or ends at x, or is centred on it, and is centred on y. */
export interface PlacedLabel {
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
  /** It had to go so far that a line should lead to its point. */
  readonly isFar: boolean;
}

/** Distances from the point's centre to the label's nearest edge that are tried. */
const DISTANCES = [9, 18, 30, 46];
/** From here on a label is far. */
const FAR = 15;
const DIRECTIONS = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -1],
  [1, 1],
  [-1, -1],
  [-1, 1],
] as const;

/**
 * A place for each label, near before far, on which it covers the least of other labels and of what `obstacles` take.
 *
 * @param frame labels stay inside.
 */
export function placeLabels(
  points: readonly LabelledPoint[],
  obstacles: readonly Box[],
  frame: Box,
): readonly PlacedLabel[] {
  const taken: Box[] = [...obstacles];
  return points.map((point) => {
    const candidates = DISTANCES.flatMap((distance) =>
      DIRECTIONS.map((direction) => candidate(point, direction, distance)),
    );
    const best = candidates.reduce((found, next) => {
      return costOf(next.box, taken, frame) < costOf(found.box, taken, frame) ? next : found;
    });
    taken.push(best.box);
    return best.label;
  });
}

function candidate(
  { x, y, width, height }: LabelledPoint,
  [across, down]: (typeof DIRECTIONS)[number],
  distance: number,
): { readonly label: PlacedLabel; readonly box: Box } {
  // A diagonal label's corner is as far from the point as a straight one's edge.
  const reach = across !== 0 && down !== 0 ? distance * 0.75 : distance;
  const anchor = across === 0 ? "middle" : across > 0 ? "start" : "end";
  const labelX = x + across * reach;
  const labelY = y + down * (reach + (down === 0 ? 0 : height / 2 - 2));
  const left = anchor === "start" ? labelX : anchor === "end" ? labelX - width : labelX - width / 2;
  return {
    label: { x: labelX, y: labelY, anchor, isFar: distance >= FAR },
    box: { left, top: labelY - height / 2, right: left + width, bottom: labelY + height / 2 },
  };
}

/** Square pixels covered; leaving the frame costs more than any cover. */
function costOf(box: Box, taken: readonly Box[], frame: Box): number {
  const outside =
    Math.max(0, frame.left - box.left) +
    Math.max(0, box.right - frame.right) +
    Math.max(0, frame.top - box.top) +
    Math.max(0, box.bottom - frame.bottom);
  return taken.reduce((cost, other) => cost + coveredArea(box, other), 1e6 * outside);
}

function coveredArea(a: Box, b: Box): number {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return across > 0 && down > 0 ? across * down : 0;
}
