// A model down to an agent and an update up, over loopback through the product's own server and client, against plain
// node:http that moves the same bytes without hashing, storing or checking anything.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { downloadModel } from "../client/transfer/download-model.ts";
import { uploadUpdate } from "../client/transfer/upload-update.ts";
import { encodeParameterFile } from "../models/parameter-file.ts";
import { createParameterSet } from "../models/parameter-set.ts";
import { modelPath, updatePath } from "../protocol/transfer.ts";
import { createHttpApp } from "../server/http/http-app.ts";
import { ModelStore } from "../server/models/model-store.ts";
import { UploadStore } from "../server/uploads/upload-store.ts";
import { type Benchmark, interleave, type Measurement, peakRssBytes } from "./measurement.ts";

const PARAMETER_COUNT = 16 * 2 ** 20;
const PART_BYTES = 4 * 2 ** 20;
const TURNS = 5;

export const transfer: Benchmark = {
  name: "transfer",
  summary: `a model of ${(PARAMETER_COUNT * 4) / 2 ** 20} MiB down and up over loopback, against plain node:http`,
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), "probselect-bench-"));
    const layout = [{ name: "kernel", shape: [PARAMETER_COUNT] }];
    const file = encodeParameterFile(createParameterSet(layout));
    const sha256 = createHash("sha256").update(file).digest("hex");
    const models = await ModelStore.open(join(folder, "models"));
    const uploads = await UploadStore.open(join(folder, "spool"));
    const logger = pino({ level: "silent" });
    const describeRun = () => {
      throw new Error("nobody asks");
    };
    const app = createHttpApp({ models, uploads, describeRun, logger });
    const plain = plainServer(file);
    try {
      await models.save(1, file);
      const baseUrl = await app.listen({ host: "127.0.0.1", port: 0 });
      plain.listen(0, "127.0.0.1");
      await once(plain, "listening");
      const plainUrl = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/`;
      const { signal } = new AbortController();
      let taskNumber = 0;
      const seconds = await interleave(
        {
          download: () =>
            downloadModel({ url: baseUrl + modelPath(sha256), sha256, byteLength: file.byteLength, signal }),
          "plain download": () => plainDownload(plainUrl),
          upload: () => {
            const taskId = `task-${taskNumber++}`;
            const expected = { taskId, byteLength: file.byteLength, partBytes: PART_BYTES, layout };
            const token = uploads.expect(expected);
            return uploadUpdate({ baseUrl, path: updatePath(taskId), token, partBytes: PART_BYTES, file, signal });
          },
          "plain upload": () => plainUpload(plainUrl, file),
        },
        TURNS,
      );
      const row = (name: keyof typeof seconds, against: keyof typeof seconds | null): Measurement => ({
        ...{ name, value: file.byteLength / seconds[name] / 1e6, unit: "MB/s", against },
        ...{ ratio: against === null ? null : seconds[against] / seconds[name], peakRssBytes: peakRssBytes() },
      });
      return [
        row("download", "plain download"),
        row("plain download", null),
        row("upload", "plain upload"),
        row("plain upload", null),
      ];
    } finally {
      plain.close();
      await app.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function plainServer(file: Uint8Array) {
  return createServer((incoming, response) => {
    if (incoming.method === "GET") response.writeHead(200, { "content-length": file.byteLength }).end(file);
    else incoming.resume().on("end", () => response.writeHead(204).end());
  });
}

async function plainDownload(url: string): Promise<void> {
  const [response] = await once(request(url).end(), "response");
  await once(response.resume(), "end");
}

async function plainUpload(url: string, file: Uint8Array): Promise<void> {
  const [response] = await once(request(url, { method: "PUT" }).end(file), "response");
  await once(response.resume(), "end");
}
