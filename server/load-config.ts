// Reads the aggregator's configuration: YAML or JSON, checked once, with errors that name the place in the file.

import type { z } from "zod";
import { type ServerConfig, serverConfigFields, serverConfigSchema } from "./config.ts";
import { invalidDocument, readDocument } from "./read-document.ts";

/**
 * The configuration in a file (JSON is YAML too), with defaults for what it leaves out.
 *
 * @param overrides values that win over the file's, as nested partial objects: `{ slo: { deadlineSeconds: 30 } }`.
 * @throws {ProbSelectError} server.invalid-config, one line per problem: path, what is wrong, what is allowed.
 */
export async function loadConfig(file: string, overrides: ConfigOverrides = {}): Promise<ServerConfig> {
  return parseConfig((await readDocument(file)) ?? {}, file, overrides);
}

/** Nested values that replace those of a configuration; undefined leaves a value as it is. */
export interface ConfigOverrides {
  readonly [key: string]: string | number | readonly string[] | undefined | ConfigOverrides;
}

/**
 * Checks a configuration that is already an object.
 *
 * @param source how the errors name it: a file, "the command line".
 * @throws {ProbSelectError} server.invalid-config.
 * @example parseConfig({ rounds: 3 }, "the example").rounds // 3
 */
export function parseConfig(content: unknown, source: string, overrides: ConfigOverrides = {}): ServerConfig {
  if (!isObject(content)) throw invalidDocument(source, ["must be an object with keys such as model, rounds and slo"]);
  const parsed = serverConfigSchema.safeParse(merge(content, overrides));
  if (parsed.success) return parsed.data;
  throw invalidDocument(source, parsed.error.issues.map(describeIssue));
}

function merge(content: Readonly<Record<string, unknown>>, overrides: ConfigOverrides): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...content };
  for (const [key, value] of Object.entries(overrides)) {
    if (value === undefined) continue;
    const below = merged[key];
    if (typeof value !== "object" || isList(value)) merged[key] = value;
    // An object where the file has a scalar is left for the schema to refuse.
    else if (below === undefined || isObject(below)) {
      const inner = merge(below ?? {}, value);
      if (Object.keys(inner).length > 0) merged[key] = inner;
    }
  }
  return merged;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  if (issue.code !== "unrecognized_keys") return `${path}${issue.message}`;
  const known = knownKeys(issue.path);
  return `${path}${issue.message}${known.length > 0 ? `. Allowed: ${known.join(", ")}` : ""}`;
}

/** The keys that the schema allows in the object at `path`: found by asking for its defaults. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(serverConfigFields.shape);
  let value: unknown = serverConfigSchema.parse({ selection: { cohortSize: 1 } });
  for (const key of path) value = isObject(value) ? value[String(key)] : undefined;
  return isObject(value) ? Object.keys(value) : [];
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
