// What a server that others reach says of itself before it listens.

import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../server/load-config.ts";
import { exposureWarnings } from "../../../server/security/exposure.ts";
import { coversClient, may } from "../../../server/security/principal.ts";

const warningsOf = (host: string, security: object = {}) =>
  exposureWarnings(host, parseConfig({ security }, "the test").security).map((sentence) => sentence.split(" ")[0]);
const tls = { certificateFile: "a", keyFile: "b" };

describe("the warnings of a start", () => {
  it.each(["127.0.0.1", "127.1.2.3", "localhost", "::1"])("are none on %s", (host) => {
    expect(warningsOf(host)).toEqual([]);
  });

  it.each(["0.0.0.0", "::", "10.0.0.1", "127.example.com"])("on %s are about strangers and listeners", (host) => {
    expect(warningsOf(host)).toEqual(["Whoever", "Everything"]);
  });

  it("end with TLS and credentials", () => {
    expect(warningsOf("0.0.0.0", { tls })).toEqual(["Whoever"]);
    expect(warningsOf("0.0.0.0", { enrolment: "token" })).toEqual(["Everything"]);
    expect(warningsOf("0.0.0.0", { tls, enrolment: "token" })).toEqual([]);
    const mutual = { ...tls, clientAuthorityFile: "c", requireClientCertificate: true };
    expect(warningsOf("0.0.0.0", { tls: mutual })).toEqual([]);
  });
});

describe("a role", () => {
  it("may no more than is its own", () => {
    const all = ["public", "task", "view", "download", "control"] as const;
    expect(all.filter((access) => may("agent", access))).toEqual(["public", "task"]);
    expect(all.filter((access) => may("viewer", access))).toEqual(["public", "task", "view", "download"]);
    expect(all.filter((access) => may("operator", access))).toEqual(all);
  });
});

describe("a pattern of client ids", () => {
  it.each([
    ["sat-*", "sat-7", true],
    ["sat-*", "sat-", true],
    ["sat-*", "xsat-7", false],
    ["*", "", true],
    ["a", "a", true],
    ["a", "ab", false],
    ["*a*b", "xaxxb", true],
    ["a*a", "a", false],
    ["*.berlin", "x.berlin", true],
    ["sat-.", "sat-7", false],
    ["", "a", false],
  ])("%s and %s: %s", (pattern, clientId, covers) => {
    expect(coversClient(pattern, clientId)).toBe(covers);
  });

  it("with many stars is decided at once", () => {
    expect(coversClient(`${"*a".repeat(30)}b`, "a".repeat(64))).toBe(false);
  });
});
