// What a fuzz run counts, and what it finds.

import type { InputKind } from "./kinds.ts";

/** Something that must not happen. */
export interface Finding {
  /** The input after which it was seen, or undefined where a whole batch is to blame. */
  readonly index: number | undefined;
  /** Of the batch's first input. */
  readonly batchStart: number;
  readonly kind: InputKind | "batch";
  readonly what: string;
  /** The input, as much of it as can be shown. */
  readonly input: string;
}

const MOST_SHOWN_CHARACTERS = 4000;

export class Tally {
  readonly findings: Finding[] = [];
  /** Answers by kind of input and kind of answer. */
  readonly #counts = new Map<InputKind, Map<string, number>>();
  readonly #batchStart: () => number;
  readonly #onFinding: (finding: Finding) => void;

  constructor(batchStart: () => number, onFinding: (finding: Finding) => void = () => {}) {
    this.#batchStart = batchStart;
    this.#onFinding = onFinding;
  }

  /** An input was dealt with. @param answer in a word or a code: "accepted", "protocol.malformed-message", "400". */
  count(kind: InputKind, answer: string): void {
    const counts = this.#counts.get(kind) ?? new Map<string, number>();
    this.#counts.set(kind, counts);
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }

  find(
    kind: Finding["kind"],
    what: string,
    at: { readonly index?: number | undefined; readonly input?: unknown } = {},
  ): void {
    const finding = { index: at.index, batchStart: this.#batchStart(), kind, what, input: shown(at.input) };
    this.findings.push(finding);
    this.#onFinding(finding);
  }

  get total(): number {
    return [...this.#counts.values()].flatMap((counts) => [...counts.values()]).reduce((sum, count) => sum + count, 0);
  }

  /** The counts as plain objects, the most frequent answer first. */
  counts(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    return Object.fromEntries(
      [...this.#counts].map(([kind, counts]) => [kind, Object.fromEntries([...counts].sort(([, a], [, b]) => b - a))]),
    );
  }
}

/** Bytes as hex, values as JSON. */
export function shown(input: unknown): string {
  if (input === undefined) return "";
  if (input instanceof Uint8Array) return `hex ${Buffer.from(input).toString("hex").slice(0, MOST_SHOWN_CHARACTERS)}`;
  const text = JSON.stringify(input, (_, inner: unknown) =>
    typeof inner === "bigint"
      ? `${inner}n`
      : typeof inner === "number" && !Number.isFinite(inner)
        ? String(inner)
        : inner,
  );
  return (text ?? String(input)).slice(0, MOST_SHOWN_CHARACTERS);
}
