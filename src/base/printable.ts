/** Text of a customer's file, made safe to be printed in a line among others. */

/** What could move the cursor, colour the terminal or turn the direction of reading. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

const ESCAPES: { readonly [character: string]: string } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * The text on one line, with control characters shown and not obeyed: a line end as `\n`, an escape as `\u001b`.
 * A cell of a file must not be able to clear the screen of whoever looks at it.
 */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, (character) => ESCAPES[character] ?? escaped(character))
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
