// Lets the wall clock of this process jump, as an operator or a time server does to a machine's: whatever asks Date sees it. The
// monotonic clock does not move, as it does not on a machine.

const RealDate = Date;
let offsetMilliseconds = 0;

/** Moves the wall clock by so much; negative moves it back. */
export function shiftClock(seconds: number): void {
  offsetMilliseconds += seconds * 1000;
  globalThis.Date = shiftedDate;
}

const now = (): number => RealDate.now() + offsetMilliseconds;

const shiftedDate = new Proxy(RealDate, {
  construct: (target, args) => (args.length === 0 ? new target(now()) : Reflect.construct(target, args)),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});
