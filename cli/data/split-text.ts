// What `probselect data show` says of a data set and its split, for people.

import Table from "cli-table3";
import { counted } from "../../foundation/counted.ts";
import { formatCount } from "../../server/reporting/format-quantities.ts";
import type { DataDescription, SplitDescription } from "./describe-data.ts";

/** Clients that the table lists; of more, the first ones. */
const MOST_ROWS = 40;
/** Classes that are listed by name. */
const MOST_CLASSES = 20;

export function dataText(data: DataDescription): string {
  const { dataset, exampleShape, trainingCount, testCount, classes, inputBytes, notes, vocabularySize } = data;
  const shown = classes.slice(0, MOST_CLASSES).map(({ name, trainingCount: count }) => `${shownName(name)} ${count}`);
  const more = classes.length > MOST_CLASSES ? `, and ${classes.length - MOST_CLASSES} more` : "";
  const vocabulary = vocabularySize === undefined ? "" : `, ${counted(vocabularySize, "different character")}`;
  return [
    `${dataset}: examples of ${exampleShape.join(" x ")}${vocabulary}`,
    `${formatCount(trainingCount)} training and ${counted(testCount, "test example")}; the training examples take ${formatBytes(inputBytes)} in memory`,
    `${counted(classes.length, "class", "classes")} with so many training examples: ${shown.join(", ")}${more}`,
    ...notes,
    "",
    ...splitLines(data.split),
  ].join("\n");
}

function splitLines(split: SplitDescription): readonly string[] {
  const { partition, seed, clients, leftOutCount, meanTotalVariation, smallestShare, largestShare } = split;
  const table = new Table({
    head: ["client", "examples", "classes", "largest class", "distance"],
    colAligns: ["right", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const [client, share] of clients.slice(0, MOST_ROWS).entries()) {
    table.push([
      String(client + 1),
      String(share.exampleCount),
      String(share.presentClasses),
      `${(share.largestClassShare * 100).toFixed(0)} %`,
      share.totalVariation.toFixed(3),
    ]);
  }
  const hidden = clients.length - MOST_ROWS;
  return [
    `${partition} over ${counted(clients.length, "client")}, seed ${seed}: ${formatCount(smallestShare)} to ${formatCount(largestShare)} examples each`,
    table.toString(),
    ...(hidden > 0 ? [`and ${counted(hidden, "more client")} (--json lists all)`] : []),
    `Distance: total variation from the classes of all examples, 0 alike to 1 nothing in common; ${meanTotalVariation.toFixed(3)} on average.`,
    ...(leftOutCount === 0 ? [] : [`${counted(leftOutCount, "example is", "examples are")} nobody's.`]),
  ];
}

/** Spaces and line ends would not be seen. */
const shownName = (name: string): string => (/^\s*$/.test(name) ? JSON.stringify(name) : name);

/** @example formatBytes(3_200_000) // "3.2 MB" */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
