import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { downloadModel } from "../../../client/transfer/download-model.ts";
import { uploadUpdate } from "../../../client/transfer/upload-update.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { encodeParameterFile, parameterLayout } from "../../../models/parameter-file.ts";
import { mlp } from "../../../models/zoo.ts";
import { modelPath, updatePath } from "../../../protocol/transfer.ts";
import { createHttpApp } from "../../../server/http/http-app.ts";
import { listen } from "../../../server/http/listen.ts";
import { ModelStore } from "../../../server/models/model-store.ts";
import { UploadStore } from "../../../server/uploads/upload-store.ts";

const file = encodeParameterFile(initialParameters(mlp, 1));
const sha256 = createHash("sha256").update(file).digest("hex");
const partBytes = 64 * 1024;
const { signal } = new AbortController();

describe("the agent's transfers with the aggregator's own HTTP side", () => {
  let folder = "";
  let models: ModelStore;
  let uploads: UploadStore;
  let app: ReturnType<typeof createHttpApp>;
  let baseUrl = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "probselect-transfer-"));
    models = await ModelStore.open(join(folder, "models"));
    uploads = await UploadStore.open(join(folder, "uploads"), new Uint8Array(32));
    const describeRun = () => {
      throw new Error("nobody asks for the run");
    };
    app = createHttpApp({ models, uploads, describeRun, logger: pino({ level: "silent" }) });
    baseUrl = `http://127.0.0.1:${await listen(app, "127.0.0.1", 0)}`;
  });
  afterEach(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  const expectUpload = () =>
    uploads.expect({
      round: 1,
      taskId: "task 1",
      byteLength: file.byteLength,
      partBytes,
      layout: parameterLayout(mlp),
    });
  const upload = (token: string, bytes: Uint8Array = file) =>
    uploadUpdate({ baseUrl, path: updatePath("task 1"), token, partBytes, file: bytes, signal });

  it("brings the model to the agent", async () => {
    await models.save(0, file);
    const url = `${baseUrl}${modelPath(sha256)}`;
    const bytes = await downloadModel({ url, sha256, byteLength: file.byteLength, signal });
    expect(Buffer.compare(bytes, file)).toBe(0);
  });

  it("brings an update to the aggregator, which can commit it", async () => {
    await upload(expectUpload());
    const committed = await uploads.commit("task 1", { sha256, byteLength: file.byteLength });
    expect(committed.kind).toBe("committed");
  });

  it("can be repeated when everything has arrived", async () => {
    const token = expectUpload();
    await upload(token);
    await upload(token);
    expect(await uploads.status("task 1", token)).toMatchObject({ partBytes });
  });

  it.each([
    ["a wrong token", randomBytes(16).toString("hex"), "401 (server.wrong-token)"],
    ["no token at all", "", "401 (server.wrong-token)"],
  ])("ends at once with %s", async (_, token, reason) => {
    expectUpload();
    await expect(upload(token)).rejects.toThrow(reason);
  });

  it("ends at once for a task that is over and for a model that is not kept", async () => {
    await expect(upload("token")).rejects.toThrow("404 (server.unknown-task)");
    const url = `${baseUrl}${modelPath(sha256)}`;
    const download = downloadModel({ url, sha256, byteLength: file.byteLength, signal });
    await expect(download).rejects.toThrow("404 (server.unknown-model)");
  });
});
