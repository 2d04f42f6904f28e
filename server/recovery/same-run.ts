// Whether a configuration is that of the run that lies in a folder. What only says where and how long the aggregator runs may differ.

import { isDeepStrictEqual } from "node:util";

const free: ReadonlySet<string> = new Set([
  "$schema",
  "host",
  "port",
  "rounds",
  "outputDirectory",
  "minimumClients",
  "waitForClientsSeconds",
  "reconnectGraceSeconds",
  "liveness",
  "security",
]);

type Values = Readonly<Record<string, unknown>>;

/**
 * The settings that differ, as "path: old -> new".
 *
 * @example differences({ slo: { deadlineSeconds: 30 } }, { slo: { deadlineSeconds: 60 } }) // ["slo.deadlineSeconds: 30 -> 60"]
 */
export function differences(old: Values, now: Values): readonly string[] {
  // What JSON cannot say (undefined) is the same as what is not there.
  const plain: Values = JSON.parse(JSON.stringify(now));
  return compare(old, plain, "")
    .filter(([path]) => !free.has(path.split(".")[0] ?? ""))
    .map(([, words]) => words);
}

function compare(old: Values, now: Values, above: string): readonly (readonly [path: string, words: string])[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return keys.flatMap((key) => {
    const [before, after] = [old[key], now[key]];
    if (isDeepStrictEqual(before, after)) return [];
    const path = `${above}${key}`;
    if (isObject(before) && isObject(after)) return compare(before, after, `${path}.`);
    return [[path, `${path}: ${words(before)} -> ${words(after)}`] as const];
  });
}

function words(value: unknown): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
