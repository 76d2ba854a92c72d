/** More of a header than any browser sends is not looked at. */
const MAX_LENGTH = 1024

/** The first that is found counts: browsers name those that they descend from, too. */
const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+).*\bSafari\//],
]

/** Of macOS and Windows, browsers name the same version for all. */
const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['iOS', /\b(?:iPhone|iPad|iPod)\b.*\bOS (\d+)[_.\d]*/],
  ['Android', /\bAndroid(?: (\d+))?/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMac OS X\b|\bos\/macos\b/],
  // The kernel of phones and of computers.
  ['Apple', /\bDarwin\b/],
  ['Linux', /\bLinux\b/i],
]

/** An application that is no browser names itself first. */
const APPLICATION = /^([\w.-]{1,64})\/([\w.-]{1,32})/

/**
 * The browser or application and the system of a `User-Agent` header, as its user reads them in a list of sessions:
 * `Chrome 125 / macOS`.
 */
export function deviceType(userAgent = ''): string {
  const text = userAgent.slice(0, MAX_LENGTH)
  const found = [named(BROWSERS, text) ?? applicationIn(text), named(SYSTEMS, text)]
  return found.filter((part) => part !== undefined).join(' / ') || 'unknown'
}

function named(known: typeof BROWSERS, text: string): string | undefined {
  for (const [name, pattern] of known) {
    const match = pattern.exec(text)
    if (match) return match[1] === undefined ? name : `${name} ${match[1]}`
  }
  return undefined
}

function applicationIn(text: string): string | undefined {
  const [, name, version] = APPLICATION.exec(text) ?? []
  return name === undefined || name === 'Mozilla' ? undefined : `${name} ${version}`
}
