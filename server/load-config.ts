// Reads the aggregator's configuration: YAML or JSON, checked once, with errors that name the place in the file.

import { z } from "zod";
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
  const parsed = serverConfigSchema.safeParse(merge(content, overrides));
  if (parsed.success) return parsed.data;
  throw invalidDocument(source, parsed.error.issues.map(describeIssue));
}

function merge(content: Readonly<Record<string, unknown>>, overrides: ConfigOverrides): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...content };
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

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  if (issue.code !== "unrecognized_keys") return `${path}${issue.message}`;
  const known = knownKeys(issue.path);
  return `${path}${issue.message}${known.length > 0 ? `. Allowed: ${known.join(", ")}` : ""}`;
}

/** The keys that the schema allows in the object at `path`; of alternatives those of all. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = serverConfigFields;
  for (const key of path) schema = schemaBelow(unwrapped(schema), String(key));
  const found = unwrapped(schema);
  const objects = found instanceof z.ZodDiscriminatedUnion ? found.options : [found];
  return [...new Set(objects.flatMap((object) => (object instanceof z.ZodObject ? Object.keys(object.shape) : [])))];
}

function schemaBelow(schema: unknown, key: string): unknown {
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodObject ? schema.shape[key] : undefined;
}

/** The schema itself, without what says that it may be left out or not be changed. */
function unwrapped(schema: unknown): unknown {
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly;
  return isWrapper ? unwrapped(schema.unwrap()) : schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
