// Reads a YAML or JSON file (JSON is YAML too), as whoever checks it with a schema needs it.

import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { counted } from "../foundation/counted.ts";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";

const MOST_PROBLEMS = 3;

/** @throws {ProbSelectError} server.invalid-config, one line per problem, with the file and the place. */
export async function readDocument(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (thrown) {
    throw invalidDocument(file, [`cannot be read: ${messageOf(thrown)}`], thrown);
  }
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    throw invalidDocument(file, firstOf(document.errors.map(({ message }) => message.trimEnd())));
  }
  try {
    // Aliases can blow a small file up to gigabytes; none is needed.
    return document.toJS({ maxAliasCount: 0 });
  } catch (thrown) {
    throw invalidDocument(file, [messageOf(thrown)], thrown);
  }
}

/** A file that is no YAML at all has as many errors as lines; the first tell enough. */
function firstOf(problems: readonly string[]): readonly string[] {
  const rest = problems.length - MOST_PROBLEMS;
  return rest <= 0
    ? problems
    : [...problems.slice(0, MOST_PROBLEMS), `and ${counted(rest, "more problem")}; is it YAML or JSON?`];
}

/** The error about a document. @param source how its lines name it: a file, "the command line". */
export function invalidDocument(source: string, problems: readonly string[], cause?: unknown): ProbSelectError {
  const message = `${source}: ${problems.join(`\n${source}: `)}`;
  return new ProbSelectError("server.invalid-config", message, { cause });
}
