// A data set of records in a folder. Labels and places are kept in memory once read, at five bytes an example; the examples themselves are
// read where they are asked for.

import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import { elementCount } from "../../../models/parameter-set.ts";
import { openBytes } from "../../byte-source.ts";
import type { Dataset, LabelledExamples } from "../../dataset.ts";
import { readRecords } from "../../read-records.ts";
import { readIds, readLabels, readPlaces, recordsPath } from "./packed-files.ts";
import { type PackedFacts, type PackedSplit, recordBytesOf } from "./packing.ts";

/** @returns a data set whose loaders throw workloads.dataset-missing if the folder has gone, workloads.malformed-dataset if it is broken. */
export function packedDataset(name: string, folder: string, facts: PackedFacts): Dataset {
  const { exampleShape, classNames, vocabulary } = facts;
  const splits = new Map<string, Promise<PackedSplit>>();
  const splitOf = (split: "training" | "test") => {
    const found = splits.get(split) ?? readSplit(folder, split);
    splits.set(split, found);
    return found;
  };
  return {
    name,
    shape: {
      inputShape: exampleShape,
      classCount: classNames.length,
      ...(vocabulary && { vocabularySize: vocabulary.length }),
    },
    testCount: facts.testCount,
    classNames,
    ...(facts.inputNames && { inputNames: facts.inputNames }),
    notes: facts.notes,
    loadTrainingLabels: async () => (await splitOf("training")).labels,
    loadTraining: async (indices) => readExamples(folder, facts, await splitOf("training"), indices),
    loadTest: async () => {
      if (facts.testCount > 0) return readExamples(folder, facts, await splitOf("test"));
      throw new ProbSelectError(
        "workloads.malformed-dataset",
        `The data "${name}" have no test examples. Name a file of them with test=FILE, or a share of the data with testShare=0.2.`,
      );
    },
    loadTrainingIds: async () => {
      if (!facts.ids) return undefined;
      return Array.from(await readIds(folder), (number) => facts.ids?.[number] ?? "");
    },
  };
}

async function readSplit(folder: string, split: "training" | "test"): Promise<PackedSplit> {
  return { places: await readPlaces(folder, split), labels: await readLabels(folder, split) };
}

async function readExamples(
  folder: string,
  facts: PackedFacts,
  split: PackedSplit,
  indices?: Uint32Array,
): Promise<LabelledExamples> {
  const { exampleShape, classNames, stepBytes } = facts;
  const { length } = split.labels;
  const wrong = indices?.find((index) => index >= length);
  if (wrong !== undefined) throw broken(folder, `example ${wrong} was asked for, but there are ${length}`);
  const labels = indices ? Uint8Array.from(indices, (index) => split.labels[index] as number) : split.labels;
  const places = indices ? Uint32Array.from(indices, (index) => split.places[index] as number) : split.places;
  const width = elementCount(exampleShape);
  const inputs = indices ? new Float32Array(places.length * width) : sharedFloats(places.length * width);
  const convert = valuesOf(facts);
  const offsets = Float64Array.from(places, (place) => place * stepBytes);
  const file = await openBytes(recordsPath(folder));
  try {
    await readRecords(file, { recordBytes: recordBytesOf(facts), offsets }, (number, record) => {
      convert(record, inputs.subarray(number * width, (number + 1) * width));
    });
  } catch (cause) {
    throw broken(folder, messageOf(cause), cause);
  } finally {
    await file.close();
  }
  return { exampleCount: labels.length, exampleShape, classCount: classNames.length, inputs, labels };
}

/** A whole data set is large: threads that train on it side by side share it without a copy. */
function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

type Convert = (record: Uint8Array, into: Float32Array) => void;

/** From a record's bytes to what a network reads. */
function valuesOf({ element, exampleShape, scaling }: PackedFacts): Convert {
  if (element === "token") return (record, into) => into.set(record);
  if (element === "pixel") {
    return (record, into) => {
      for (let at = 0; at < record.length; at++) into[at] = (record[at] as number) / 255;
    };
  }
  // Numbers keep their full precision until they are scaled: a time stamp has none left as float32.
  const numbers = new Float64Array(elementCount(exampleShape));
  const bytes = new Uint8Array(numbers.buffer);
  return (record, into) => {
    bytes.set(record);
    for (let at = 0; at < numbers.length; at++) {
      const value = numbers[at] as number;
      into[at] = scaling ? (value - (scaling.offsets[at] as number)) * (scaling.factors[at] as number) : value;
    }
  };
}

function broken(folder: string, what: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError(
    "workloads.malformed-dataset",
    `The converted data in ${folder} are not usable: ${what}. Delete the folder; it is made anew.`,
    { cause },
  );
}
