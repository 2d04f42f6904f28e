// Who takes part in each round of a fuzz run: two honest clients, and those whose tasks the hostile inputs need.

/** Roles by the number of their clients in every round. */
export interface RosterSizes {
  readonly honest: number;
  /** Its token is known to hostile HTTP requests; it never commits. */
  readonly leaky: number;
  /** Say hostile messages about tasks of their own. */
  readonly holder: number;
  /** Upload and commit hostile parameter files, one a round. */
  readonly spoiler: number;
  /** Answer `train`, or `cancel`, with nonsense. */
  readonly trainee: number;
  readonly quitter: number;
}

export type Role = keyof RosterSizes;

export const namesOf = (role: Role, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${role}-${index + 1}`);

/** Whether the policy asks a client of this name. */
export const isInRoster = (clientId: string): boolean =>
  /^(honest|leaky|holder|spoiler|trainee|quitter)-\d+$/.test(clientId);
