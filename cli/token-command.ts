// `probselect token`: the credentials that an operator gives out. They lie in a folder that the aggregator reads; it need not run, nor be
// started anew.

import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { IdentityStore } from "../server/security/credentials/identity-store.ts";
import { patternSchema, type StoredToken, TokenStore } from "../server/security/credentials/token-store.ts";
import { roles } from "../server/security/principal.ts";
import { jsonOption, printResult } from "./output.ts";
import { expiryOf } from "./token/expiry.ts";
import { formatTokens, publicFacts } from "./token/token-text.ts";
import { wrongUsage } from "./wrong-usage.ts";

const options = {
  folder: {
    type: "string",
    default: "probselect-credentials",
    requiresArg: true,
    describe: "The aggregator's security.credentialsFolder",
  },
  role: {
    type: "string",
    choices: roles,
    default: "agent",
    requiresArg: true,
    describe: "create: agent (enrols agents), viewer (sees a run), operator (sees and stops it)",
  },
  expires: { type: "string", default: "30d", requiresArg: true, describe: "create: 30d, 12h, 90m, or never" },
  client: {
    type: "string",
    requiresArg: true,
    describe:
      'create: the ids that agents may enrol under, such as "sat-*"; revoke: the client whose key no longer counts',
  },
  label: {
    type: "string",
    array: true,
    requiresArg: true,
    describe: 'create: a label that its agents may claim, such as "site:*"; may be repeated; without it any',
  },
  "maximum-clients": {
    type: "number",
    requiresArg: true,
    describe: "create: so many clients may enrol (1: a one-time token)",
  },
  note: { type: "string", requiresArg: true, describe: "create: what it is for, for whoever reads the list" },
  "with-clients": {
    type: "boolean",
    default: false,
    describe: "revoke: the clients that enrolled by it no longer count either",
  },
  json: jsonOption,
} as const satisfies Record<string, Options>;

type TokenArguments = InferredOptionTypes<typeof options> & {
  readonly action: string;
  readonly id: string | undefined;
};
type Given = ArgumentsCamelCase<TokenArguments>;

export const tokenCommand: CommandModule<object, TokenArguments> = {
  command: "token <action> [id]",
  describe: "Create, list and revoke the credentials of a protected aggregator",
  builder: (cli) =>
    cli
      .positional("action", {
        type: "string",
        demandOption: true,
        choices: ["create", "list", "revoke"],
        describe: "What to do",
      })
      .positional("id", { type: "string", describe: "revoke: the token's id, from the list" })
      .options(options)
      .example('probselect token create --client "sat-*" --expires 7d > sat.token', "For the satellites' agents")
      .example("probselect token create --role viewer", "For whoever looks at GET /v1/run")
      .example(
        "probselect token revoke 3f2a90c1d4e5 --with-clients",
        "After a theft: the token, and whoever came by it",
      )
      .epilogue("A token is shown once, on stdout; only its hash is kept."),
  handler: async (given) => {
    if (given.action === "create") return create(given);
    if (given.action === "list") return list(given);
    return revoke(given);
  },
};

async function create(given: Given): Promise<void> {
  const { role, client, label, maximumClients, note, folder } = given;
  if (role !== "agent" && (client !== undefined || label !== undefined || maximumClients !== undefined)) {
    throw wrongUsage(
      `--client, --label and --maximum-clients are for agents' tokens; this one is a${role === "operator" ? "n" : ""} ${role}'s.`,
    );
  }
  for (const pattern of [client, ...(label ?? [])]) {
    if (pattern === undefined || patternSchema.safeParse(pattern).success) continue;
    throw wrongUsage(`"${pattern}" is no pattern: 1 to 64 visible ASCII characters, where * stands for any.`);
  }
  if (
    maximumClients !== undefined &&
    (!Number.isInteger(maximumClients) || maximumClients < 1 || maximumClients > 1e6)
  ) {
    throw wrongUsage(`--maximum-clients must be a whole number from 1 to 1000000, not ${maximumClients}.`);
  }
  const now = new Date();
  const terms = {
    role,
    expiresAt: expiryOf(given.expires, now),
    ...(client !== undefined && { clientPattern: client }),
    ...(label !== undefined && { labels: label }),
    ...(maximumClients !== undefined && { maximumClients }),
    ...(note !== undefined && { note: note.slice(0, 200) }),
  };
  const { text, token } = await new TokenStore(folder).create(terms, now);
  process.stderr.write(`${described(token)} It is shown this once; give it to nobody by an open channel.\n`);
  printResult(given.json, { ...publicFacts(token), token: text }, () => text);
}

async function list({ folder, json }: Given): Promise<void> {
  const tokens = await new TokenStore(folder).list();
  const clients = await new IdentityStore(folder).list();
  printResult(json, { tokens: tokens.map(publicFacts), clients }, () => formatTokens(tokens, clients, new Date()));
}

async function revoke({ folder, id, client, withClients, json }: Given): Promise<void> {
  const identities = new IdentityStore(folder);
  if ((id === undefined) === (client === undefined)) {
    throw wrongUsage("token revoke needs the id of a token, or --client and the id of a client.");
  }
  if (client !== undefined) {
    if (!(await identities.remove(client))) throw wrongUsage(`No client "${client}" is enrolled in ${folder}.`);
    return printResult(json, { clients: [client] }, () => `The key of ${client} no longer counts.`);
  }
  const token = await new TokenStore(folder).revoke(id ?? "", new Date());
  const enrolled = (await identities.list()).filter(({ tokenId }) => withClients && tokenId === token.id);
  for (const { clientId } of enrolled) await identities.remove(clientId);
  const clients = enrolled.map(({ clientId }) => clientId);
  printResult(json, { ...publicFacts(token), clients }, () =>
    [`The token ${token.id} is revoked.`, ...clients.map((name) => `The key of ${name} no longer counts.`)].join("\n"),
  );
}

function described({ id, role, expiresAt, clientPattern }: StoredToken): string {
  const clients = clientPattern === undefined ? "" : ` for clients named "${clientPattern}"`;
  return `Token ${id}, role ${role}${clients}, ${expiresAt === null ? "does not expire" : `expires on ${expiresAt}`}.`;
}
