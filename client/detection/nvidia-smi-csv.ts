// The answer of `nvidia-smi --query-gpu=... --format=csv`: one line a GPU, with or without a header and units.

import { type NvidiaGpu, nvidiaGpu } from "./nvidia-smi-fields.ts";

/** What the agent asks for, in this order. */
export const queriedFields = ["name", "memory.total", "clocks.max.sm", "power.limit", "mig.mode.current"] as const;

/**
 * @param columns the fields that were asked for; a header line in the text wins over it.
 * @returns nothing for a complaint or an empty answer.
 * @example
 * parseNvidiaSmiCsv("Tesla T4, 15360, 1590, 70.00, [N/A]\n")[0]
 * // { name: "Tesla T4", memoryBytes: 15360 * 2 ** 20, maximumClockHertz: 1.59e9, powerLimitWatts: 70, isPartitioned: false, ... }
 */
export function parseNvidiaSmiCsv(text: string, columns: readonly string[] = queriedFields): NvidiaGpu[] {
  const rows = text.split("\n").map((line) => line.split(",").map((field) => field.trim()));
  const header = rows.findIndex(
    (fields) => fields.length > 1 && fields.every(isColumnTitle) && fields.includes("name"),
  );
  const names = header < 0 ? columns : (rows[header] ?? []).map((title) => title.replace(/ \[.*$/, ""));
  return rows
    .slice(header + 1)
    .filter((fields) => fields.length === names.length)
    .map((fields) => {
      const field = (name: string) => (names.includes(name) ? fields[names.indexOf(name)] : undefined);
      return nvidiaGpu({
        name: field("name") ?? "",
        memory: field("memory.total"),
        clock: field("clocks.max.sm"),
        power: field("power.limit"),
        migMode: field("mig.mode.current"),
      });
    })
    .filter(({ name }) => name !== "");
}

/** "memory.total [MiB]": lower case and dots, where a GPU's name has capitals. */
function isColumnTitle(field: string): boolean {
  return /^[a-z][\w.]*( \[[%\w]+\])?$/.test(field);
}
