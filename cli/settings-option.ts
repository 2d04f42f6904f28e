// `--settings` of the verbs that choose clients: what a policy can be told besides its name, as YAML or JSON in one argument.

import { parse } from "yaml";
import { wrongUsage } from "./wrong-usage.ts";

/**
 * @throws {ProbSelectError} cli.wrong-usage, with the text.
 * @example parseSettings("{requiredUpdates: 3}") // { requiredUpdates: 3 }
 */
export function parseSettings(text: string): Readonly<Record<string, unknown>> {
  const wrong = (cause?: unknown) =>
    wrongUsage(`--settings must be an object in JSON or YAML, such as '{requiredUpdates: 3}', not ${text}`, cause);
  let settings: unknown;
  try {
    settings = parse(text);
  } catch (cause) {
    throw wrong(cause);
  }
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) throw wrong();
  return { ...settings };
}
