// Why a program cannot reach the page, and what to do about it: once as the text
// of an error, which contains the sentences people search for, and once as a
// remark beside the editor.
//
// Not here: what raises the error (polyscript.py).

const SECURITY = 'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/SharedArrayBuffer#security_requirements';

// WebKitGTK has none even on isolated pages, unless JSC_useSharedArrayBuffer is set where it starts.
const WITHOUT_SHARED_MEMORY = self.crossOriginIsolated
  ? 'This browser has no SharedArrayBuffer, though the page is isolated.'
  : `Unable to use SharedArrayBuffer due insecure environment.\nPlease read requirements in MDN: ${SECURITY}`;
const OUT_OF_REACH =
  'Unable to use `window` or `document` in worker. This requires SharedArrayBuffer support. ' +
  `See: https://docs.pyscript.net/latest/faq/#sharedarraybuffer\n${WITHOUT_SHARED_MEMORY}`;
const SWITCHED_OFF = 'The author of this page has switched its `window` and `document` off for this editor (page-access="none").';

/** The two headers that make a page isolated, and what each may say. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export class Reason {
  #about;
  #post;
  #isTold = false;

  /** @param {import('../worker.js').About} about @param {(message: object) => void} post */
  constructor(about, post) {
    this.#about = about;
    this.#post = post;
  }

  /** The text of the error. */
  get text() {
    return this.#about.page === 'None' ? SWITCHED_OFF : OUT_OF_REACH;
  }

  /** A program has touched what is not there. */
  async tell() {
    const isSilent = this.#isTold || this.#about.page === 'None' || this.#about.plan?.sync_main_only;
    if (isSilent) return;
    this.#isTold = true;
    const text = self.crossOriginIsolated ? OF_THE_BROWSER : await ofThePage(this.#about.base);
    this.#post({ Remark: { text: `Python cannot use window and document here: ${text}` } });
  }
}

const ONLY_SYNC = 'or the program only awaits functions on sync, and sync_main_only = true in its configuration says so.';
const OF_THE_BROWSER =
  'the page is cross-origin isolated, but this browser has no shared memory (SharedArrayBuffer). ' +
  `Two ways out: the editor names a service worker that passes answers on (its attribute service-worker); ${ONLY_SYNC}`;

/** The page is not isolated. @param {string} page */
async function ofThePage(page) {
  const missing = await missingHeaders(page);
  return (
    `the page is not cross-origin isolated${missing}. ` +
    'Three ways out: the server sends these headers; or the page loads mini-coi.js as its first script, ' +
    `a small service worker that adds them; ${ONLY_SYNC}`
  );
}

/** What the server leaves out, as part of a sentence. @param {string} page */
async function missingHeaders(page) {
  const answer = await fetch(page, { method: 'HEAD' }).catch(() => null);
  const missing = Object.entries(HEADERS).filter(([name]) => !answer?.headers.get(name));
  const listed = (missing.length ? missing : Object.entries(HEADERS)).map(([name, value]) => `${name}: ${value}`);
  return `, it lacks the ${listed.length > 1 ? 'headers' : 'header'} ${listed.join(' and ')}`;
}
