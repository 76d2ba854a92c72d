import { de } from './texts/de.js'
import { en, type Texts } from './texts/en.js'
import { es } from './texts/es.js'
import { fr } from './texts/fr.js'
import { ja } from './texts/ja.js'

/** The languages of the pages, each under the tag that `lang` and browsers have for it. */
const LANGUAGES = { en, de, fr, es, ja } as const satisfies Record<string, Texts>

export type Language = keyof typeof LANGUAGES

/** Each in its own words. */
export const LANGUAGE_NAMES: { readonly [L in Language]: string } = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  ja: '日本語',
}

export const textsIn = (language: Language): Texts => LANGUAGES[language]

/** The language that a tag names, where there are texts in it: `fr`, and `fr-CA` too. */
export function languageOf(tag: string | undefined): Language | undefined {
  const [language = ''] = tag?.toLowerCase().split('-') ?? []
  return isLanguage(language) ? language : undefined
}

const isLanguage = (tag: string): tag is Language => Object.hasOwn(LANGUAGES, tag)

/**
 * The language of a page: what the request asks for, else what an earlier one asked for, else the first of the browser's
 * that there is.
 */
export const chooseLanguage = (
  asked: string | undefined,
  remembered: string | undefined,
  acceptLanguage: string | undefined,
): Language =>
  languageOf(asked) ??
  languageOf(remembered) ??
  acceptedLanguages(acceptLanguage).map(languageOf).find(Boolean) ??
  'en'

/** Tags of `Accept-Language`, the most wanted first (RFC 9110 section 12.5.4). */
function acceptedLanguages(header = ''): string[] {
  return header
    .split(',', 20)
    .map((entry) => {
      const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim())
      const q = parameters.find((parameter) => parameter.startsWith('q='))
      return { tag, weight: q === undefined ? 1 : Number(q.slice(2)) }
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}
