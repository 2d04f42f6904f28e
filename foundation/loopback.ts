// Addresses that only this machine reaches.

/**
 * @param host a name or an address, with or without the brackets that IPv6 has in a URL.
 * @example isLoopback("127.0.0.1") // true
 */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(host);
}
