// How often somebody may do something: a token bucket for each address, in bounded memory.

import type { Clock } from "../../../foundation/clock.ts";

export interface BucketTerms {
  /** The most at once. */
  readonly capacity: number;
  readonly perSecond: number;
}

/** A minute's share at once. @example minuteShare(60) // { capacity: 60, perSecond: 1 } */
export function minuteShare(perMinute: number): BucketTerms {
  return { capacity: Math.max(1, perMinute), perSecond: perMinute / 60 };
}

export class TokenBucket {
  readonly #terms: BucketTerms;
  readonly #clock: Clock;
  #level: number;
  #seconds: number;

  constructor(terms: BucketTerms, clock: Clock) {
    this.#terms = terms;
    this.#clock = clock;
    this.#level = terms.capacity;
    this.#seconds = clock.nowSeconds();
  }

  /** Whether there is one left, without taking it. */
  get hasAny(): boolean {
    this.#refill();
    return this.#level >= 1;
  }

  /** Takes one. @returns false if there is none. */
  take(): boolean {
    if (!this.hasAny) return false;
    this.#level--;
    return true;
  }

  /** Until the next one is there; 0 if one is. */
  get secondsUntilNext(): number {
    this.#refill();
    return Math.max(0, (1 - this.#level) / this.#terms.perSecond);
  }

  #refill(): void {
    const now = this.#clock.nowSeconds();
    const { capacity, perSecond } = this.#terms;
    this.#level = Math.min(capacity, this.#level + (now - this.#seconds) * perSecond);
    this.#seconds = now;
  }
}

/** Addresses that are remembered; the one that was seen longest ago is forgotten first. */
const MOST_ADDRESSES = 10_000;

export class AddressBuckets {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #terms: BucketTerms;
  readonly #clock: Clock;

  constructor(terms: BucketTerms, clock: Clock) {
    this.#terms = terms;
    this.#clock = clock;
  }

  of(address: string | undefined): TokenBucket {
    const key = networkOf(address ?? "");
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#terms, this.#clock);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > MOST_ADDRESSES) {
      const [oldest = ""] = this.#buckets.keys();
      this.#buckets.delete(oldest);
    }
    return bucket;
  }
}

/**
 * Whoever has one IPv6 address has the 2^64 of its network.
 *
 * @example networkOf("2001:db8:1:2:3:4:5:6") // "2001:db8:1:2"
 * @example networkOf("::ffff:10.0.0.1") // "10.0.0.1"
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  return [...before, ...zeros, ...after].slice(0, 4).join(":");
}
