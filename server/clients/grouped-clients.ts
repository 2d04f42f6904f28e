// Clients by something that they have in common. Who has left is forgotten when it is next looked for.

export class GroupedClients<Group> {
  readonly #isConnected: (clientId: string) => boolean;
  readonly #members = new Map<Group, Set<string>>();
  readonly #groupOf = new Map<string, Group>();

  constructor(isConnected: (clientId: string) => boolean) {
    this.#isConnected = isConnected;
  }

  /** From now on the client is in that group, or with undefined in none. */
  put(clientId: string, group: Group | undefined): void {
    this.#remove(clientId);
    if (group === undefined) return;
    this.#groupOf.set(clientId, group);
    this.#members.set(group, (this.#members.get(group) ?? new Set()).add(clientId));
  }

  /** Its connected clients, in the order in which they came. */
  membersOf(group: Group): readonly string[] {
    const members = this.#members.get(group) ?? new Set<string>();
    for (const clientId of members) if (!this.#isConnected(clientId)) this.#remove(clientId);
    return [...members];
  }

  /** All groups that have a connected client, each with one of them. */
  groups(): readonly { readonly group: Group; readonly clientId: string }[] {
    return [...this.#members.keys()].flatMap((group) => {
      for (const clientId of this.#members.get(group) ?? []) {
        if (this.#isConnected(clientId)) return [{ group, clientId }];
        this.#remove(clientId);
      }
      return [];
    });
  }

  #remove(clientId: string): void {
    const group = this.#groupOf.get(clientId);
    if (group === undefined) return;
    this.#groupOf.delete(clientId);
    const members = this.#members.get(group);
    members?.delete(clientId);
    if (members?.size === 0) this.#members.delete(group);
  }
}
