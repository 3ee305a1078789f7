// One number that both halves of page access must agree on.

/** What one answer of the page may weigh: memory that both sides share grows up to this. */
export const MAX_BYTES = 64 << 20;
