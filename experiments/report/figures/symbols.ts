// The symbols of series, so that no figure tells two of them apart by colour alone: filled polygons of the same area, drawn by Plot in
// the chart and as a path in the legend.

type Point = readonly [x: number, y: number];

/** In the order in which they are easiest to tell apart. */
export const symbolNames = [
  "circle",
  "square",
  "triangle",
  "diamond",
  "star",
  "triangle-down",
  "cross",
  "pentagon",
  "times",
  "hourglass",
  "triangle-left",
  "hexagon",
  "bow-tie",
  "bar",
  "triangle-right",
] as const;

export type SymbolName = (typeof symbolNames)[number];

/** Corners of a regular polygon, the first one above the centre, turned clockwise by a part of a whole turn. */
function regular(corners: number, turn = 0): readonly Point[] {
  return Array.from({ length: corners }, (_, index) => at(index / corners + turn, 1));
}

function star(points: number, innerRadius: number): readonly Point[] {
  return Array.from({ length: 2 * points }, (_, index) => at(index / (2 * points), index % 2 === 0 ? 1 : innerRadius));
}

/** A plus whose arms are `half` thick either way. */
function plus(half: number, turn = 0): readonly Point[] {
  const corner = (quarter: number) =>
    [
      [-half, -1],
      [half, -1],
      [half, -half],
    ].map(([x = 0, y = 0]): Point => rotated([x, y], quarter / 4 + turn));
  return [0, 1, 2, 3].flatMap(corner);
}

function at(turn: number, radius: number): Point {
  return rotated([0, -radius], turn);
}

function rotated([x, y]: Point, turn: number): Point {
  const angle = 2 * Math.PI * turn;
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
}

const outlines: Readonly<Record<Exclude<SymbolName, "circle">, readonly Point[]>> = {
  square: regular(4, 1 / 8),
  triangle: regular(3),
  diamond: regular(4),
  star: star(5, 0.42),
  "triangle-down": regular(3, 1 / 2),
  cross: plus(0.36),
  pentagon: regular(5),
  times: plus(0.36, 1 / 8),
  hourglass: [
    [-1, -1.15],
    [1, -1.15],
    [-1, 1.15],
    [1, 1.15],
  ],
  "triangle-left": regular(3, 3 / 4),
  hexagon: regular(6),
  "bow-tie": [
    [-1.15, -1],
    [-1.15, 1],
    [1.15, -1],
    [1.15, 1],
  ],
  bar: [
    [-1, -0.45],
    [1, -0.45],
    [1, 0.45],
    [-1, 0.45],
  ],
  "triangle-right": regular(3, 1 / 4),
};

/** What a Plot.dot draws, from the part of a canvas's path that it needs. */
interface PathContext {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  closePath(): void;
}

/** For `symbol` of Plot.dot. */
export function plotSymbol(
  name: SymbolName,
): "circle" | { readonly draw: (context: PathContext, size: number) => void } {
  if (name === "circle") return "circle";
  const outline = outlines[name];
  return {
    draw: (context, size) => {
      for (const [index, [x, y]] of scaled(outline, size).entries()) {
        if (index === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.closePath();
    },
  };
}

/**
 * The same symbol as the data of an SVG path.
 *
 * @param radius in pixels, of a circle of the same area.
 */
export function symbolPath(name: SymbolName, x: number, y: number, radius: number): string {
  if (name === "circle") {
    const arc = `a${radius},${radius} 0 1,1`;
    return `M${x - radius},${y}${arc} ${2 * radius},0${arc} ${-2 * radius},0z`;
  }
  const points = scaled(outlines[name], Math.PI * radius * radius);
  return `M${points.map(([dx, dy]) => `${(x + dx).toFixed(2)},${(y + dy).toFixed(2)}`).join("L")}z`;
}

/** To an area in square pixels. What crosses itself is measured by its two halves. */
function scaled(outline: readonly Point[], area: number): readonly Point[] {
  const own = outline.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = outline[(index + 1) % outline.length] as Point;
    return sum + Math.abs(x * nextY - nextX * y) / 2;
  }, 0);
  const factor = Math.sqrt(area / own);
  return outline.map(([x, y]) => [x * factor, y * factor]);
}
