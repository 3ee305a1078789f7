// What both halves of answering (ask.js, answer.js) must agree on.

/** Bytes before the answer in shared memory: 0 until it is there, then 1. */
export const HEAD_BYTES = 4;

/** URLs that are bits of the answer's; the one before them is the flag. */
export const BITS = 128;
