import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const CHUNK_LENGTH = 64 * 1024
const DROP_AFTER_MS = 50

/** Small texts as a byte stream of sizeable chunks, produced only as fast as they are read. */
export function bodyStream(
  texts: Iterable<string>,
  dropAtEnd: ServerResponse | null,
): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks(texts, dropAtEnd))
}

async function* chunks(
  texts: Iterable<string>,
  dropAtEnd: ServerResponse | null,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let gathered = ''
  for (const text of texts) {
    gathered += text
    if (gathered.length < CHUNK_LENGTH) continue
    yield encoder.encode(gathered)
    gathered = ''
  }
  yield encoder.encode(gathered)
  if (!dropAtEnd) return
  // The reader should have seen headers and data before the line breaks.
  await sleep(DROP_AFTER_MS)
  dropAtEnd.destroy()
}
