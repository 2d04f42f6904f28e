// Loads a module that the operator wrote, and says what is wrong where it does not load.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type ErrorCode, messageOf, ProbSelectError } from "../foundation/errors.ts";

/**
 * What the module exports.
 *
 * @param path from the working directory, or a file: URL.
 * @param kind of thing that it holds ("policy"), for messages.
 * @param code of the errors.
 * @throws {ProbSelectError} with that code if there is no file, or it does not load.
 */
export async function importModule(
  path: string,
  kind: string,
  code: ErrorCode,
): Promise<Readonly<Record<string, unknown>>> {
  const notLoaded = (message: string, cause?: unknown) => new ProbSelectError(code, message, { cause });
  const url = path.startsWith("file:") ? path : pathToFileURL(resolve(path)).href;
  if (!existsSync(fileURLToPath(url))) throw notLoaded(`There is no file ${path} from which to load a ${kind}.`);
  try {
    return await import(url);
  } catch (cause) {
    const isTypeScript = /\.[cm]?ts$/.test(path);
    if (isTypeScript && cause instanceof Error && "code" in cause && cause.code === "ERR_UNKNOWN_FILE_EXTENSION") {
      throw notLoaded(
        `Node ${process.versions.node} cannot load the TypeScript of ${path}. Take Node 22.18 or newer, or start with ` +
          `NODE_OPTIONS='--import tsx' (npm install tsx), or write the ${kind} in JavaScript.`,
        cause,
      );
    }
    throw notLoaded(`The ${kind}'s module ${path} does not load: ${messageOf(cause)}`, cause);
  }
}
