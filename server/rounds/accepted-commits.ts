// The commits that were accepted lately. An agent whose answer was lost commits again, to this process or to the next one: it is
// told the same, and nothing is counted twice.

import type { Update } from "../../protocol/messages.ts";

/** One accepted commit, as it is kept through a restart. */
export interface AcceptedCommit {
  readonly round: number;
  readonly taskId: string;
  readonly clientId: string;
  readonly sha256: string;
}

/** Rounds before the latest whose commits are remembered. */
const REMEMBERED_ROUNDS = 1;

export class AcceptedCommits {
  #commits: Map<string, AcceptedCommit>;

  constructor(commits: readonly AcceptedCommit[] = []) {
    this.#commits = new Map(commits.map((commit) => [commit.taskId, commit]));
  }

  add(commit: AcceptedCommit): void {
    this.#commits.set(commit.taskId, commit);
  }

  /** Whether exactly this commit of this client was accepted. */
  has(clientId: string, { taskId, sha256 }: Pick<Update, "taskId" | "sha256">): boolean {
    const known = this.#commits.get(taskId);
    return known?.clientId === clientId && known.sha256 === sha256;
  }

  /** Forgets what is too old as `round` begins. */
  forgetBefore(round: number): void {
    this.#commits = new Map([...this.#commits].filter(([, commit]) => commit.round >= round - REMEMBERED_ROUNDS));
  }

  list(): readonly AcceptedCommit[] {
    return [...this.#commits.values()];
  }
}
