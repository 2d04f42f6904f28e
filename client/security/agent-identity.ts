// An agent's own key (Ed25519), in a file that only its owner can read. The aggregator binds the client's id to it when the agent enrols;
// without the file nobody can take the id.

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdir, open, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import type { RegistrationProof } from "../../protocol/messages.ts";
import { proofText } from "../../protocol/proof.ts";
import { PRIVATE_FILE, PRIVATE_FOLDER, stateFile } from "../state-file.ts";

export interface AgentIdentity {
  /** Signs a nonce for this client. */
  prove(nonce: string, clientId: string): Omit<RegistrationProof, "token">;
}

/** Read or write for anybody but the owner. */
const FOR_OTHERS = 0o077;

/**
 * Where the key of a client lies for an aggregator: one for each, so that a signature made for one is of no use at another.
 *
 * @param stateFolder default: $XDG_STATE_HOME, or ~/.local/state.
 * @example identityFile("https://fl.example:7700", "berlin-1", "/state") // "/state/probselect/fl.example%3a7700/berlin-1.pem"
 */
export function identityFile(serverUrl: string, clientId: string, stateFolder?: string): string {
  return stateFile([new URL(serverUrl).host, `${clientId}.pem`], stateFolder);
}

/**
 * The key in a file; a new one is made where there is none.
 *
 * @throws {ProbSelectError} client.unusable-identity for a file that others can read, that is damaged, or cannot be written.
 */
export async function openIdentity(path: string): Promise<AgentIdentity> {
  const key = (await readKey(path)) ?? (await makeKey(path));
  const { x } = createPublicKey(key).export({ format: "jwk" });
  if (key.asymmetricKeyType !== "ed25519" || x === undefined) throw unusable(path, "it is no Ed25519 key");
  return {
    prove: (nonce, clientId) => ({
      publicKey: x,
      signature: sign(null, proofText(nonce, clientId), key).toString("base64url"),
    }),
  };
}

/** Whether there is a key; then it is used without being asked for. */
export async function hasIdentity(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function readKey(path: string): Promise<KeyObject | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  if (process.platform !== "win32" && (found.mode & FOR_OTHERS) !== 0) {
    throw unusable(path, `others may read it. Run: chmod 600 ${path}`);
  }
  try {
    return createPrivateKey(await readFile(path));
  } catch (thrown) {
    throw unusable(path, messageOf(thrown), thrown);
  }
}

async function makeKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync("ed25519");
  try {
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    const file = await open(path, "wx", PRIVATE_FILE);
    try {
      await file.writeFile(privateKey.export({ type: "pkcs8", format: "pem" }));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw unusable(path, `it cannot be written: ${messageOf(thrown)}`, thrown);
  }
  return privateKey;
}

function unusable(path: string, why: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("client.unusable-identity", `The agent's key ${path} cannot be used: ${why}`, { cause });
}
