// A figure: an Observable Plot chart, drawn without a browser, inside an SVG that carries its own title, note and legend.

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { escapeHtml } from "../html.ts";
import { colour, withLightColours } from "./palette.ts";
import { type SymbolName, symbolPath } from "./symbols.ts";

export interface Figure {
  /** File name without extension, and the id of its element. */
  readonly name: string;
  readonly title: string;
  /** What a reader who cannot see it should know. */
  readonly description: string;
  /** In pixels: FULL_WIDTH or HALF_WIDTH. */
  readonly width: number;
  /** An <svg> element whose colours follow the page. */
  readonly svg: string;
}

export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  readonly shape?: "square" | "circle" | "triangle" | "cross" | "line" | "dashed" | "outline" | "none";
  /** Drawn on the line, or instead of the shape. */
  readonly symbol?: SymbolName | undefined;
}

export interface FigureInput {
  readonly name: string;
  readonly title: string;
  /** One line under the title: what is drawn, and where its truth comes from. */
  readonly note: string;
  readonly description: string;
  readonly legend?: readonly LegendItem[];
  readonly plot: Plot.PlotOptions & { readonly width: number; readonly height: number };
}

export const FULL_WIDTH = 960;
export const HALF_WIDTH = 468;
const FONT = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";
const FONT_SIZE = 12;
const LINE_HEIGHT = 17;

/** Widths at 12 px of DejaVu Sans, the widest font that a reader is likely to have: what fits with it fits with Arial and Inter. */
const NARROW = /[ijl.,:;'|![\]() ]/;
const SLIM = /[ftrI/-]/;
const WIDE = /[mwMW%@—…+=<>≥≤~]/;
const DIGIT = /[0-9]/;
const CAPITAL = /\p{Lu}/u;

/** About how wide the text is in a figure, in pixels, rather too much than too little. */
export function textWidth(text: string): number {
  const widths = [...text].map((character) => {
    if (NARROW.test(character)) return 4.1;
    if (SLIM.test(character)) return 4.8;
    if (WIDE.test(character)) return 11.7;
    if (DIGIT.test(character)) return 7.7;
    return CAPITAL.test(character) ? 8.6 : 7.5;
  });
  return widths.reduce((sum, width) => sum + width, 0);
}

/** Draws the chart and puts title, note and legend above it. */
export function createFigure(input: FigureInput): Figure {
  const { width } = input.plot;
  const noteLines = wrap(input.note, width);
  const noteTop = 40;
  const legendTop = noteTop + noteLines.length * LINE_HEIGHT + 4;
  const legend = layOutLegend(input.legend ?? [], legendTop, width);
  const plotTop = legend.bottom + 6;
  const height = plotTop + input.plot.height;
  const svg = [
    `<svg role="img" id="figure-${input.name}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" `,
    `font-family="${FONT}" font-size="${FONT_SIZE}" aria-label="${escapeHtml(input.title)}" `,
    `aria-description="${escapeHtml(input.description)}">`,
    `<title>${escapeHtml(input.title)}</title><desc>${escapeHtml(input.description)}</desc>`,
    `<text x="0" y="17" font-size="15" font-weight="650" fill="${colour("ink")}">${escapeHtml(input.title)}</text>`,
    ...noteLines.map((line, index) => {
      return `<text x="0" y="${noteTop - 3 + index * LINE_HEIGHT}" fill="${colour("muted")}">${escapeHtml(line)}</text>`;
    }),
    legend.svg,
    drawPlot(input.plot, plotTop),
    "</svg>",
  ].join("");
  return { name: input.name, title: input.title, description: input.description, width, svg };
}

/** The figure as a file of its own: light colours, a white ground, an XML namespace. */
export function standaloneSvg({ svg }: Figure): string {
  const ground = `<rect x="-16" y="-12" width="100%" height="100%" fill="${colour("paper")}"/>`;
  const padded = svg
    .replace(/viewBox="0 0 (\S+) (\S+)" width="\S+" height="\S+"/, (_, width: string, height: string) => {
      const [outerWidth, outerHeight] = [Number(width) + 32, Number(height) + 24];
      return `viewBox="-16 -12 ${outerWidth} ${outerHeight}" width="${outerWidth}" height="${outerHeight}"`;
    })
    .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace("</desc>", `</desc>${ground}`);
  return `${withLightColours(padded)}\n`;
}

function drawPlot(options: FigureInput["plot"], top: number): string {
  const { document } = parseHTML("<html><body></body></html>");
  const drawn = Plot.plot({
    ...options,
    document,
    style: { fontFamily: FONT, fontSize: `${FONT_SIZE}px`, color: colour("muted"), overflow: "visible" },
  });
  drawn.setAttribute("y", String(top));
  // Plot's own style block would be repeated in every figure; the two rules that matter are set in place.
  drawn.querySelector("style")?.remove();
  drawn.removeAttribute("class");
  return shortNumbers(String(drawn.outerHTML));
}

/** Coordinates to a hundredth of a pixel, within tags only: text stays as it is. */
function shortNumbers(svg: string): string {
  return svg.replace(/<[^>]+>/g, (tag) => tag.replace(/(\.\d{2})\d+/g, "$1"));
}

function layOutLegend(items: readonly LegendItem[], top: number, width: number) {
  let x = 0;
  let y = top;
  const parts = items.map(({ label, colour: fill, symbol, shape = symbol ? "none" : "square" }) => {
    const indent = shape === "none" && !symbol ? 0 : symbol ? 28 : 24;
    const itemWidth = indent + textWidth(label) + 18;
    if (x > 0 && x + itemWidth > width) {
      x = 0;
      y += LINE_HEIGHT;
    }
    const middle = y + 6;
    const swatch = drawSwatch(shape, fill, x, middle, symbol ? 22 : 18) + drawSymbol(symbol, fill, x + 11, middle);
    const text = `<text x="${x + indent}" y="${middle + 4}" fill="${colour("ink")}">${escapeHtml(label)}</text>`;
    x += itemWidth;
    return swatch + text;
  });
  return { svg: parts.join(""), bottom: items.length === 0 ? top - 4 : y + LINE_HEIGHT };
}

function drawSwatch(
  shape: NonNullable<LegendItem["shape"]>,
  fill: string,
  x: number,
  middle: number,
  lineWidth: number,
): string {
  switch (shape) {
    case "circle":
      return `<circle cx="${x + 9}" cy="${middle}" r="5" fill="${fill}"/>`;
    case "triangle":
      return `<path d="M${x + 4},${middle - 6}l11,6l-11,6z" fill="${fill}"/>`;
    case "cross":
      return `<path d="M${x + 4},${middle - 5}l10,10m0,-10l-10,10" stroke="${fill}" stroke-width="2.25" fill="none"/>`;
    case "none":
      return "";
    case "line":
    case "dashed": {
      const dashes = shape === "dashed" ? ' stroke-dasharray="4 3"' : "";
      return `<line x1="${x}" x2="${x + lineWidth}" y1="${middle}" y2="${middle}" stroke="${fill}" stroke-width="2"${dashes}/>`;
    }
    case "outline":
      return `<rect x="${x + 3}" y="${middle - 6}" width="12" height="12" rx="2" fill="none" stroke="${fill}"/>`;
    case "square":
      return `<rect x="${x + 3}" y="${middle - 6}" width="12" height="12" rx="2" fill="${fill}"/>`;
  }
}

function drawSymbol(symbol: SymbolName | undefined, fill: string, x: number, middle: number): string {
  if (symbol === undefined) return "";
  return `<path d="${symbolPath(symbol, x, middle, 4.5)}" fill="${fill}" stroke="${colour("paper")}"/>`;
}

/** Lines no wider than so many pixels, but for a word that alone is wider. */
function wrap(text: string, widthPixels: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`) <= widthPixels) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
