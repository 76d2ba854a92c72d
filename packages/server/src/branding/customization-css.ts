import { errors } from '../errors.js'

/** Classes of the classic page that a customization may style, and the states that it may style them in. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  background: [],
  banner: [],
  errorMessage: [],
  idpButton: [':hover'],
  idpDescription: [],
  inputField: [':focus'],
  label: [],
  legalText: [],
  logo: [],
  'passwordCheck-notValid': [],
  'passwordCheck-valid': [],
  redirect: [],
  socialButton: [':hover'],
  submitButton: [':hover'],
  textDescription: [],
}

const SELECTOR = /^\.([a-zA-Z-]+)-customizable(:[a-z]+)?$/
const PROPERTY = /^-?[a-z][a-z-]*$/
/** Nothing that loads, leaves its rule, or ends the style. */
const VALUE =
  /^(?![\s\S]*\/\*)(?![\s\S]*(?:url|src|image|image-set|cross-fade|element|paint|expression|attr|var|env)\s*\()[\w\s.,%#()'"!+*/-]+$/i

const COMMENTS = /\/\*[\s\S]*?\*\//g

/** What of it goes into a page: a comment could end the style. */
export const withoutComments = (css: string): string => css.replace(COMMENTS, ' ')

/**
 * What is written into the pages of others: rules of the classes above, with plain values, and nothing else.
 *
 * @throws InvalidParameterException
 */
export function assertCustomizationCss(css: string): void {
  let rest = withoutComments(css).trim()
  while (rest !== '') {
    const rule = /^([^{}]*)\{([^{}]*)\}\s*/.exec(rest)
    if (!rule) throw errors.cssNotAllowed('it consists of rules such as .label-customizable { color: red; }')
    const [whole, selectors = '', declarations = ''] = rule
    for (const selector of selectors.split(',')) assertSelector(selector.trim())
    for (const declaration of declarations.split(';')) assertDeclaration(declaration.trim())
    rest = rest.slice(whole.length)
  }
}

function assertSelector(selector: string): void {
  const [, name = '', state] = SELECTOR.exec(selector) ?? []
  const states = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined
  if (!states || (state !== undefined && !states.includes(state)))
    throw errors.cssClassNotAllowed(selector.slice(0, 100))
}

function assertDeclaration(declaration: string): void {
  if (declaration === '') return
  const colon = declaration.indexOf(':')
  const property = declaration.slice(0, colon).trim().toLowerCase()
  const value = declaration.slice(colon + 1).trim()
  if (colon < 0 || !PROPERTY.test(property) || !VALUE.test(value))
    throw errors.cssNotAllowed(`${JSON.stringify(declaration.slice(0, 100))} cannot be set.`)
}
