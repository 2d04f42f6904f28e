// Decoders called directly: those of the wire, and those of formats that no socket carries yet. Each must return, or throw the
// project's own error; never another one, and never slowly.

import { ProbSelectError } from "../../foundation/errors.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import { decodeUpdate } from "../../models/compression/decode-update.ts";
import { encodeUpdate } from "../../models/compression/encode-update.ts";
import type { UpdateEncoding } from "../../models/compression/update-encoding.ts";
import { decodeParameterFile } from "../../models/parameter-file.ts";
import * as wire from "../../protocol/messages.ts";
import { parseMessage } from "../../protocol/parse-message.ts";
import { decodePacket } from "../../protocol/socket-parser.ts";
import { parseByteRange } from "../../server/http/byte-range.ts";
import type { Tally } from "./findings.ts";
import { chance, pick, streamOf } from "./generate/draw.ts";
import { hostileTexts, hostileValue } from "./generate/hostile-values.ts";
import { mutateBytes } from "./generate/mutate-bytes.ts";
import { hostileParameterFile } from "./generate/parameter-files.ts";
import { playSecureMessage } from "./play-secure-aggregation.ts";
import { tinyFile, tinyParameters } from "./tiny-model.ts";
import { packAnything } from "./wire/pack.ts";

const LONGEST_SECONDS = 2;
const global = tinyParameters(1);
const encodings: readonly UpdateEncoding[] = [
  { kind: "float16" },
  { kind: "int8" },
  { kind: "top-k", share: 0.3, values: "float16" },
  { kind: "top-k", share: 0.3, values: "float32" },
];
const encoded = encodings.map((encoding) => ({
  encoding,
  bytes: encodeUpdate({ encoding, global, update: tinyParameters(1.5), random: seededRandom(1, "fuzz") }).bytes,
}));
const schemas = Object.entries(wire).flatMap(([name, schema]) =>
  typeof schema === "object" && "safeParse" in schema ? [[name, schema] as const] : [],
);

/** Plays one input and counts what became of it. */
export async function playDecoder(index: number, seed: number, tally: Tally): Promise<void> {
  const random = streamOf(seed, index);
  const started = performance.now();
  let input: unknown;
  const keep = <Input>(value: Input): Input => {
    input = value;
    return value;
  };
  try {
    await pick<() => unknown>(random, [
      () => {
        const { bytes, encoding } = pick(random, encoded);
        const file = keep(chance(random, 0.5) ? mutateBytes(bytes, random) : hostileParameterFile(bytes, random));
        requireFinite(decodeUpdate(file, global, chance(random, 0.7) ? encoding : undefined).values);
      },
      () => decodeParameterFile(keep(hostileParameterFile(tinyFile(1), random)), global.tensors),
      () =>
        decodePacket(
          keep(
            mutateBytes(packAnything({ type: 2, nsp: "/", data: ["update", { a: [1, { b: null }] }], id: 1 }), random),
          ),
        ),
      () => parseMessage(pick(random, schemas)[1], keep(hostileValue(random)), "it"),
      () => parseByteRange(keep(`bytes=${pick(random, hostileTexts)}-${pick(random, hostileTexts)}`), 100),
      () => playSecureMessage(random, keep),
    ])();
    tally.count("decoder", "returned");
  } catch (thrown) {
    tally.count("decoder", thrown instanceof ProbSelectError ? thrown.code : "another error");
    const what = thrown instanceof Error ? thrown.stack : String(thrown);
    if (!(thrown instanceof ProbSelectError)) tally.find("decoder", `threw ${what}`, { index, input });
  }
  const seconds = (performance.now() - started) / 1000;
  if (seconds > LONGEST_SECONDS) tally.find("decoder", `took ${seconds} s`, { index, input });
}

function requireFinite(values: Float32Array): void {
  if (!values.every(Number.isFinite)) throw new Error("a decoded update has a value that is not finite");
}
