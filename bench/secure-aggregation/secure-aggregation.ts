// What secure aggregation costs a client and the server, by the size of the cohort; the masks stand beside the bare keystream of
// AES-256-CTR that they are made of.

import { createCipheriv } from "node:crypto";
import type { Assumptions } from "../../protocol/secure-aggregation/messages.ts";
import { type Benchmark, type Measurement, peakRssBytes } from "../measurement.ts";
import { measureRound, type RoundCosts, type RoundSize, Stopwatch } from "./measure-round.ts";

const PARAMETER_COUNT = 1_000_000;
const assumptions: Assumptions = {
  ...{ dropoutShare: 0.1, corruptedShare: 0.1, server: "equivocating", securityBits: 40, correctnessBits: 20 },
};
/** Of the largest cohort only some clients mask: its bytes end with the confirmation. */
const sizes = [
  { clients: 10, maskingClients: 10, dropped: 1 },
  { clients: 32, maskingClients: 32, dropped: 3 },
  { clients: 100, maskingClients: 100, dropped: 10 },
  { clients: 1000, maskingClients: 5, dropped: 0 },
];

export const secureAggregation: Benchmark = {
  name: "secure-aggregation",
  summary: `a secure round of ${PARAMETER_COUNT.toLocaleString("en")} parameters, masks against bare AES-256-CTR`,
  isLong: true,
  run: async (progress) => {
    const measurements: Measurement[] = [];
    for (const size of sizes) {
      progress(`${size.clients} clients`);
      const costs = await measureRound({ ...size, parameterCount: PARAMETER_COUNT, assumptions });
      const streamSeconds = await keystreamSeconds((costs.degree + 1) * costs.vectorBytes);
      measurements.push(...rowsOf(size, costs, streamSeconds));
    }
    return measurements;
  },
};

function rowsOf(
  { clients, dropped }: Pick<RoundSize, "clients" | "dropped">,
  costs: RoundCosts,
  streamSeconds: number,
): readonly Measurement[] {
  const row = (name: string, value: number, unit: string): Measurement => {
    const rest = { ratio: null, against: null, peakRssBytes: peakRssBytes() };
    return { name: `${clients} clients: ${name}`, value, unit, ...rest };
  };
  return [
    row("neighbours", costs.degree, "clients"),
    row("threshold", costs.threshold, "shares"),
    row("a client sends, without the vector", costs.sentBytes, "bytes"),
    row("a client receives", costs.receivedBytes, "bytes"),
    row("masked vector", costs.vectorBytes, "bytes"),
    row("a client's keys and shares", costs.keySeconds, "s of CPU"),
    {
      ...row("a client's masked input", costs.maskSeconds, "s of CPU"),
      ...{ ratio: streamSeconds / costs.maskSeconds, against: "AES-256-CTR of as many bytes" },
    },
    row("the server adds a vector", costs.addSeconds, "s of CPU"),
    ...(costs.unmaskSeconds === null
      ? []
      : [row(`the server unmasks, ${dropped} dropped`, costs.unmaskSeconds, "s of CPU")]),
  ];
}

async function keystreamSeconds(bytes: number): Promise<number> {
  const zeros = new Uint8Array(65_536);
  const watch = new Stopwatch();
  await watch.time(() => {
    const cipher = createCipheriv("aes-256-ctr", new Uint8Array(32), new Uint8Array(16));
    for (let done = 0; done < bytes; done += zeros.length) cipher.update(zeros);
  });
  return watch.seconds;
}
