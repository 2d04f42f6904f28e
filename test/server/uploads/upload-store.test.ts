import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeParameterFile } from "../../../models/parameter-file.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import type { StatedHash } from "../../../server/uploads/receive-part.ts";
import { UploadStore } from "../../../server/uploads/upload-store.ts";

const layout = [{ name: "kernel", shape: [5000] }];
const made = (first: number) =>
  encodeParameterFile(
    createParameterSet(
      layout,
      Float32Array.from({ length: 5000 }, (_, index) => first + index),
    ),
  );
const file = made(0);
const partBytes = 4096;
/** 5 parts: 20,000 bytes of values and a header of less than 100. */
const partCount = Math.ceil(file.byteLength / partBytes);
const upload = { round: 1, taskId: "task", byteLength: file.byteLength, partBytes, layout };
const key = new Uint8Array(32);

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const bytesOf = (part: number, of = file) => of.subarray(part * partBytes, (part + 1) * partBytes);
const ofPart = (part: number, of = file): StatedHash => ({ kind: "part", sha256: sha256(bytesOf(part, of)) });
const ofPrefix = (part: number, of = file, fileSha256?: string): StatedHash => ({
  ...{ kind: "prefix", sha256: sha256(of.subarray(0, (part + 1) * partBytes)), fileSha256 },
});

/** In chunks of 1000 bytes. */
async function* chunksOf(bytes: Uint8Array) {
  for (let from = 0; from < bytes.byteLength; from += 1000) yield bytes.subarray(from, from + 1000);
}

let folder = "";
let store: UploadStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "probselect-uploads-"));
  store = await UploadStore.open(folder, key);
  store.expect(upload);
});
afterEach(() => rm(folder, { recursive: true }));

const put = (part: number, stated: StatedHash, of = file) =>
  store.writePart("task", part, chunksOf(bytesOf(part, of)), stated);
const commit = (of = file) => store.commit("task", { sha256: sha256(of), byteLength: of.byteLength });
const parts = Array.from({ length: partCount }, (_, part) => part);

describe("an upload of several parts", () => {
  it.each([
    ["in order, by prefixes", parts, ofPrefix],
    ["in order, each by itself", parts, ofPart],
    ["from the last to the first", [...parts].reverse(), ofPart],
  ])("is committed as it was sent %s", async (_, order, stated) => {
    for (const part of order) expect(await put(part, stated(part))).toBeUndefined();
    const committed = await commit();
    if (committed.kind !== "committed") throw new Error(committed.reason);
    const { values } = await committed.readParameters();
    expect([values.length, values[0], values[4999]]).toEqual([5000, 0, 4999]);
  });

  it("lets a prefix that overtakes the part before it wait for that part", async () => {
    const [second, third] = [put(1, ofPrefix(1)), put(2, ofPrefix(2))];
    expect(await put(0, ofPrefix(0))).toBeUndefined();
    expect(await Promise.all([second, third])).toEqual([undefined, undefined]);
    for (const part of parts.slice(3)) expect(await put(part, ofPrefix(part))).toBeUndefined();
    expect(await commit()).toMatchObject({ kind: "committed" });
  });

  it("refuses the hash of a prefix of which parts are missing", async () => {
    expect(await put(1, ofPrefix(1))).toMatchObject({ httpStatus: 409, code: "server.part-out-of-order" });
    expect(await put(0, ofPrefix(0))).toBeUndefined();
    expect(await put(1, ofPrefix(1))).toBeUndefined();
  });

  it("goes on by prefixes behind parts that came by themselves and out of order", async () => {
    await put(2, ofPart(2));
    await put(0, ofPart(0));
    await put(1, ofPart(1));
    expect(await put(3, ofPrefix(3))).toBeUndefined();
    expect(await put(4, ofPrefix(4))).toBeUndefined();
    expect((await commit()).kind).toBe("committed");
  });

  it("does not count a part that is not what its prefix says, until it is", async () => {
    await put(0, ofPrefix(0));
    expect(await put(1, ofPrefix(1), made(1))).toMatchObject({ httpStatus: 422, code: "server.part-hash-mismatch" });
    expect(await commit()).toMatchObject({ kind: "incomplete" });
    for (const part of parts.slice(1)) expect(await put(part, ofPrefix(part))).toBeUndefined();
    expect((await commit()).kind).toBe("committed");
  });

  it("refuses a part of another file than those before it", async () => {
    await put(0, ofPrefix(0, made(1)), made(1));
    expect(await put(1, ofPrefix(1))).toMatchObject({ code: "server.part-hash-mismatch" });
  });

  it("is checked as it lies on disk if a part was written again", async () => {
    const other = made(1);
    for (const part of parts) await put(part, ofPrefix(part));
    await put(2, ofPart(2, other), other);
    expect(await commit()).toMatchObject({ kind: "invalid", code: "server.update-hash-mismatch" });
  });

  it("is checked as it lies on disk if two wrote the same part at once", async () => {
    const other = made(1);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* slowly() {
      yield bytesOf(0, other).subarray(0, 1000);
      await held;
      yield bytesOf(0, other).subarray(1000);
    }
    const slow = store.writePart("task", 0, slowly(), ofPart(0, other));
    for (const part of parts) expect(await put(part, ofPrefix(part))).toBeUndefined();
    release();
    await slow;
    expect(await commit()).toMatchObject({ kind: "invalid", code: "server.update-hash-mismatch" });
  });

  it("keeps the parts that a sender named a file for when it asks for that file", async () => {
    const whole = sha256(file);
    await put(0, ofPrefix(0));
    await put(1, ofPrefix(1, file, whole));
    const token = store.expect({ ...upload, taskId: "other" });
    expect(await store.status("other", token, whole)).toMatchObject({ receivedParts: [] });
    const again = await UploadStore.open(folder, key, 1);
    await again.recover(upload);
    const recovered = again.expect(upload);
    expect(await again.status("task", recovered, whole)).toMatchObject({ receivedParts: [0, 1] });
    expect(await again.status("task", recovered, sha256(made(1)))).toMatchObject({ receivedParts: [] });
  });

  it("recovers after a restart only the parts whose bytes are still those of their prefix", async () => {
    for (const part of [0, 1, 2]) await put(part, ofPrefix(part));
    const path = join(folder, "r1", `${sha256(Buffer.from("task"))}.part`);
    const damaged = Buffer.from(file.subarray(0, 3 * partBytes));
    damaged[partBytes + 5] = 255;
    await writeFile(path, damaged);
    const again = await UploadStore.open(folder, key, 1);
    await again.recover(upload);
    expect(await again.status("task", again.expect(upload))).toMatchObject({ receivedParts: [0] });
  });
});
