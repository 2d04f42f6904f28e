// Markdown that the accuracy page is made of.

import { accuracyCommand } from "../accuracy-summary.ts";

/** @example share(0.2401) // "24.0 %" */
export function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

/**
 * A table with the command that makes it; columns of figures are set to the right.
 *
 * @param header a title that begins with ">" is a column of figures.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  command = accuracyCommand,
): string {
  const titles = header.map((title) => title.replace(/^>/, ""));
  const rule = header.map((title) => (title.startsWith(">") ? "---:" : "---"));
  return [...[titles, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`), "", `\`${command}\``].join("\n");
}
