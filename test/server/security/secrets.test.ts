// What a server and an agent print, journal and answer, searched for what must stay secret.

import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createLogger } from "../../../server/reporting/create-logger.ts";
import { TokenStore } from "../../../server/security/credentials/token-store.ts";
import { killSpawned, spawnCli } from "../../support/spawn-cli.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openSocket, registration, ScriptedAgent, say } from "../support/scripted-agent.ts";
import { keyIn, proofFor } from "./support/protected-run.ts";

const folder = temporaryFolder();
afterEach(killSpawned);

/** Every file under a folder, as text. */
async function allFiles(path: string): Promise<string> {
  const names = await readdir(path, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, "latin1")))).join("\n");
}

describe("a verbose server", () => {
  it.each(["pretty", "json"])(
    "prints and keeps no token, nor says one in an answer (--log %s)",
    async (log) => {
      const credentialsFolder = join(folder.path, "credentials");
      const tokens = new TokenStore(credentialsFolder);
      const make = async (role: "agent" | "viewer", expiresAt: string | null = null) =>
        (await tokens.create({ role, expiresAt }, new Date())).text;
      const [good, old, viewer] = [
        await make("agent"),
        await make("agent", "2020-01-01T00:00:00.000Z"),
        await make("viewer"),
      ];
      const config = join(folder.path, "run.yaml");
      const out = join(folder.path, "run");
      const security = `security: { enrolment: token, credentialsFolder: "${credentialsFolder}" }`;
      await writeFile(config, `model: mlp\nport: 0\nminimumClients: 1\n${security}\noutputDirectory: "${out}"\n`);
      const server = spawnCli("server", "--config", config, "--verbose", "--log", log);
      const url = (await server.saying(/Listening on (http:[^;"]+);/))[1] ?? "";

      const answers: unknown[] = [];
      const socket = await openSocket(url);
      const identity = await keyIn(folder.path, "a");
      // Where they belong, wrong ones, and where they do not belong at all.
      for (const token of [old, `${good.slice(0, -3)}AAA`, "pst_nonsense-secret"]) {
        const proof = await proofFor(socket, "a", identity, token);
        answers.push(await say(socket, "register", registration("a", { proof })));
      }
      answers.push(await say(socket, "register", { ...registration("a"), token: good, [good]: 1 }));
      answers.push(await say(socket, "dance", { token: good }));
      answers.push(await say(socket, "update", { taskId: good }));
      const proof = await proofFor(socket, "a", identity, good);
      const agent = await ScriptedAgent.join(url, "a", { socket, register: { proof } });
      const { token: taskToken } = (await agent.task()).upload;
      for (const token of [viewer, good, taskToken, "pst_nonsense-secret"]) {
        const headers = { authorization: `Bearer ${token}` };
        for (const path of ["/v1/run", "/v1/updates/r9-x", "/v1/models/x", "/nowhere"]) {
          answers.push(await (await fetch(url + path, { headers })).text());
        }
      }
      server.process.kill("SIGTERM");
      await server.exit;

      const said = server.stdout() + server.stderr() + (await allFiles(out)) + JSON.stringify(answers);
      const kept = await allFiles(credentialsFolder);
      for (const secret of [good, old, viewer, taskToken]) {
        const words = secret.startsWith("pst_") ? secret.slice(17) : secret;
        const at = said.indexOf(words);
        expect(at < 0 ? "" : said.slice(at - 300, at)).toBe("");
        expect(kept.includes(words)).toBe(false);
      }
      expect(said).not.toContain("nonsense-secret");
      expect(said).not.toContain(proof.signature);
    },
    60_000,
  );
});

describe("an agent", () => {
  it("prints no token, and warns where one travels in clear or lies open", async () => {
    const token = `pst_0123456789ab_${"S".repeat(43)}`;
    const file = join(folder.path, "token");
    await writeFile(file, token, { mode: 0o644 });
    const credentials = join(folder.path, "credentials");
    const config = join(folder.path, "run.yaml");
    const security = `security: { enrolment: token, credentialsFolder: "${credentials}" }`;
    await writeFile(config, `port: 0\n${security}\noutputDirectory: "${join(folder.path, "run")}"\n`);
    const server = spawnCli("server", "--config", config);
    const url = (await server.saying(/Listening on (http:[^;"]+);/))[1] ?? "";
    const key = join(folder.path, "agent.pem");
    const mine = ["--maximum-examples", "20", "--backend", "cpu", "--id", "a", "--identity", key];
    const agent = spawnCli("client", "--server", url, "--token-file", file, "--verbose", ...mine);
    expect((await agent.exit).code).toBe(1);
    const said = agent.stdout() + agent.stderr();
    expect(said).toMatch(/travels unencrypted/);
    expect(said).toMatch(/chmod 600/);
    expect(said).toMatch(/refused this agent: The token is not one of this aggregator's/);
    expect(said).not.toContain("SSSS");
    expect((await stat(key)).mode & 0o777).toBe(0o600);
  }, 60_000);

  it("takes no token as an option: it would stand in the shell's history", async () => {
    const agent = spawnCli("client", "--server", "http://127.0.0.1:1", "--token", "pst_secret");
    expect((await agent.exit).code).toBe(2);
    expect(agent.stderr()).toMatch(/--token-file/);
    expect(agent.stderr()).not.toContain("pst_secret");
  }, 60_000);
});

it("whatever the log is given, fields of secrets are not written", () => {
  const lines: string[] = [];
  const logger = createLogger({ level: "info" }, { write: (line) => lines.push(line) });
  logger.info({ token: "SECRET", req: { headers: { authorization: "SECRET" } }, a: { b: { c: { proof: "SECRET" } } } });
  expect(lines.join("")).not.toContain("SECRET");
  expect(lines.join("")).toContain("[secret]");
});
