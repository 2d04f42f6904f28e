// Reads the aggregator's configuration: YAML or JSON, checked once, with errors that name the place in the file.

import { schemaProblems } from "../foundation/schema-problems.ts";
import { type ServerConfig, serverConfigSchema } from "./config.ts";
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
  readonly [key: string]: unknown;
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
  const merged = merge(content, overrides);
  const parsed = serverConfigSchema.safeParse(merged);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error.issues, serverConfigSchema, merged);
  throw invalidDocument(
    source,
    problems.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message)),
  );
}

function merge(content: Readonly<Record<string, unknown>>, overrides: ConfigOverrides): Record<string, unknown> {
  // Without a prototype: a key named __proto__ is a key, which the schema refuses.
  const merged: Record<string, unknown> = Object.assign(Object.create(null), content);
  for (const [key, value] of Object.entries(overrides)) {
    if (value === undefined) continue;
    const below = merged[key];
    if (!isObject(value)) merged[key] = value;
    // An object where the file has a scalar is left for the schema to refuse.
    else if (below === undefined || isObject(below)) {
      const inner = merge(below ?? {}, value);
      if (Object.keys(inner).length > 0) merged[key] = inner;
    }
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
