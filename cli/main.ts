#!/usr/bin/env node
// The `probselect` command: finds the verb, loads its module, and turns errors into exit codes
// (0 ok, 1 failed, 2 wrong usage). Results go to stdout, everything else to stderr.

import yargs from "yargs";
import { closestName } from "../foundation/closest-name.ts";
import type { ProbSelectError } from "../foundation/errors.ts";
import { packageVersion } from "../server/package-version.ts";
import { describeError, exitCodeOf, ignoreBrokenPipe } from "./output.ts";
import { type RootParser, verbs } from "./verbs.ts";
import { wrongUsage } from "./wrong-usage.ts";
import { inOurWords, usageOf } from "./wrong-words.ts";

const introduction = `ProbSelect: federated learning on GPU fleets whose rounds have a deadline. Clients are selected before
dispatch by the probability that they finish in time, computed from static hardware specs.

Usage: probselect <verb> [options]`;

const examples: readonly (readonly [string, string])[] = [
  ["probselect demo", "Train LeNet-5 on MNIST with eight emulated GPUs"],
  ["probselect devices orin", 'Catalogue rows whose name contains "orin"'],
  ["probselect server --config run.yaml", "Start an aggregator"],
  ["probselect client --server http://127.0.0.1:7700", "Join it from another shell"],
  ["probselect report runs/run/journal.ndjson", "Write the report of a run"],
];

function createParser(argv: readonly string[]): RootParser {
  return (
    yargs([...argv])
      .scriptName("probselect")
      .option("verbose", {
        type: "boolean",
        default: false,
        describe: "Say more; with an error, also show its stack",
        global: true,
      })
      .help()
      .alias("help", "h")
      .version(packageVersion())
      // `--no-link` would give the option the value false.
      .parserConfiguration({ "boolean-negation": false })
      .updateStrings({ "Commands:": "Verbs:" })
      .strict()
      .wrap(Math.min(110, process.stdout.columns ?? 110))
      .exitProcess(false)
      .check((given, options) => refuseMalformed(argv, given, options))
      .fail((message, error) => {
        // yargs throws an error of its own where an option lacks its value; every other is the handler's.
        if (error && error.name !== "YError") throw error;
        throw wrongUsage(message ?? error.message);
      })
  );
}

/**
 * Refuses what yargs lets through: an option that takes one value and is given twice, of which it makes a list, and a number that
 * is none, of which it makes NaN.
 */
function refuseMalformed(argv: readonly string[], given: Readonly<Record<string, unknown>>, options: unknown): true {
  const { array = [], number = [] } = options as {
    readonly array?: readonly string[];
    readonly number?: readonly string[];
  };
  const repeated = Object.keys(given).find(
    (name) => name !== "_" && !array.includes(name) && Array.isArray(given[name]) && /^[a-z0-9-]+$/.test(name),
  );
  if (repeated !== undefined) throw wrongUsage(`--${repeated} is given more than once.`);
  const unnumbered = number.find((name) => Number.isNaN(given[name]));
  if (unnumbered !== undefined) {
    throw wrongUsage(`--${unnumbered} must be a number, not "${typedValue(argv, unnumbered)}".`);
  }
  return true;
}

/** The value as it was typed, before yargs read it. */
function typedValue(argv: readonly string[], option: string): string {
  const at = argv.findIndex((argument) => argument === `--${option}` || argument.startsWith(`--${option}=`));
  const [, afterSign] = /=(.*)$/s.exec(argv[at] ?? "") ?? [];
  return afterSign ?? argv[at + 1] ?? "";
}

/** @returns the process's exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const parser = createParser(argv);
  const name = argv.find((argument) => !argument.startsWith("-"));
  const chosen = verbs.find((verb) => verb.name === name);
  try {
    if (chosen) {
      await chosen.register(parser);
    } else {
      describeVerbs(parser);
      if (name !== undefined) throw unknownVerb(name);
      if (argv.length === 0) throw wrongUsage("A verb is missing.");
    }
    await parser.parseAsync();
    return 0;
  } catch (thrown) {
    const { error, usage } = chosen ? await inWords(thrown, parser, argv) : { error: thrown, usage: undefined };
    console.error(describeError(error, argv.includes("--verbose")));
    if (exitCodeOf(error) === 2) {
      console.error(
        `\nUsage: ${usage ?? "probselect <verb>"} [options]\nTry "probselect ${chosen ? `${chosen.name} ` : ""}--help".`,
      );
    }
    return exitCodeOf(error);
  }
}

/** The verbs for `probselect --help`; none of their modules is loaded. */
function describeVerbs(parser: RootParser): void {
  parser.usage(introduction).epilogue("Every verb has its own --help. Those that print a result take --json.");
  for (const { name, describe } of verbs) parser.command(name, describe);
  for (const [command, meaning] of examples) parser.example(command, meaning);
}

function unknownVerb(name: string): ProbSelectError {
  const suggestion = closestName(
    name,
    verbs.map((verb) => verb.name),
  );
  return wrongUsage(`There is no verb "${name}".${suggestion ? ` Did you mean "${suggestion}"?` : ""}`);
}

/** Wrong usage in our words. yargs tells the options of a verb, and the subcommand that was chosen, only through its help text. */
async function inWords(thrown: unknown, parser: RootParser, argv: readonly string[]) {
  if (exitCodeOf(thrown) !== 2 || !(thrown instanceof Error)) return { error: thrown, usage: undefined };
  const help = await parser.getHelp();
  const message = inOurWords(thrown.message, { argv, help });
  return { error: message === thrown.message ? thrown : wrongUsage(message, thrown.cause), usage: usageOf(help) };
}

ignoreBrokenPipe(process.stdout);
ignoreBrokenPipe(process.stderr);
const exitCode = await main(process.argv.slice(2));
// A library may hold a handle (a thread pool, a keep-alive socket); the result is complete, so nobody waits for it.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
