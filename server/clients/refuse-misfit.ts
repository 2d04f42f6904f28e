// A client whose examples the run's network cannot read would be selected, and fail in every round: it is refused at the door, as is
// one whose numbers stand for something else.

import { counted } from "../../foundation/counted.ts";
import { listed } from "../../foundation/listed.ts";
import type { Architecture } from "../../models/architecture.ts";
import { classCountOf, fitsExamples } from "../../models/fits-examples.ts";
import { dataMeaning, differingMeaning } from "../../protocol/data-meaning.ts";
import type { Register } from "../../protocol/messages.ts";
import { type Refusal, refuse } from "../../protocol/parse-message.ts";
import type { RunDataset } from "./run-dataset.ts";

interface RunSide {
  readonly architecture: Architecture;
  /** Absent: nobody says what its numbers stand for. */
  readonly dataset?: RunDataset | undefined;
}

/** Why the registration is refused, if it is. One that does not say what its examples look like is taken. */
export function refuseMisfit({ examples }: Pick<Register, "examples">, run: RunSide): Refusal | undefined {
  if (!examples) return undefined;
  const reason = unreadable(examples, run.architecture) ?? misunderstood(examples, run.dataset);
  return reason === undefined ? undefined : refuse("server.data-mismatch", reason);
}

type Examples = NonNullable<Register["examples"]>;

function unreadable(examples: Examples, architecture: Architecture): string | undefined {
  if (fitsExamples(architecture, { ...examples, exampleShape: examples.shape })) return undefined;
  const [wanted, found] = [architecture.inputShape.join("x"), examples.shape.join("x")];
  return (
    `This run's network "${architecture.name}" takes examples of ${wanted} in ${classCountOf(architecture)} classes, but this client's data are ` +
    `examples of ${found} in ${examples.classCount}. Start it with the run's data set (--data), or give the run that of the clients.`
  );
}

/** Numbers that stand for something else than the run's would teach the network nonsense. */
function misunderstood({ meaning }: Examples, dataset: RunDataset | undefined): string | undefined {
  const difference = meaning && dataset && differingMeaning(dataMeaning(dataset), meaning);
  if (difference === undefined || dataset === undefined) return undefined;
  const { classNames = [], inputNames = [], isText } = dataset;
  if (difference.what === "inputs") {
    return (
      `This run's columns are ${inWords(inputNames)}, in this order; this client's have other names or another order. Put them in this order, ` +
      "and leave others out with ignore=A,B in the data's name."
    );
  }
  const { firstClass } = difference;
  if (isText) {
    return (
      `This run numbers its ${counted(classNames.length, "character")} otherwise: number ${firstClass} is ` +
      `${JSON.stringify(classNames[firstClass])}, and not so at this client. Give all agents, and the run, the same vocabulary=FILE in their data's name.`
    );
  }
  return (
    `This run's classes are ${inWords(classNames)}, in this order; class ${firstClass} of this client is not ${JSON.stringify(classNames[firstClass])}. ` +
    `Give all agents, and the run, the same list in their data's name: classes=${listOf(classNames)}.`
  );
}

/** As it is written in a data set's name, where it is short and plain. */
function listOf(names: readonly string[]): string {
  const list = names.join(",");
  return list.length <= 200 && names.every((name) => /^[\w.-]+$/.test(name)) ? list : "A,B,C";
}

const MOST_CHARACTERS = 40;

const shortened = (name: string): string =>
  name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS - 1)}…` : name;

const inWords = (names: readonly string[]): string => listed(names, 20, shortened);
