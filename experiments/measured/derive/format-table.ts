// JSON for people: an object or a list whose parts are short stands on one line, so that a row of a table is a line; long lists of
// numbers fill lines.

const LINE_WIDTH = 120;

/**
 * @param value plain JSON.
 * @returns its text with a line break at the end.
 * @example formatTable({ rows: [["a", 1]] }) // '{ "rows": [["a", 1]] }\n'
 */
export function formatTable(value: unknown): string {
  return `${format(value, "")}\n`;
}

function format(value: unknown, indent: string): string {
  const line = onOneLine(value);
  if (line.length + indent.length <= LINE_WIDTH || typeof value !== "object" || value === null) return line;
  const inner = `${indent} `;
  if (Array.isArray(value) && value.every((each) => typeof each === "number")) {
    return `[\n${filledLines(value, inner)}\n${indent}]`;
  }
  const parts = Array.isArray(value)
    ? value.map((each) => format(each, inner))
    : Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${format(each, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}

function filledLines(values: readonly number[], indent: string): string {
  const lines: string[] = [];
  let line = indent;
  values.forEach((value, index) => {
    const part = index < values.length - 1 ? `${value},` : `${value}`;
    if (line.length + part.length > LINE_WIDTH) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${part} `;
  });
  return [...lines, line.trimEnd()].join("\n");
}

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${onOneLine(each)}`);
  return `{ ${parts.join(", ")} }`;
}
