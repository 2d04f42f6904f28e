// Websocket frames (RFC 6455, section 5.2) as bare bytes, also wrong ones, which no library would send.

export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Without it, 0x80: the last frame of its message and no reserved bit. */
  readonly flags?: number;
  /** A length other than the payload's. */
  readonly statedLength?: number;
}

/** @param masked as a client must and a server must not. The mask is of zeros, so that the payload travels as it is. */
export function encodeFrame({ opcode, payload, flags = 0x80, statedLength }: Frame, masked: boolean): Buffer {
  const length = statedLength ?? payload.byteLength;
  const maskBit = masked ? 0x80 : 0;
  const mask = masked ? [0, 0, 0, 0] : [];
  const first = flags | opcode;
  if (length < 126) return Buffer.concat([Buffer.from([first, maskBit | length, ...mask]), payload]);
  const isLong = length > 0xffff;
  const head = Buffer.alloc(isLong ? 10 : 4);
  head[0] = first;
  head[1] = maskBit | (isLong ? 127 : 126);
  if (isLong) head.writeBigUInt64BE(BigInt(length), 2);
  else head.writeUInt16BE(length, 2);
  return Buffer.concat([head, Buffer.from(mask), payload]);
}

/** Splits a stream into frames; what is not a whole frame yet waits for more. */
export function createFrameReader(): (chunk: Buffer) => readonly Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    for (let read = readFrame(rest); read; read = readFrame(rest)) {
      frames.push(read.frame);
      rest = rest.subarray(read.bytes);
    }
    return frames;
  };
}

function readFrame(bytes: Buffer): { readonly frame: Frame; readonly bytes: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] as number) & 0x7f;
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const masked = ((bytes[1] as number) & 0x80) !== 0;
  const start = 2 + lengthBytes + (masked ? 4 : 0);
  if (bytes.length < start) return undefined;
  const length =
    lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : lengthBytes === 2 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < start + length) return undefined;
  const payload = Buffer.from(bytes.subarray(start, start + length));
  if (masked)
    for (let at = 0; at < length; at++) payload[at] = (payload[at] as number) ^ (bytes[start - 4 + (at % 4)] as number);
  return { frame: { opcode: (bytes[0] as number) & 0x0f, payload }, bytes: start + length };
}
