// Who is on the other side of a connection, and what a role may do.

/** agent: takes part in rounds. viewer: sees how a run stands. operator: also stops it. */
export const roles = ["agent", "operator", "viewer"] as const;
export type Role = (typeof roles)[number];

/** What a request asks for. */
export type Access = "public" | "view" | "control" | "download" | "task";

export interface Principal {
  /** For logs; never a secret: "token 3f2a...", "certificate berlin-1". */
  readonly name: string;
  readonly role: Role;
}

const allowed: Readonly<Record<Role, readonly Access[]>> = {
  agent: ["public", "task"],
  viewer: ["public", "task", "view", "download"],
  operator: ["public", "task", "view", "download", "control"],
};

/**
 * Whether a role suffices. "task" is decided by the task's own token, so that every role passes; an agent downloads models by
 * that token, too.
 *
 * @example may("agent", "view") // false
 */
export function may(role: Role, access: Access): boolean {
  return allowed[role].includes(access);
}

/**
 * Whether a pattern covers a client's id; `*` stands for any characters.
 *
 * @example coversClient("sat-*", "sat-7") // true
 */
export function coversClient(pattern: string, clientId: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  if (others.length === 0) return pattern === clientId;
  if (!clientId.startsWith(first)) return false;
  const last = others.pop() ?? "";
  let at = first.length;
  // Without a regular expression: a pattern with many stars must not make the check slow.
  for (const piece of others) {
    const found = clientId.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return clientId.length - last.length >= at && clientId.endsWith(last);
}
