import { describe, expect, it } from "vitest";
import { UploadTokens } from "../../../server/uploads/upload-tokens.ts";

const key = new Uint8Array(32).fill(7);

describe("the token of an upload", () => {
  it("follows from the run's secret and the task, so that it stays through a restart", () => {
    const token = new UploadTokens(key).issue("r1-a", "0a");
    expect(new UploadTokens(key).issue("r1-a", "0b")).toBe(token);
    expect(new UploadTokens(key).issue("r1-b", "0a")).not.toBe(token);
    expect(new UploadTokens(new Uint8Array(32)).issue("r1-a", "0a")).not.toBe(token);
  });

  it("allows its own task and the download of the model that it starts from, nothing else", () => {
    const tokens = new UploadTokens(key);
    const [a, b] = [tokens.issue("r1-a", "0a"), tokens.issue("r1-b", undefined)];
    expect([tokens.isOf("r1-a", a), tokens.isOf("r1-b", a), tokens.isOf("r1-c", a)]).toEqual([true, false, false]);
    expect([tokens.allowsDownload(a, "0a"), tokens.allowsDownload(a, "0b")]).toEqual([true, false]);
    expect(tokens.allowsDownload(b, "0a")).toBe(false);
  });

  it("allows nothing once the task is over", () => {
    const tokens = new UploadTokens(key);
    const token = tokens.issue("r1-a", "0a");
    tokens.revoke("r1-a");
    expect([tokens.isOf("r1-a", token), tokens.allowsDownload(token, "0a")]).toEqual([false, false]);
  });
});
