// From texts to examples for a network that foretells the next character: so many characters, numbered, and the one behind them as the
// class. The examples overlap, so that the file has each character once, and an example is a place in it.

import { GrowingArray } from "../growing-array.ts";
import { malformed } from "../malformed.ts";
import type { RecordWriter } from "../packed/packed-files.ts";
import type { Packing } from "../packed/packing.ts";
import type { TextOptions } from "../parse-data-name.ts";
import { DEFAULT_TEST_SHARE } from "../split-rows.ts";
import { partsOfFile, type TextFiles, type TextPart } from "./text-parts.ts";

/** Labels are single bytes. */
const MOST_CHARACTERS = 256;

/**
 * The last share of each part is kept for tests: a random one would have its characters in the training examples too. No example reaches
 * from one author to another or over a character that is not in the vocabulary.
 *
 * @throws {ProbSelectError} workloads.malformed-dataset for more than 256 different characters, or texts shorter than one example.
 */
export async function convertText(
  { training, test }: { readonly training: TextFiles; readonly test: TextFiles | null },
  options: TextOptions,
  records: RecordWriter,
): Promise<Packing> {
  const by = training.isFolder ? "file" : (options.id ?? null);
  const testShare = test ? 0 : (options.testShare ?? DEFAULT_TEST_SHARE);
  const vocabulary = await vocabularyOf(training, by, testShare, options.vocabulary);
  const writer = new ExampleWriter(vocabulary, options, records);
  const trained = writer.newSplit();
  const tested = writer.newSplit();
  for (const path of training.paths) {
    for (const part of await partsOfFile(path, by)) {
      const { first, last } = divided(part, testShare);
      await writer.write(first, part.id, trained);
      await writer.write(last, null, tested);
    }
  }
  for (const path of test?.paths ?? []) {
    for (const { text } of await partsOfFile(path, null)) await writer.write([...text], null, tested);
  }
  if (trained.places.length === 0) {
    throw malformed(
      training.paths[0] ?? "",
      `no text has ${options.length + 1} characters in a row. Give a longer one, or a smaller length=.`,
    );
  }
  return {
    element: "token",
    exampleShape: [options.length],
    classNames: vocabulary,
    inputNames: null,
    vocabulary,
    stepBytes: 1,
    scaling: null,
    ids: by === null ? null : [...writer.idNames.keys()],
    notes: notesOf(options, writer.unknownCount, test === null ? testShare : null),
    training: { ...finished(trained), ids: by === null ? null : trained.ids.toArray() },
    test: finished(tested),
  };
}

function notesOf({ length, stride }: TextOptions, unknownCount: number, testShare: number | null): string[] {
  return [
    `An example is ${length} characters, the class the next one; one begins every ${stride} characters.`,
    ...(testShare === null
      ? []
      : [`The last ${(testShare * 100).toFixed(0)} % of each author's text are kept for tests.`]),
    ...(unknownCount === 0 ? [] : [`${unknownCount} characters that are not in the vocabulary were left out.`]),
  ];
}

interface Split {
  readonly places: GrowingArray;
  readonly labels: GrowingArray;
  readonly ids: GrowingArray;
}

const finished = ({ places, labels }: Split) => ({
  places: places.toArray(),
  labels: Uint8Array.from(labels.toArray()),
});

function divided({ text }: TextPart, testShare: number): { readonly first: string[]; readonly last: string[] } {
  const characters = [...text];
  const border = Math.round(characters.length * (1 - testShare));
  return { first: characters.slice(0, border), last: characters.slice(border) };
}

/** All characters of the training text, or of a file, in the order of their code points. */
async function vocabularyOf(
  { paths }: TextFiles,
  by: "file" | "speaker" | null,
  testShare: number,
  file: string | undefined,
): Promise<string[]> {
  const seen = new Set<string>();
  for (const path of file === undefined ? paths : [file]) {
    for (const part of await partsOfFile(path, file === undefined ? by : null)) {
      for (const character of file === undefined ? divided(part, testShare).first : part.text) seen.add(character);
    }
    if (seen.size > MOST_CHARACTERS) {
      const last = [...seen].at(-1) ?? "";
      throw malformed(
        path,
        `the text has ${seen.size} different characters, such as "${last}" (U+${(last.codePointAt(0) ?? 0).toString(16).toUpperCase()}), ` +
          `and at most ${MOST_CHARACTERS} can be told apart. Name a file with those that count: vocabulary=FILE.`,
      );
    }
  }
  return [...seen].sort((first, second) => (first.codePointAt(0) ?? 0) - (second.codePointAt(0) ?? 0));
}

/** Writes characters and notes where examples begin. */
class ExampleWriter {
  readonly idNames = new Map<string, number>();
  unknownCount = 0;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #options: TextOptions;
  readonly #records: RecordWriter;
  #written = 0;

  constructor(vocabulary: readonly string[], options: TextOptions, records: RecordWriter) {
    this.#numbers = new Map(vocabulary.map((character, number) => [character, number]));
    this.#options = options;
    this.#records = records;
  }

  newSplit(): Split {
    return { places: new GrowingArray(), labels: new GrowingArray(), ids: new GrowingArray() };
  }

  async write(characters: readonly string[], id: string | null, split: Split): Promise<void> {
    let run: number[] = [];
    for (const character of characters) {
      const number = this.#numbers.get(character);
      if (number !== undefined) {
        run.push(number);
        continue;
      }
      this.unknownCount++;
      await this.#writeRun(run, id, split);
      run = [];
    }
    await this.#writeRun(run, id, split);
  }

  async #writeRun(run: readonly number[], id: string | null, { places, labels, ids }: Split): Promise<void> {
    const { length, stride } = this.#options;
    if (run.length <= length) return;
    for (let begin = 0; begin + length < run.length; begin += stride) {
      places.push(this.#written + begin);
      labels.push(run[begin + length] as number);
      if (id !== null) ids.push(this.#idOf(id));
    }
    this.#written += run.length;
    if (this.#written > 0xffff_ffff)
      throw malformed("the texts", "they have more than 4,294,967,295 characters. Give fewer.");
    for (let begin = 0; begin < run.length; begin += 65_536) {
      await this.#records.append(Uint8Array.from(run.slice(begin, begin + 65_536)));
    }
  }

  #idOf(name: string): number {
    const number = this.idNames.get(name) ?? this.idNames.size;
    this.idNames.set(name, number);
    return number;
  }
}
