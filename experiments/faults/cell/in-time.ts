// Nothing in a cell is waited for without end.

const LONGEST_WAIT_SECONDS = 90;

/** What `promise` brings. @throws {Error} with `what` if it takes too long. */
export async function inTime<Value>(what: string, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const sentence = `${what} did not happen within ${LONGEST_WAIT_SECONDS} s.`;
    timer = setTimeout(() => reject(new Error(sentence)), LONGEST_WAIT_SECONDS * 1000);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
