// What yargs says of wrong usage, in our words: with what the verb's usage calls an argument, and with what was probably meant.

import { closestName } from "../foundation/closest-name.ts";

export interface UsedVerb {
  /** The words of the command line, after `probselect`. */
  readonly argv: readonly string[];
  /** What --help says of the verb, its usage on the first line. */
  readonly help: string;
}

/**
 * @param message yargs', or of anybody else; the latter comes back as it is.
 * @example inOurWords("Not enough non-option arguments: got 0, need at least 1", { argv, help: "probselect export <run>" })
 * // "The argument <run> is missing."
 */
export function inOurWords(message: string, verb: UsedVerb): string {
  const [, got] = /^Not enough non-option arguments: got (\d+)/.exec(message) ?? [];
  if (got !== undefined) return missingArgument(Number(got), verb);
  const [, name, given, choices] =
    /^Invalid values:\s+Argument: (.+), Given: (.+), Choices: ([^\n]+)$/.exec(message) ?? [];
  if (name !== undefined && given !== undefined && choices !== undefined) {
    return noChoice({ name, given, choices }, verb);
  }
  const [, unknown] = /^Unknown (?:arguments?|commands?): ([^,]+)/.exec(message) ?? [];
  if (unknown !== undefined) return unknownWord(unknown, verb);
  return message
    .replace(/^Not enough arguments following: (.+)$/, "--$1 needs a value.")
    .replace(/^(Missing required arguments?: .*[^.])$/, "$1.");
}

/** The first line of a verb's help. */
export function usageOf(help: string): string {
  return help.split("\n", 1)[0]?.trim() ?? "";
}

function missingArgument(got: number, { help }: UsedVerb): string {
  const demanded = usageOf(help).match(/<[^>]+>/g) ?? [];
  const missing = demanded[got];
  return missing === undefined ? "An argument is missing." : `The argument ${missing} is missing.`;
}

/** @param wrong `given` and `choices` are in JSON, with commas between. */
function noChoice(
  { name, given, choices }: { readonly name: string; readonly given: string; readonly choices: string },
  { help }: UsedVerb,
): string {
  const [word] = usageOf(help).match(new RegExp(`[<[]${name}(\\.\\.)?[>\\]]`)) ?? [];
  const names = [...choices.matchAll(/"([^"]*)"/g)].map(([, choice = ""]) => choice);
  const meant = closestName(given.replaceAll('"', ""), names);
  return `${word ?? `--${name}`} must be one of ${choices}, not ${given}.${meant ? ` Did you mean "${meant}"?` : ""}`;
}

/** A word may be a subcommand; whatever begins with dashes is an option. */
function unknownWord(unknown: string, { argv, help }: UsedVerb): string {
  const message = `There is no option or argument "${unknown}".`;
  const usage = usageOf(help);
  const subcommands = help
    .split("\n")
    .slice(1)
    .flatMap((line) => (line.trim().startsWith(`${usage} `) ? [line.trim().slice(usage.length + 1)] : []))
    .map((rest) => rest.split(/\s/, 1)[0] ?? "");
  const options = [...help.matchAll(/--([\w-]+)/g)].map(([option]) => option);
  const asOption = closestName(`--${unknown}`, options);
  const meant = argv.includes(unknown) ? (closestName(unknown, subcommands) ?? asOption) : asOption;
  return meant ? `${message} Did you mean "${meant}"?` : message;
}
