/** An attribute's value: in either kind of quotes, or in none. */
const VALUE = String.raw`(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`
/** The inside of a tag, in which a `>` between quotes is text. */
const INSIDE = `(?:"[^"]*"|'[^']*'|[^'">])*`
const LINK = new RegExp(String.raw`<a\b${INSIDE}?\shref\s*=\s*${VALUE}${INSIDE}>(.*?)<\/a\s*>`, 'gis')
const TAG = new RegExp(`<[a-z/!]${INSIDE}>|<[a-z/!][^>]*>`, 'gi')

/** What is left of an HTML mail in a program that shows none: its text, and where links lead. */
export function plainText(html: string): string {
  return (
    html
      .replace(/<!--.*?-->|<(style|script|head)\b.*?<\/\1\s*>/gis, '')
      .replace(
        LINK,
        (_link, double?: string, single?: string, bare?: string, text?: string) =>
          `${text}: ${(double ?? single ?? bare ?? '').trim()}`,
      )
      .replace(/<br\b[^>]*>|<\/(p|div|h[1-6]|li|tr)\s*>/gi, '\n')
      .replace(TAG, '')
      .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (reference, decimal, hexadecimal, name) => {
        if (name !== undefined) return NAMED[name] ?? reference
        return (
          character(decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)) ?? reference
        )
      })
      // What laid out the source.
      .replace(/[^\S\n]*\n[^\S\n]*/g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  )
}

/** The character of a numeric reference; nothing for what is not a character, such as half of a surrogate pair. */
function character(codePoint: number): string | undefined {
  const isCharacter = codePoint > 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff)
  return isCharacter ? String.fromCodePoint(codePoint) : undefined
}

/** The named characters that mails are written with. Others stay as they are, which can still be read. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  reg: '®',
  trade: '™',
  bull: '•',
  middot: '·',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  larr: '←',
  rarr: '→',
  euro: '€',
}
