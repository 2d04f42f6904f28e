// Data in files of the user's own, as they are named on the command line and in a configuration: a path, with a scheme where the path
// does not say what it is, and options behind a question mark.

import { resolve } from "node:path";
import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { schemaProblems } from "../../foundation/schema-problems.ts";

const decimal = z
  .string()
  .regex(/^\d*\.?\d+$/, "Expected a number such as 0.2")
  .transform(Number);
const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, "Expected a whole number")
  .transform(Number);
const list = z.string().transform((text) => text.split(",").map((part) => part.trim()));
const name = z.string().min(1, "Expected a name");

/** Which part is kept for tests, where no file has it: a share drawn by the seed. */
const split = {
  test: name.optional(),
  testShare: decimal.pipe(z.number().lt(1, "Expected a share below 1")).optional(),
  splitSeed: wholeNumber.optional(),
};

const tableFields = {
  ...split,
  /** The column of the class; without it "label", or the last one. */
  label: name.optional(),
  /** The column that says to whom an example belongs. */
  id: name.optional(),
  ignore: list.optional(),
  /** All classes in order, where the file may lack some. */
  classes: list.optional(),
  scale: z.enum(["none", "standardise", "minmax"]).default("none"),
  /** Of one example, e.g. 28x28x1; without it a row of features. */
  shape: z
    .string()
    .regex(/^\d{1,6}(x\d{1,6}){0,3}$/, "Expected sizes such as 28x28x1")
    .transform((text) => text.split("x").map(Number))
    .optional(),
};

const schemas = {
  csv: z.strictObject({
    ...tableFields,
    header: z.enum(["yes", "no"]).default("yes"),
    delimiter: z
      .string()
      .regex(/^(tab|.)$/s, 'Expected one character, or "tab"')
      .transform((text) => (text === "tab" ? "\t" : text))
      .optional(),
  }),
  ndjson: z.strictObject(tableFields),
  images: z.strictObject({
    ...split,
    classes: list.optional(),
    channels: z
      .enum(["1", "3"])
      .transform((text) => (text === "1" ? 1 : 3))
      .optional(),
  }),
  text: z.strictObject({
    test: split.test,
    testShare: split.testShare,
    /** Characters that an example has. */
    length: wholeNumber.pipe(z.number().min(1).max(100_000)).default(40),
    /** Characters from the beginning of one example to that of the next. */
    stride: wholeNumber.pipe(z.number().min(1)).default(3),
    /** "speaker": a line such as "ROMEO:" says whose the lines below are. */
    id: z.enum(["speaker"]).optional(),
    /** A file with all characters that count; without it those of the training text. */
    vocabulary: name.optional(),
  }),
};

type Kind = keyof typeof schemas;
export type TableOptions = z.infer<typeof schemas.ndjson>;
export type CsvOptions = z.infer<typeof schemas.csv>;
export type ImageOptions = z.infer<typeof schemas.images>;
export type TextOptions = z.infer<typeof schemas.text>;

export type DataFileName = {
  [K in Kind]: { readonly kind: K; readonly path: string; readonly options: z.infer<(typeof schemas)[K]> };
}[Kind];

const kindsByEnding: Readonly<Record<string, Kind>> = {
  csv: "csv",
  tsv: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
  txt: "text",
};

/** How such data are named, for messages. */
export const dataFileForms = "./train.csv, ./train.ndjson, images:./folder, text:./file.txt";

/**
 * The parts of the name; null if it names no data files.
 *
 * @throws {ProbSelectError} workloads.invalid-dataset-name with what is wrong, what was probably meant and what is allowed.
 * @example parseDataName("./train.csv?label=species&testShare=0.3") // { kind: "csv", path: "./train.csv", options: { label: "species", ... } }
 * @example parseDataName("mnist") // null
 */
export function parseDataName(text: string): DataFileName | null {
  const { scheme, path, query } = partsOf(text);
  const kind = scheme ?? kindsByEnding[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""];
  if (kind === undefined || /^file:/.test(text)) return null;
  if (path === "") throw invalidName(text, `there is no path behind "${kind}:"`);
  const pairs = [...new URLSearchParams(query)];
  const twice = pairs.find(([key], index) => pairs.findIndex(([other]) => other === key) < index);
  if (twice) throw invalidName(text, `"${twice[0]}" is given twice`);
  const options = Object.fromEntries(pairs);
  if (options.test !== undefined && options.testShare !== undefined) {
    throw invalidName(text, "it has both test and testShare. Give one of them");
  }
  return { kind, path, options: parsedOptions(kind, options, text) } as DataFileName;
}

/**
 * How the numbers of a table are scaled; undefined for data that are no table.
 *
 * @throws {ProbSelectError} workloads.invalid-dataset-name
 * @example scalingOf("./a.csv?scale=minmax") // "minmax"
 */
export function scalingOf(text: string): TableOptions["scale"] | undefined {
  const file = parseDataName(text);
  return file?.kind === "csv" || file?.kind === "ndjson" ? file.options.scale : undefined;
}

/** The same data, wherever the process works. @example absoluteDataName("./a.csv?test=b.csv") // "csv:/home/ada/a.csv?test=%2Fhome%2Fada%2Fb.csv" */
export function absoluteDataName(text: string): string {
  const { scheme, path, query } = partsOf(text);
  const options = new URLSearchParams(query);
  for (const key of ["test", "vocabulary"]) {
    const file = options.get(key);
    if (file !== null) options.set(key, resolve(file));
  }
  const prefix = scheme === undefined ? "" : `${scheme}:`;
  return `${prefix}${resolve(path)}${options.size === 0 ? "" : `?${options}`}`;
}

function partsOf(text: string): { readonly scheme: Kind | undefined; readonly path: string; readonly query: string } {
  const scheme = Object.keys(schemas).find((kind) => text.startsWith(`${kind}:`)) as Kind | undefined;
  const rest = scheme === undefined ? text : text.slice(scheme.length + 1);
  const mark = rest.indexOf("?");
  return mark < 0
    ? { scheme, path: rest, query: "" }
    : { scheme, path: rest.slice(0, mark), query: rest.slice(mark + 1) };
}

function parsedOptions(kind: Kind, options: Readonly<Record<string, string>>, text: string) {
  const schema = schemas[kind];
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error.issues, schema, options).map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw invalidName(text, problems.join("; "));
}

function invalidName(text: string, what: string): ProbSelectError {
  return new ProbSelectError("workloads.invalid-dataset-name", `The data "${text}" cannot be read so: ${what}.`);
}
