// Where an agent keeps what must outlive it: below the user's state folder, readable by its owner only.

import { homedir } from "node:os";
import { join } from "node:path";

/** Modes of such files and of the folders that are made for them. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/**
 * @param names folders and the file, of any characters: each becomes one name that has no meaning in a path.
 * @param stateFolder default: $XDG_STATE_HOME, or ~/.local/state.
 * @example stateFile(["fl.example:7700", "berlin-1.pem"], "/state") // "/state/probselect/fl.example%3a7700/berlin-1.pem"
 */
export function stateFile(
  names: readonly string[],
  stateFolder = process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"),
): string {
  return join(stateFolder, "probselect", ...names.map(fileName));
}

function fileName(text: string): string {
  return text.replace(/[^\w.-]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
}
