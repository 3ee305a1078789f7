/**
 * Elements with text in them, for what is fetched late.
 *
 * Not here: what they are for.
 */

/** @param {string} name @param {string} className @param {...(Node | string)} children */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}
