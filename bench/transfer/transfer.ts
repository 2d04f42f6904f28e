// A model of 100 MB down to an agent and an update up, between two processes on loopback, by the product's own server and agent,
// against a raw copy over node:http that hashes and checks nothing.

import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { pipeline } from "node:stream/promises";
import { downloadModel } from "../../client/transfer/download-model.ts";
import { PrefixHashes } from "../../client/transfer/prefix-hashes.ts";
import { uploadUpdate } from "../../client/transfer/upload-update.ts";
import { modelPath, updatePath } from "../../protocol/transfer.ts";
import { type Benchmark, interleave, type Measurement, peakRssBytes } from "../measurement.ts";
import { madeModel, PART_BYTES } from "./made-model.ts";
import { startServer, type TransferServer } from "./transfer-server.ts";

const TURNS = 9;
/** The signal of transfers that nobody cancels. */
const { signal } = new AbortController();

export const transfer: Benchmark = {
  name: "transfer",
  summary: "a model of 100 MB down and up over loopback, two processes, against a raw copy over node:http",
  run: async () => {
    const { file } = madeModel();
    const server = await startServer();
    try {
      const sides = {
        download: () => downloadOurs(server, file.byteLength),
        "raw download": () => downloadRaw(server, file.byteLength),
        upload: () => uploadOurs(server, file),
        "raw upload": () => uploadRaw(server, file),
      };
      const seconds = await interleave(sides, TURNS);
      const serverPeakRssBytes = await server.ask({ kind: "peak" });
      const row = (name: keyof typeof sides, against: keyof typeof sides | null): Measurement => ({
        ...{ name, value: file.byteLength / seconds[name] / 1e6, unit: "MB/s", against },
        ratio: against === null ? null : seconds[against] / seconds[name],
        peakRssBytes: name.endsWith("upload") ? Number(serverPeakRssBytes) : peakRssBytes(),
      });
      return [
        row("download", "raw download"),
        row("raw download", null),
        row("upload", "raw upload"),
        row("raw upload", null),
      ];
    } finally {
      await server.close();
    }
  },
};

/** GET of the model, resumable, its SHA-256 checked. */
async function downloadOurs({ baseUrl, sha256 }: TransferServer, byteLength: number): Promise<void> {
  await downloadModel({ url: baseUrl + modelPath(sha256), sha256, byteLength, signal });
}

/** The same file, streamed from disk by `pipeline`, collected in memory. */
async function downloadRaw({ rawUrl }: TransferServer, byteLength: number): Promise<void> {
  const response: IncomingMessage = (await once(request(rawUrl).end(), "response"))[0];
  const file = new Uint8Array(byteLength);
  let received = 0;
  await pipeline(response, async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      file.set(chunk, received);
      received += chunk.byteLength;
    }
  });
  if (received !== byteLength) throw new Error(`the raw download has ${received} bytes`);
}

/** What an agent does after its training: parts with their hashes, the whole's hash, and a commit that the server accepts. */
async function uploadOurs(server: TransferServer, file: Uint8Array) {
  const { baseUrl } = server;
  const taskId = crypto.randomUUID();
  const token = String(await server.ask({ kind: "expect", taskId }));
  const hashes = new PrefixHashes(file, PART_BYTES);
  await uploadUpdate({ baseUrl, path: updatePath(taskId), token, partBytes: PART_BYTES, file, hashes, signal });
  const sha256 = await hashes.whole();
  const outcome = await server.ask({ kind: "commit", taskId, sha256 });
  if (outcome !== "committed") throw new Error(`the upload was ${outcome}`);
  return () => server.ask({ kind: "discard", taskId });
}

/** The same file in one request, streamed to disk by `pipeline`. */
async function uploadRaw(server: TransferServer, file: Uint8Array) {
  const sending = request(server.rawUrl, { method: "PUT", headers: { "content-length": file.byteLength } });
  const answer = once(sending, "response");
  sending.end(file);
  const [response] = await answer;
  await once(response.resume(), "end");
  return () => server.ask({ kind: "discard-raw" });
}
