// What an agent shows to a protected aggregator. A token is never an option's value: it would stand in the shell's history and in the list of
// processes, for everybody on the machine to read.

import { readFile, stat } from "node:fs/promises";
import type { Options } from "yargs";
import type { AggregatorAccess, ClientTls } from "../client/security/aggregator-access.ts";
import { messageOf } from "../foundation/errors.ts";
import { secretTokenSchema } from "../protocol/proof.ts";
import { wrongUsage } from "./wrong-usage.ts";

export const accessOptions = {
  ca: { type: "string", requiresArg: true, describe: "PEM file: who signed the aggregator's certificate" },
  cert: { type: "string", requiresArg: true, describe: "PEM file: this agent's own certificate (mutual TLS)" },
  key: { type: "string", requiresArg: true, describe: "PEM file: the certificate's key" },
  token: { type: "string", hidden: true },
  "token-file": {
    type: "string",
    requiresArg: true,
    describe: "File with an enrolment token, needed the first time (or PROBSELECT_TOKEN in the environment)",
  },
  identity: {
    type: "string",
    requiresArg: true,
    describe: "File with this agent's own key; made where there is none (default: below ~/.local/state/probselect)",
  },
} as const satisfies Record<string, Options>;

export interface GivenAccess {
  readonly server: string;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly identity?: string | undefined;
}

/**
 * What the options come to. An agent that has a key or a token proves who it is; another does not.
 *
 * @throws {ProbSelectError} cli.wrong-usage, client.unusable-identity.
 */
export async function statedAccess(
  given: GivenAccess,
  clientId: string,
): Promise<{ readonly access: AggregatorAccess; readonly warnings: readonly string[] }> {
  if (given.token !== undefined) {
    const why = "what is typed stands in the shell's history and in the list of processes. Revoke that token, and";
    throw wrongUsage(`There is no --token: ${why} give another in --token-file FILE, or in PROBSELECT_TOKEN.`);
  }
  const { hasIdentity, identityFile, openIdentity } = await import("../client/security/agent-identity.ts");
  const tls = await statedTls(given);
  const { token: enrolmentToken, warnings } = await statedToken(given.tokenFile);
  const path = given.identity ?? identityFile(given.server, clientId);
  const proves = enrolmentToken !== undefined || given.identity !== undefined || (await hasIdentity(path));
  const identity = proves ? await openIdentity(path) : undefined;
  const isReadable = enrolmentToken !== undefined && new URL(given.server).protocol === "http:";
  const inClear = "the token travels unencrypted: whoever listens on the way can use it. Use an https URL.";
  return { access: { tls, identity, enrolmentToken }, warnings: isReadable ? [...warnings, inClear] : warnings };
}

async function statedTls({ server, ca, cert, key }: GivenAccess): Promise<ClientTls | undefined> {
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  if (!server.startsWith("https:")) throw wrongUsage("--ca, --cert and --key need a --server URL that is https.");
  if ((cert === undefined) !== (key === undefined)) throw wrongUsage("--cert and --key go together.");
  return {
    ...(ca !== undefined && { ca: await readOption("ca", ca) }),
    ...(cert !== undefined && { cert: await readOption("cert", cert) }),
    ...(key !== undefined && { key: await readOption("key", key) }),
  };
}

async function statedToken(file: string | undefined) {
  const fromEnvironment = process.env.PROBSELECT_TOKEN;
  // What this process starts need not know it.
  delete process.env.PROBSELECT_TOKEN;
  const text = file === undefined ? fromEnvironment : await readOption("token-file", file);
  if (text === undefined || text === "") return { token: undefined, warnings: [] };
  const token = text.trim();
  if (!secretTokenSchema.safeParse(token).success) {
    const where = file === undefined ? "PROBSELECT_TOKEN" : `--token-file ${file}`;
    throw wrongUsage(`${where} holds no token; one starts with pst_. An operator makes it: probselect token create`);
  }
  const isShared = file !== undefined && process.platform !== "win32" && ((await stat(file)).mode & 0o077) !== 0;
  return { token, warnings: isShared ? [`others on this machine may read ${file}. Run: chmod 600 ${file}`] : [] };
}

async function readOption(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    throw wrongUsage(`--${name} ${file} cannot be read: ${messageOf(thrown)}`, thrown);
  }
}
