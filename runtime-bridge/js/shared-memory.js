// Whether page and workers can share memory: decided once, for all that would use it
// (signal.js, pace.js, ask.js). WebKitGTK has no SharedArrayBuffer, not even on
// isolated pages, so isolation alone does not tell.

export const HAS_SHARED_MEMORY = Boolean(globalThis.crossOriginIsolated) && 'SharedArrayBuffer' in globalThis;
