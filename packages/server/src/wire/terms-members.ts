import * as c from './constraints.js'
import { map, oneOf } from './shape.js'

/** Of CreateTerms and UpdateTerms, beside what they are about. */
export const termsMembers = {
  TermsSource: oneOf('LINK'),
  Enforcement: oneOf('NONE'),
  Links: map(c.TermsLink, { key: c.TermsLanguage, min: 1, max: 13 }),
}
