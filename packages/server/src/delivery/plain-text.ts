/** An attribute's value: in either kind of quotes, or in none. */
const VALUE = String.raw`(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`
/** The inside of a tag, in which a `>` between quotes is text. */
const INSIDE = `(?:"[^"]*"|'[^']*'|[^'">])*`
const TAG = new RegExp(`<[a-z/!]${INSIDE}>`, 'iy')
const LINK = new RegExp(String.raw`^<a\b${INSIDE}?\shref\s*=\s*${VALUE}`, 'i')
const LINE_END = /^<(?:br\b|\/(?:p|div|h[1-6]|li|tr)\s*>)/i

/** What is left of an HTML mail in a program that shows none: its text, and where links lead. */
export function plainText(html: string): string {
  return (
    withoutTags(html)
      .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (reference, decimal, hexadecimal, name) => {
        if (name !== undefined) return NAMED[name] ?? reference
        return (
          character(decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)) ?? reference
        )
      })
      // What laid out the source.
      .split('\n')
      .map((line) => line.trim())
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  )
}

/**
 * Goes once through a mail, however odd it is: a pool's own function may have put in it what a user typed, who could make
 * a search that begins anew at every `<` take minutes.
 */
function withoutTags(html: string): string {
  const find = finderIn(html)
  let text = ''
  let link: string | undefined
  let at = 0
  for (let start = html.indexOf('<'); start >= 0; start = html.indexOf('<', Math.max(at, start + 1))) {
    const end = find.hiddenEnd(start) ?? find.tagEnd(start)
    if (end === undefined) continue
    text += html.slice(at, start)
    at = end
    const tag = html.slice(start, end)
    if (LINE_END.test(tag)) text += '\n'
    const [isLink, double, single, bare] = LINK.exec(tag) ?? []
    if (isLink !== undefined) link ??= (double ?? single ?? bare ?? '').trim()
    if (/^<\/a\s*>/i.test(tag) && link !== undefined) {
      text += `: ${link}`
      link = undefined
    }
  }
  return text + html.slice(at)
}

/** What is looked for in vain is not looked for again. */
function finderIn(html: string) {
  const missing = new Set<string>()
  const after = (what: string, from: number): number | undefined => {
    if (missing.has(what)) return undefined
    const pattern = new RegExp(what, 'gi')
    pattern.lastIndex = from
    if (pattern.test(html)) return pattern.lastIndex
    missing.add(what)
    return undefined
  }
  return {
    /** Where a comment ends, or an element that is not shown, if one begins here. */
    hiddenEnd(start: number): number | undefined {
      if (html.startsWith('<!--', start)) return after('-->', start + 4)
      const [, name] = /^<(style|script|head)\b/i.exec(html.slice(start, start + 8)) ?? []
      return name === undefined ? undefined : after(`</${name.toLowerCase()}\\s*>`, start)
    },
    /** Where the tag ends that begins here. One with half a pair of quotes ends at any `>`, and so do those after it. */
    tagEnd(start: number): number | undefined {
      if (!/[a-z/!]/i.test(html.charAt(start + 1))) return undefined
      TAG.lastIndex = start
      if (!missing.has('"') && TAG.test(html)) return TAG.lastIndex
      missing.add('"')
      return after('>', start)
    },
  }
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
