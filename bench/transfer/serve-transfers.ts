// The server's process: the aggregator's HTTP side, and beside it a raw server that streams the same file from and to disk by
// `pipeline`, with buffers as large as help it. Ends when its parent hangs up.

import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pino } from "pino";
import { createHttpApp } from "../../server/http/http-app.ts";
import { ModelStore } from "../../server/models/model-store.ts";
import { UploadStore } from "../../server/uploads/upload-store.ts";
import { peakRssBytes } from "../measurement.ts";
import { madeModel, PART_BYTES } from "./made-model.ts";
import type { Addresses, Question } from "./transfer-server.ts";

const RAW_BUFFER_BYTES = 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), "probselect-bench-"));
const rawFile = join(folder, "raw");
const models = await ModelStore.open(join(folder, "models"));
const uploads = await UploadStore.open(join(folder, "spool"), new Uint8Array(32));

async function saveModel() {
  const { layout, file } = madeModel();
  return { layout, model: await models.save(1, file) };
}
const { layout, model } = await saveModel();

const describeRun = () => {
  throw new Error("nobody asks");
};
const app = createHttpApp({ models, uploads, describeRun, logger: pino({ level: "silent" }) });
const baseUrl = await app.listen({ host: "127.0.0.1", port: 0 });

const raw = createServer(async (request, response) => {
  if (request.method === "GET") {
    response.writeHead(200, { "content-length": model.byteLength });
    await pipeline(createReadStream(model.path, { highWaterMark: RAW_BUFFER_BYTES }), response);
  } else {
    await pipeline(request, createWriteStream(rawFile, { highWaterMark: RAW_BUFFER_BYTES, flush: true }));
    response.writeHead(204).end();
  }
});
await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));

async function answer(question: Question): Promise<string> {
  switch (question.kind) {
    case "expect":
      return uploads.expect({
        round: 1,
        taskId: question.taskId,
        byteLength: model.byteLength,
        partBytes: PART_BYTES,
        layout,
      });
    case "commit": {
      const { taskId, sha256 } = question;
      return (await uploads.commit(taskId, { sha256, byteLength: model.byteLength })).kind;
    }
    case "discard":
      await uploads.discard(question.taskId);
      return "discarded";
    case "discard-raw":
      await rm(rawFile);
      return "discarded";
    case "peak":
      return String(peakRssBytes());
  }
}

process.on("message", async (question: Question) => process.send?.(await answer(question)));
process.on("disconnect", async () => {
  raw.close();
  raw.closeAllConnections();
  await app.close();
  await rm(folder, { recursive: true, force: true });
  process.exit();
});
const addresses: Addresses = {
  baseUrl,
  rawUrl: `http://127.0.0.1:${(raw.address() as AddressInfo).port}/`,
  sha256: model.sha256,
};
process.send?.(addresses);
