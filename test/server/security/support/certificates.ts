// Certificates for tests, made by the very lines of docs/security.md, and what the lines do not make: expired, foreign and revoked ones.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ClientTls } from "../../../../client/security/aggregator-access.ts";

const run = promisify(execFile);
const page = fileURLToPath(new URL("../../../../docs/security.md", import.meta.url));

/** Runs shell lines in a folder; the first that fails ends it. */
export async function shell(folder: string, lines: string): Promise<void> {
  await run("bash", ["-euc", lines], { cwd: folder });
}

/** The page's block of shell lines. */
export async function documentedLines(): Promise<string> {
  const lines = /```bash\n([\s\S]*?)```/.exec(await readFile(page, "utf8"))?.[1];
  if (lines === undefined) throw new Error("docs/security.md has no block of bash");
  return lines;
}

const request = (name: string, subject: string) =>
  `openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "${subject}" -keyout ${name}.key -out ${name}.csr`;
const signed = (name: string, days: number, authority = "authority") =>
  `openssl x509 -req -in ${name}.csr -CA ${authority}.pem -CAkey ${authority}.key -CAcreateserial -days ${days} -out ${name}.pem`;

/** Makes authority, server, sat, viewer (by the page), and expired, foreign (of another authority), stolen (revoked), operator, nameless. */
export async function makeCertificates(folder: string): Promise<void> {
  await shell(folder, await documentedLines());
  const openssl = "openssl ca -config revocation.cnf -keyfile authority.key -cert authority.pem";
  await shell(
    folder,
    [
      request("expired", "/OU=agent/CN=sat-*"),
      signed("expired", -1),
      request("stolen", "/OU=agent/CN=sat-*"),
      signed("stolen", 90),
      request("operator", "/OU=operator/CN=olga"),
      signed("operator", 90),
      'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=other" -keyout other.key -out other.pem',
      request("foreign", "/OU=agent/CN=sat-*"),
      signed("foreign", 90, "other"),
      `${openssl} -revoke stolen.pem`,
      `${openssl} -gencrl -out revoked.pem`,
    ].join("\n"),
  );
}

/** What an agent or a person with that certificate uses; without a name, only the authority. */
export async function tlsOf(folder: string, name?: string): Promise<ClientTls> {
  const read = (file: string) => readFile(join(folder, file), "utf8");
  const ca = await read("authority.pem");
  return name === undefined ? { ca } : { ca, cert: await read(`${name}.pem`), key: await read(`${name}.key`) };
}
