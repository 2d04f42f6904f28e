// TLS and client certificates, with real handshakes: the whole agent against the whole aggregator.

import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAgent } from "../../../client/agent.ts";
import type { AgentEvent } from "../../../client/agent-types.ts";
import type { AggregatorAccess, ClientTls } from "../../../client/security/aggregator-access.ts";
import { wallClock } from "../../../foundation/clock.ts";
import { findLinkProfile } from "../../../network/link-profiles.ts";
import { certificateWarnings, readServerTls } from "../../../server/security/web-server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openSocket, registration, say } from "../support/scripted-agent.ts";
import { startTestRun, type TestRun } from "../support/tiny-run.ts";
import { makeCertificates, shell, tlsOf } from "./support/certificates.ts";
import { keyIn, startProtectedRun } from "./support/protected-run.ts";
import { stillTrainer } from "./support/still-trainer.ts";

const folder = temporaryFolder();
let certificates: string;
beforeAll(async () => {
  certificates = await mkdtemp(join(tmpdir(), "certificates-"));
  await makeCertificates(certificates);
}, 60_000);
afterAll(() => rm(certificates, { recursive: true, force: true }));

const at = (name: string) => join(certificates, name);
const mutual = () => ({
  certificateFile: at("server.pem"),
  keyFile: at("server.key"),
  clientAuthorityFile: at("authority.pem"),
  revocationListFile: at("revoked.pem"),
  requireClientCertificate: true,
});
const serverOnly = () => ({ certificateFile: at("server.pem"), keyFile: at("server.key") });

/** Runs an agent to its end, or until it cannot connect. */
async function joinRun(url: string, clientId: string, access: AggregatorAccess) {
  const stop = new AbortController();
  const events: AgentEvent[] = [];
  const registrationOfAgent = {
    clientId,
    device: { kind: "cpu", name: "Test CPU" },
    link: findLinkProfile("datacentre").link,
    exampleCount: 100,
    backend: "test",
    labels: [],
  } as const;
  const result = await runAgent(
    {
      ...{ serverUrl: url, access, trainer: stillTrainer, clock: wallClock },
      registration: { ...registrationOfAgent, labels: [] },
      onEvent: (event) => {
        events.push(event);
        if (event.type === "cannot-connect") stop.abort();
      },
    },
    stop.signal,
  );
  const failure = events.find((event) => event.type === "cannot-connect");
  return { ...result, failure: failure?.reason };
}

/** GET with a certificate. @returns the status, or the error's code. */
function get(url: string, tls: ClientTls): Promise<number | string> {
  return new Promise((resolve) => {
    const asked = request(url, { ...tls, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end();
  });
}

const startMutual = (config: Readonly<Record<string, unknown>> = {}): Promise<TestRun> =>
  startTestRun({ ...config, security: { tls: mutual() } });

describe("an agent over TLS", () => {
  it("trains and delivers: socket, download and upload are all encrypted", async () => {
    await using run = await startTestRun({ security: { tls: serverOnly() } });
    expect(run.url).toMatch(/^https:/);
    const result = await joinRun(run.url, "a", { tls: await tlsOf(certificates) });
    expect(result).toMatchObject({ reason: "run-finished", committedTasks: 1 });
    expect(await run.finished).toMatchObject({ failedRounds: 0 });
  });

  it("does not trust a server whose certificate its authorities have not signed", async () => {
    await using run = await startTestRun({ security: { tls: serverOnly() } });
    const { failure } = await joinRun(run.url, "a", {});
    expect(failure).toMatch(/certificate|UNABLE_TO_VERIFY|self.signed/i);
  });

  it("does not trust a server under a name that its certificate does not have", async () => {
    await shell(
      certificates,
      "openssl x509 -req -in sat.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 9 -out nameless.pem",
    );
    const tls = { certificateFile: at("nameless.pem"), keyFile: at("sat.key") };
    await using run = await startTestRun({ security: { tls } });
    const { failure } = await joinRun(run.url, "a", { tls: await tlsOf(certificates) });
    expect(failure).toMatch(/altnames|Hostname\/IP/);
  });

  it("speaks nothing older than TLS 1.2, and no plain HTTP", async () => {
    await using run = await startTestRun({ security: { tls: serverOnly() } });
    const old = { ...(await tlsOf(certificates)), maxVersion: "TLSv1.1", minVersion: "TLSv1" };
    expect(await get(`${run.url}/v1/health`, old)).toMatch(/SSL|TLS|EPROTO|VERSION/);
    await expect(fetch(`http://127.0.0.1:${run.port}/v1/health`)).rejects.toThrow();
  });
});

describe("an aggregator that requires client certificates", () => {
  it("takes an agent whose certificate covers its id, end to end", async () => {
    await using run = await startMutual();
    const result = await joinRun(run.url, "sat-7", { tls: await tlsOf(certificates, "sat") });
    expect(result).toMatchObject({ reason: "run-finished", committedTasks: 1 });
  });

  it.each([
    ["without a certificate", undefined],
    ["with a certificate of another authority", "foreign"],
    ["with a certificate that has expired", "expired"],
    ["with a certificate that was stolen and revoked", "stolen"],
  ])("ends a connection %s, whatever it asks", async (_, name) => {
    await using run = await startMutual();
    const tls = await tlsOf(certificates, name);
    expect(await get(`${run.url}/v1/health`, tls)).not.toBeTypeOf("number");
    const { failure, committedTasks } = await joinRun(run.url, "sat-7", { tls });
    expect(failure).toEqual(expect.any(String));
    expect(committedTasks).toBe(0);
    expect(run.log.of("client-registered")).toEqual([]);
  });

  it("refuses an id that the certificate does not cover, and a certificate of another role", async () => {
    await using run = await startMutual();
    const sat = await openSocket(run.url, await tlsOf(certificates, "sat"));
    expect(await say(sat, "register", registration("berlin-1"))).toMatchObject({ code: "server.wrong-certificate" });
    const viewer = await openSocket(run.url, await tlsOf(certificates, "viewer"));
    expect(await say(viewer, "register", registration("sat-1"))).toMatchObject({ code: "server.role-forbidden" });
    sat.disconnect();
    viewer.disconnect();
  });

  it.each([
    ["sat", [403, 403, 403]],
    ["viewer", [200, 200, 403]],
    ["operator", [200, 200, 202]],
  ] as const)("gives the certificate %s run, model and stop with %j", async (name, statuses) => {
    await using run = await startMutual();
    const sat = await openSocket(run.url, await tlsOf(certificates, "sat"));
    const task = new Promise<string>((resolve) => sat.once("train", ({ parameters }) => resolve(parameters.path)));
    await say(sat, "register", registration("sat-1"));
    const tls = await tlsOf(certificates, name);
    const post = () =>
      new Promise<number>((resolve) => {
        request(`${run.url}/v1/run/stop`, { ...tls, agent: false, method: "POST" }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        }).end();
      });
    const answers = [await get(`${run.url}/v1/run`, tls), await get(run.url + (await task), tls), await post()];
    expect(answers).toEqual(statuses);
    sat.disconnect();
  });

  it("and tokens asks agents for both", async () => {
    const security = { tls: mutual() };
    await using run = await startProtectedRun(folder.path, {}, security);
    const tls = await tlsOf(certificates, "sat");
    const identity = await keyIn(folder.path, "sat-1");
    await expect(joinRun(run.url, "sat-1", { tls })).rejects.toMatchObject({ code: "client.refused" });
    const enrolmentToken = await run.tokenFor();
    const other = joinRun(run.url, "berlin-1", { tls, identity, enrolmentToken });
    await expect(other).rejects.toThrow(/does not cover/);
    expect(await joinRun(run.url, "sat-1", { tls, identity, enrolmentToken })).toMatchObject({ committedTasks: 1 });
  });
});

describe("a server's certificate that cannot be used", () => {
  it.each([
    ["is not there", { certificateFile: "absent.pem" }, /absent.pem cannot be read/],
    ["has another's key", { keyFile: "sat.key" }, /do not make a TLS server/],
    ["is no PEM", { certificateFile: "index.txt" }, /no PEM file/],
  ])("because it %s ends the start with advice", async (_, files, reason) => {
    const changed = Object.fromEntries(Object.entries(files).map(([key, name]) => [key, at(name)]));
    const start = startTestRun({ security: { tls: { ...serverOnly(), ...changed } } });
    await expect(start).rejects.toMatchObject({
      code: "server.unusable-certificate",
      message: expect.stringMatching(reason),
    });
  });

  it("is told when it has expired", async () => {
    const tls = await readServerTls({ ...serverOnly(), requireClientCertificate: false });
    expect(certificateWarnings(tls, new Date())).toEqual([]);
    expect(certificateWarnings(tls, new Date("2100-01-01"))).toEqual([expect.stringMatching(/expired on/)]);
  });
});

it("a configuration that requires certificates of nobody is refused", async () => {
  const start = startTestRun({ security: { tls: { ...serverOnly(), requireClientCertificate: true } } });
  await expect(start).rejects.toThrow(/needs clientAuthorityFile/);
});
