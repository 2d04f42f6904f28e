// Sizes of secure aggregation on the wire. Every message has a bound: see messages.ts.

/** Raised when a message, a derivation or the choice of parameters changes its meaning; both sides must have the same. */
export const SECURE_AGGREGATION_VERSION = 1;
/** A session's id, a hash, an X25519 key, the seed of a mask and the key of a cipher. */
export const KEY_BYTES = 32;
/** A Shamir share of a secret of KEY_BYTES: one byte of the field for each of the secret's, and its coordinate. */
export const SHARE_BYTES = KEY_BYTES + 1;
/** AES-GCM: 12 bytes of nonce and 16 of tag around the two shares. */
export const CIPHERTEXT_BYTES = 12 + 2 * SHARE_BYTES + 16;
/** Shares have coordinates in GF(2^8) without 0, so 255 holders at most; an even degree leaves 254. */
export const MAXIMUM_NEIGHBOURS = 254;
/** Of one secure round. */
export const MAXIMUM_COHORT = 100_000;
/** Of one masked vector: parameters and the weight, 4 bytes each. */
export const MAXIMUM_VECTOR_BYTES = 2 ** 31;
