// Names that mean something to a file system or to JavaScript, at every door that takes a name from outside.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Packr } from "msgpackr";
import { describe, expect, it } from "vitest";
import { identityFile, openIdentity } from "../../../client/security/agent-identity.ts";
import { decodeParameterFile, encodeParameterFile } from "../../../models/parameter-file.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { registerSchema } from "../../../protocol/messages.ts";
import { parseMessage } from "../../../protocol/parse-message.ts";
import { decodePacket } from "../../../protocol/socket-parser.ts";
import { loadConfig, parseConfig } from "../../../server/load-config.ts";
import { IdentityStore } from "../../../server/security/credentials/identity-store.ts";
import { TokenStore } from "../../../server/security/credentials/token-store.ts";
import { parseRequest, selectionRequestSchema } from "../../../server/selection-service/request-schema.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { registration, ScriptedAgent, sha256 } from "../support/scripted-agent.ts";
import { startTestRun, tinyFile } from "../support/tiny-run.ts";

const folder = temporaryFolder();
/** What a successful attack would leave behind. */
const isClean = () => !("polluted" in {}) && Object.getOwnPropertyNames(Object.prototype).length === prototypeNames;
const prototypeNames = Object.getOwnPropertyNames(Object.prototype).length;

describe("a client's id", () => {
  it.each(["..", ".", "...", "a:b", "con", "__proto__", "constructor", "toString", "-rf"])(
    "%s goes through a whole run and is no path",
    async (clientId) => {
      await using run = await startTestRun({ outputDirectory: join(folder.path, "deep", "run") });
      const agent = await ScriptedAgent.join(run.url, clientId);
      expect(await agent.deliver(tinyFile(1, 2, 3))).toEqual({ accepted: true });
      const { modelFile } = await run.finished;
      expect(modelFile).toContain(sha256(tinyFile(1, 2, 3)));
      expect(await readdir(folder.path)).toEqual(["deep"]);
      expect(await readdir(join(folder.path, "deep"))).toEqual(["run"]);
      expect(isClean()).toBe(true);
    },
  );

  it.each(["../x", "a/b", "a\\b", "a\0b", "", "é", "x".repeat(65)])("%j is none", (clientId) => {
    const parsed = parseMessage(registerSchema, registration(clientId), "register");
    expect(parsed.accepted).toBe(false);
  });

  it("names files of credentials by its hash, and of keys without a separator", async () => {
    const identities = new IdentityStore(join(folder.path, "credentials"));
    const publicKey = "A".repeat(43);
    for (const clientId of ["..", "A", "a"]) {
      const identity = { clientId, publicKey, tokenId: "0".repeat(12), enrolledAt: new Date().toISOString() };
      expect(await identities.enrol(identity)).toBe("enrolled");
    }
    const names = await readdir(join(folder.path, "credentials", "clients"));
    expect(names).toHaveLength(3);
    expect(names.every((name) => /^[0-9a-f]{64}\.json$/.test(name))).toBe(true);
    expect(await readdir(folder.path)).toEqual(["credentials"]);
    const path = identityFile("https://[::1]:7700", "..", join(folder.path, "state"));
    await openIdentity(path);
    expect(path.startsWith(join(folder.path, "state", "probselect"))).toBe(true);
    expect(identityFile("http://a", "x:y")).not.toBe(identityFile("http://a", "x_y"));
  });
});

describe("a token's id", () => {
  it("leads to no file outside the folder of tokens", async () => {
    const tokens = new TokenStore(join(folder.path, "credentials"));
    await mkdir(folder.path, { recursive: true });
    await writeFile(join(folder.path, "secret.json"), "{}");
    await expect(tokens.revoke("../../secret", new Date())).rejects.toMatchObject({
      code: "server.unknown-credential",
    });
    expect(await readFile(join(folder.path, "secret.json"), "utf8")).toBe("{}");
  });

  it("whose file is damaged says so and lets nobody in", async () => {
    const path = join(folder.path, "credentials");
    const tokens = new TokenStore(path);
    const { text, token } = await tokens.create({ role: "viewer", expiresAt: null }, new Date());
    const file = join(path, "tokens", `${token.id}.json`);
    for (const content of ["", "{", "[]", '{"__proto__": {"role": "operator"}}']) {
      await writeFile(file, content);
      await expect(tokens.check(text, new Date())).rejects.toMatchObject({ code: "server.malformed-credentials" });
    }
  });
});

describe("the key __proto__", () => {
  const evil = '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}';

  it("in a message is refused or dropped, and changes no prototype", () => {
    // msgpackr writes own keys of that name when they come from JSON.
    const packed = new Packr({ useRecords: false }).pack({ type: 2, nsp: "/", data: ["register", JSON.parse(evil)] });
    const { data } = decodePacket(packed);
    const [, message] = data as [string, object];
    expect("polluted" in message).toBe(false);
    expect(parseMessage(registerSchema, message, "register").accepted).toBe(false);
    const extended = { ...registration("a"), ...JSON.parse(evil) };
    expect(parseMessage(registerSchema, extended, "register").accepted).toBe(false);
    expect(isClean()).toBe(true);
  });

  it("in a configuration is refused or has no effect", async () => {
    const file = join(folder.path, "run.yaml");
    for (const text of [evil, `slo: ${evil}`, `selection: {settings: ${evil}}`, "__proto__: {rounds: 3}"]) {
      await writeFile(file, text);
      const config = await loadConfig(file).catch(() => undefined);
      expect(config?.rounds ?? 10).toBe(10);
      expect(isClean()).toBe(true);
    }
    // On the command line, too: --settings is JSON.
    expect(() => parseConfig({}, "the test", JSON.parse('{"__proto__": {"rounds": 3}}'))).toThrow(/__proto__/);
    const settings = JSON.parse('{"__proto__": {"cohortSize": 3}}');
    expect("cohortSize" in parseConfig({}, "the test", { selection: { settings } }).selection.settings).toBe(false);
  });

  it("in a question to the selection service is refused or has no effect", () => {
    const request = {
      slo: { deadlineSeconds: 10 },
      workload: { model: "lenet5" },
      candidates: [],
      settings: JSON.parse(evil),
    };
    try {
      const { settings } = parseRequest(selectionRequestSchema, request);
      expect("polluted" in settings).toBe(false);
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: "server.malformed-request" });
    }
    expect(isClean()).toBe(true);
  });

  it("as a tensor's name in an update's header is another tensor, not a prototype", () => {
    const layout = [{ name: "__proto__", shape: [1] }];
    const file = encodeParameterFile(createParameterSet([{ name: "weight--", shape: [1] }], Float32Array.of(1)));
    const text = Buffer.from(file);
    text.write("__proto__", text.indexOf("weight--") - 0, "latin1");
    for (const expected of [layout, [{ name: "weight--", shape: [1] }]]) {
      expect(() => decodeParameterFile(text, expected)).toThrow(/header|tensor/i);
    }
    expect(isClean()).toBe(true);
  });
});
