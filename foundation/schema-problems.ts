// What a schema finds wrong with a document that somebody wrote by hand: the place, the slip, what is allowed and what was probably meant.
// Of alternatives (unions) only the one counts that the document comes nearest to.

import { z } from "zod";
import { closestName } from "./closest-name.ts";
import { keysAllowedBy, optionsOf, schemasBelow } from "./schema-places.ts";

export interface SchemaProblem {
  /** Keys and indices from the document's root. */
  readonly path: readonly PropertyKey[];
  /** A sentence or two; the last may lack its full stop. */
  readonly message: string;
}

/** Where an issue is: what stands there, and the schemas that may be meant for it. */
interface Place {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
  readonly schemas: readonly unknown[];
}

interface FoundProblem extends SchemaProblem {
  /** The key that was probably meant by a misspelt one. */
  readonly meant?: readonly PropertyKey[] | undefined;
  /** Nothing stands there. */
  readonly isMissing: boolean;
}

type Issue = z.core.$ZodIssue;

/** Longer names are no slips of a finger. */
const LONGEST_NAME = 100;
/** Of one object: more are no slips either, and looking for the meaning of each would take long. */
const MOST_KEYS = 20;

/**
 * The problems of a failed parse, one an unknown key or wrong value.
 *
 * @param issues of the parse's error, or the first of them: a hostile document can have very many.
 * @param schema that refused the document.
 * @example
 * // z.union([z.string(), z.strictObject({ name: z.string() })]) on { nmae: "a" }
 * // [{ path: [], message: 'Unrecognized key: "nmae". Did you mean "name"? Allowed: name' }]
 */
export function schemaProblems(
  issues: readonly Issue[],
  schema: z.ZodType,
  document: unknown,
): readonly SchemaProblem[] {
  return problemsAt(issues, { path: [], value: document, schemas: [schema] }).map(({ path, message }) => {
    return { path, message };
  });
}

/** @param issues their paths begin at `place`. */
function problemsAt(issues: readonly Issue[], place: Place): readonly FoundProblem[] {
  const found = issues.flatMap((issue) => problemsOf(issue, place));
  const meant = new Set(found.flatMap(({ meant }) => (meant ? [meant.join("\n")] : [])));
  // That a key is missing is said by the key which is there in its place.
  return found.filter(({ path, isMissing }) => !(isMissing && meant.has(path.join("\n"))));
}

function problemsOf(issue: Issue, root: Place): readonly FoundProblem[] {
  const place = below(root, issue.path);
  if (issue.code === "unrecognized_keys") return unknownKeys(issue.keys, place);
  if (issue.code === "invalid_value") {
    return [problem(place, `${issue.message}${suggestion(place.value, issue.values)}`)];
  }
  if (issue.code !== "invalid_union") return [problem(place, issue.message)];
  return issue.errors.length > 0 ? ofNearestBranch(issue.errors, place) : [noSuchKind(issue, root)];
}

function unknownKeys(keys: readonly string[], place: Place): readonly FoundProblem[] {
  const allowed = keysAllowedBy(place.schemas, isRecord(place.value) ? place.value : {});
  const problems = keys.slice(0, MOST_KEYS).map((key) => {
    const closest = closestOf(key, allowed);
    const message = `Unrecognized key: "${key}"${meaning(closest)}`;
    const more = allowed.length === 0 ? "" : `${closest ? "" : "."} Allowed: ${allowed.join(", ")}`;
    return { ...problem(place, message + more), meant: closest === undefined ? undefined : [...place.path, closest] };
  });
  const hidden = keys.length - problems.length;
  return hidden === 0 ? problems : [...problems, problem(place, `and ${hidden} more unrecognized keys`)];
}

/** Of a union whose alternatives are told apart by a key: its value names none of them, or it is not there. */
function noSuchKind(issue: Extract<Issue, { code: "invalid_union" }>, root: Place): FoundProblem {
  const place = below(root, issue.path);
  const key = String(issue.path.at(-1) ?? "");
  const parent = below(root, issue.path.slice(0, -1));
  const kinds = optionsOf(parent.schemas).flatMap((option) => kindsOf(option, key));
  const listed = kinds.length === 0 ? issue.message : `Expected one of ${kinds.map((kind) => `"${kind}"`).join(", ")}`;
  if (place.value !== undefined) return problem(place, `${listed}${suggestion(place.value, kinds)}`);
  const instead = isRecord(parent.value)
    ? Object.keys(parent.value).find((given) => closestOf(given, [key]))
    : undefined;
  return problem(place, `${listed}${instead === undefined ? "" : `. Did you mean "${key}" by "${instead}"?`}`);
}

/** The names by which a key's value chooses this alternative. */
function kindsOf(option: unknown, key: string): readonly string[] {
  return schemasBelow([option], key).flatMap((schema) =>
    schema instanceof z.ZodLiteral || schema instanceof z.ZodEnum
      ? [...(schema instanceof z.ZodLiteral ? schema.values : schema.options)].map(String)
      : [],
  );
}

/** The problems of the alternative that fits best: of the right type, then with the right literal, then with the fewest problems. */
function ofNearestBranch(branches: readonly (readonly Issue[])[], place: Place): readonly FoundProblem[] {
  const options = optionsOf(place.schemas);
  const fitting = branches
    .map((issues, index) => {
      const schemas = options.length === branches.length ? [options[index]] : [];
      return { issues, problems: problemsAt(issues, { ...place, schemas }) };
    })
    .filter(({ issues }) => !issues.some((issue) => isOfOtherType(issue, place.value)))
    .sort(
      (first, second) =>
        wrongLiterals(first.issues) - wrongLiterals(second.issues) || first.problems.length - second.problems.length,
    );
  return fitting[0]?.problems ?? [problem(place, expectation(branches, place.value))];
}

/** The whole value is of another type than this alternative's; a name that is none of its names is, unless it is close to one. */
function isOfOtherType(issue: Issue, value: unknown): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_value") return suggestion(value, issue.values) === "";
  return issue.code === "invalid_type";
}

const wrongLiterals = (issues: readonly Issue[]): number =>
  issues.filter((issue) => issue.code === "invalid_value" && issue.values.length === 1).length;

/** What the alternatives would have taken, where the value is of the type of none. */
function expectation(branches: readonly (readonly Issue[])[], value: unknown): string {
  const types = branches.flatMap((issues) =>
    issues.flatMap((issue) => {
      if (issue.code === "invalid_type") return [issue.expected];
      return issue.code === "invalid_value" ? issue.values.map((name) => `"${String(name)}"`) : [];
    }),
  );
  const wanted = [...new Set(types)];
  const received = typeof value === "string" && value.length <= LONGEST_NAME ? `"${value}"` : typeName(value);
  return `Invalid input: expected ${wanted.join(" or ")}, received ${received}`;
}

function below(place: Place, path: readonly PropertyKey[]): Place {
  let { value, schemas } = place;
  for (const key of path) {
    schemas = schemasBelow(schemas, key);
    value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return { path: [...place.path, ...path], value, schemas };
}

function problem({ path, value }: Place, message: string): FoundProblem {
  return { path, message, isMissing: value === undefined };
}

/** Words to add behind a sentence without its full stop; "" if none of the names is close to what was given. */
function suggestion(given: unknown, names: readonly unknown[]): string {
  return typeof given === "string" ? meaning(closestOf(given, names.map(String))) : "";
}

const meaning = (closest: string | undefined): string => (closest === undefined ? "" : `. Did you mean "${closest}"?`);

function closestOf(given: string, names: readonly string[]): string | undefined {
  return given.length > LONGEST_NAME ? undefined : closestName(given, names);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
