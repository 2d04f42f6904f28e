// Whether the networks over sequences learn what they are for: made tasks that cannot be solved without memory or attention.

import { describe, expect, it } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { type RandomSource, randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import type { LabelledExamples } from "../../../models/examples.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { evaluateModel } from "../../../models/tensorflow/evaluate-model.ts";
import { trainLocally } from "../../../models/tensorflow/train-locally.ts";
import { findArchitecture } from "../../../models/zoo.ts";

const CLASSES = 4;

type Sentence = { readonly tokens: readonly number[]; readonly label: number };

function examplesOf(count: number, seed: number, sentence: (random: RandomSource) => Sentence): LabelledExamples {
  const random = seededRandom(seed);
  const sentences = Array.from({ length: count }, () => sentence(random));
  return {
    ...{ exampleCount: count, exampleShape: [sentences[0]?.tokens.length ?? 0], classCount: CLASSES },
    inputs: Float32Array.from(sentences.flatMap(({ tokens }) => tokens)),
    labels: Uint8Array.from(sentences, ({ label }) => label),
  };
}

/** Accuracy on sentences of another seed after some epochs of SGD with momentum. */
async function accuracyAfter(options: {
  readonly model: string;
  readonly sentence: (random: RandomSource) => Sentence;
  readonly vocabularySize: number;
  readonly exampleCount: number;
  readonly epochs: number;
  readonly learningRate: number;
}): Promise<number> {
  await selectBackend("wasm");
  const { model, sentence, vocabularySize, exampleCount, epochs, learningRate } = options;
  const examples = examplesOf(exampleCount, 1, sentence);
  const architecture = findArchitecture(model, {
    inputShape: examples.exampleShape,
    classCount: CLASSES,
    vocabularySize,
  });
  const settings = { epochs, learningRate, batchSize: 16, momentum: 0.9 };
  const task = { architecture, parameters: initialParameters(architecture, 1), examples, settings, seed: 7 };
  const { parameters } = await trainLocally(task, { clock: wallClock });
  const { accuracy } = await evaluateModel({ architecture, parameters, examples: examplesOf(200, 2, sentence) });
  return accuracy;
}

/** Eight characters of a text that repeats, and the next one. Half of the time it follows a 0, of which the text has three. */
function ofPeriodicText(random: RandomSource): Sentence {
  const period = [0, 1, 0, 2, 0, 3];
  const start = randomInteger(random, period.length);
  const at = (place: number) => period[(start + place) % period.length] as number;
  return { tokens: Array.from({ length: 8 }, (_, place) => at(place)), label: at(8) };
}

/** Five tokens with one mark among them; the class is the token behind the mark, so that the others do not help. */
function ofMarkedToken(random: RandomSource): Sentence {
  const mark = CLASSES;
  const at = randomInteger(random, 4);
  const tokens = Array.from({ length: 5 }, (_, place) => (place === at ? mark : randomInteger(random, CLASSES)));
  return { tokens, label: tokens[at + 1] as number };
}

describe("training over sequences", () => {
  it("teaches char-lstm a text that repeats, where the last character alone gives two thirds at most", async () => {
    // Behind 1, 2 and 3 always comes 0: half of the text; behind a 0 one of three: a sixth more.
    const accuracy = await accuracyAfter({
      ...{ model: "char-lstm", sentence: ofPeriodicText, vocabularySize: CLASSES },
      ...{ exampleCount: 192, epochs: 8, learningRate: 0.5 },
    });
    expect(accuracy).toBeGreaterThan(0.9);
  });

  it("teaches transformer-encoder to read the token behind a mark", async () => {
    const accuracy = await accuracyAfter({
      ...{ model: "transformer-encoder", sentence: ofMarkedToken, vocabularySize: CLASSES + 1 },
      ...{ exampleCount: 512, epochs: 9, learningRate: 0.02 },
    });
    expect(accuracy).toBeGreaterThan(0.9);
  });
});
