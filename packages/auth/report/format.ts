import type { Status } from './entry-points.js'
import type { Finding, Report } from './report.js'

const TITLES: readonly (readonly [Status, string])[] = [
  ['missing', 'Not covered'],
  ['changes', 'Written differently'],
  ['covered', 'Covered, under the same name in @amulet/auth'],
  ['stays', 'Stays with aws-amplify'],
]

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`

/** The report as lines for a terminal. */
export function format({
  amplify,
  files,
  findings,
  isCovered,
  bytes,
  differences,
  unreadable,
}: Report): string {
  const read = files === 1 ? '1 source file' : `${files} source files`
  const lines = [`aws-amplify ${amplify ?? 'is not a dependency'}; ${read} read`]
  for (const [status, title] of TITLES) {
    const found = findings.filter((finding) => finding.status === status)
    if (found.length === 0) continue
    lines.push('', title)
    for (const finding of found) lines.push(...describe(finding))
  }
  if (unreadable.length > 0) {
    lines.push('', 'Could not be read', ...unreadable.map((file) => `  ${file}`))
  }
  if (differences.length > 0) {
    lines.push('', 'What behaves differently in these calls', ...differences.map((link) => `  ${link}`))
  }
  if (bytes) {
    const { before, after, by } = bytes
    const how = by === 'table' ? 'measured for a similar page' : `measured with ${by}`
    lines.push(
      '',
      `Bytes to a browser: ${kilobytes(before)} before, ${kilobytes(after)} after (gzip; ${how})`,
    )
  }
  lines.push('', summary(findings, isCovered))
  // Names are those of the sources and of their files, which could tell a terminal what to do.
  return lines.map((line) => line.replace(/\p{Cc}/gu, '\ufffd')).join('\n')
}

function describe({ module, name, note, link, options, places }: Finding): string[] {
  const shown = places.slice(0, 3).join(', ')
  const more = places.length > 3 ? ` and ${places.length - 3} more` : ''
  const what = name === '*' ? `all of ${module}` : name === '' ? module : `${name}  (${module})`
  return [
    `  ${what}${note ? `: ${note}` : ''}`,
    `    ${shown}${more}`,
    ...(options ? [`    ${options.join(', ')}`] : []),
    ...(link ? [`    ${link}`] : []),
  ]
}

function summary(findings: readonly Finding[], isCovered: boolean): string {
  const missing = findings.filter(({ status }) => status === 'missing').length
  if (findings.length === 0)
    return 'Nothing of Amplify is used here. Name the folder of an application that uses it: npx @amulet/auth report FOLDER.'
  if (!isCovered) return `${missing} ${missing === 1 ? 'thing is' : 'things are'} not covered yet.`
  return 'Everything that is about signing in is covered.'
}
