// Which key each client's id belongs to: whoever enrolled first. Written by the aggregator; `probselect token` removes.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { DocumentFolder } from "./document-folder.ts";
import { patternSchema } from "./token-store.ts";

const identitySchema = z.strictObject({
  clientId: z.string().regex(/^[\w.:-]{1,64}$/),
  /** Raw Ed25519 key, base64url. */
  publicKey: z.string().regex(/^[\w-]{43}$/),
  /** By which it enrolled. */
  tokenId: z.string().regex(/^[0-9a-f]{12}$/),
  enrolledAt: z.iso.datetime(),
  /** The labels that it may claim, from its token; absent: any. */
  labels: z.array(patternSchema).max(32).optional(),
});

export type Identity = z.infer<typeof identitySchema>;

/** A token's places for clients: `<id><number>` is taken by whom it names. */
const placeSchema = z.strictObject({ clientId: z.string() });

export class IdentityStore {
  readonly #identities: DocumentFolder<typeof identitySchema>;
  readonly #places: DocumentFolder<typeof placeSchema>;

  constructor(credentialsFolder: string) {
    this.#identities = new DocumentFolder(join(credentialsFolder, "clients"), identitySchema);
    this.#places = new DocumentFolder(join(credentialsFolder, "enrolments"), placeSchema);
  }

  async find(clientId: string): Promise<Identity | undefined> {
    const identity = await this.#identities.read(nameOf(clientId));
    return identity?.clientId === clientId ? identity : undefined;
  }

  /** In the order of their ids. */
  async list(): Promise<readonly Identity[]> {
    return [...(await this.#identities.list())].sort((first, second) => (first.clientId < second.clientId ? -1 : 1));
  }

  /**
   * Binds an id to a key. Two that try at the same time cannot both succeed.
   *
   * @param maximumClients of the token; a place once taken stays so, even when its client is removed.
   */
  async enrol(identity: Identity, maximumClients?: number): Promise<"enrolled" | "taken" | "token-used-up"> {
    const place = maximumClients === undefined ? undefined : await this.#takePlace(identity, maximumClients);
    if (maximumClients !== undefined && place === undefined) return "token-used-up";
    if (await this.#identities.create(nameOf(identity.clientId), identity)) return "enrolled";
    if (place !== undefined) await this.#places.remove(place);
    return "taken";
  }

  /** The id is free again: its key no longer counts. @returns whether it was bound. */
  remove(clientId: string): Promise<boolean> {
    return this.#identities.remove(nameOf(clientId));
  }

  async #takePlace({ tokenId, clientId }: Identity, maximumClients: number): Promise<string | undefined> {
    for (let number = 0; number < maximumClients; number++) {
      const place = `${tokenId}${number.toString(16).padStart(6, "0")}`;
      if (await this.#places.create(place, { clientId })) return place;
    }
    return undefined;
  }
}

/** Hex: a client chooses its id, but no file's name. */
function nameOf(clientId: string): string {
  return createHash("sha256").update(clientId).digest("hex");
}
