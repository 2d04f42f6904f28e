// The command line that makes a report again, as its page says it: without where the report goes and what it runs on.

export interface ReportOptions {
  readonly rounds?: number | undefined;
  readonly seed?: number | undefined;
  readonly seeds?: number | undefined;
  readonly data?: string | undefined;
}

/**
 * @param verb with what it is about.
 * @example commandLine("experiment paper", { seeds: 3, data: "/home/me/data" }) // "probselect experiment paper --seeds 3 --data DIR"
 */
export function commandLine(verb: string, { rounds, seed, seeds, data }: ReportOptions): string {
  // Where the data lie is the machine's own affair.
  const options = Object.entries({ rounds, seed, seeds, data: data === undefined ? undefined : "DIR" });
  const given = options.filter(([, value]) => value !== undefined).map(([name, value]) => ` --${name} ${value}`);
  return `probselect ${verb}${given.join("")}`;
}
