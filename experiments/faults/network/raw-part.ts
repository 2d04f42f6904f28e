// A part of an upload, sent by hand: whole, or half of it before the connection is torn down.

import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { PART_HASH_HEADER, partPath, transferErrorSchema } from "../../../protocol/transfer.ts";

export interface RawPart {
  readonly serverUrl: string;
  /** Of the upload, as the task names it. */
  readonly path: string;
  readonly token: string;
  readonly part: number;
  readonly bytes: Uint8Array;
}

/** What the aggregator made of it: "taken", or the code of its refusal. */
export type PartAnswer = string;

export async function sendPart({ serverUrl, path, token, part, bytes }: RawPart): Promise<PartAnswer> {
  const response = await fetch(new URL(partPath(path, part), serverUrl), {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, [PART_HASH_HEADER]: sha256Of(bytes) },
    body: Uint8Array.from(bytes),
  });
  return response.ok ? "taken" : transferErrorSchema.parse(await response.json()).code;
}

/** Sends half of a part of noise and hangs up. @returns the code of a refusal that came before that, or "cut off". */
export async function sendHalfPart({ serverUrl, path, token, part, bytes }: RawPart): Promise<PartAnswer> {
  const noise = randomBytes(bytes.byteLength);
  const sending = request(new URL(partPath(path, part), serverUrl), {
    method: "PUT",
    headers: {
      authorization: `Bearer ${token}`,
      [PART_HASH_HEADER]: sha256Of(noise),
      "content-length": String(noise.byteLength),
    },
    agent: false,
  });
  const refusal = new Promise<string>((resolve) => {
    sending.on("response", async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve(transferErrorSchema.parse(JSON.parse(text)).code);
    });
  });
  // A connection that the aggregator closes after its refusal is no failure of this one's.
  sending.on("error", () => {});
  await new Promise<void>((resolve) => sending.write(noise.subarray(0, noise.byteLength / 2), () => resolve()));
  const patience = new AbortController();
  const silent = new Promise<string>((resolve) => {
    const timer = setTimeout(() => resolve("cut off"), PATIENCE_MILLISECONDS);
    patience.signal.addEventListener("abort", () => clearTimeout(timer));
  });
  const answer = await Promise.race([refusal, silent]);
  patience.abort();
  const closed = new Promise<void>((resolve) => sending.on("close", () => resolve()));
  sending.destroy();
  await closed;
  return answer;
}

/** For a refusal to come; an aggregator that takes the part waits for the rest of it. */
const PATIENCE_MILLISECONDS = 100;

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
