import type { Child } from 'hono/jsx'
import { LANGUAGE_NAMES, type Language, textsIn } from './languages.js'
import { Page } from './page.js'
import type { Texts } from './texts/en.js'

/** What a brand changes. */
export interface Brand {
  readonly css?: string | undefined
  /** Paths of images on this server. */
  readonly logo?: { readonly light: string; readonly dark?: string | undefined } | undefined
  readonly favicon?: string | undefined
  /** Whether its CSS loads images of this server. */
  readonly images?: boolean
}

/** What every page of a sign-in is made with. */
export interface View {
  /** Which of the service's pages the names of fields, ids and classes are those of. */
  readonly markup: 'classic' | 'managed'
  readonly language: Language
  readonly texts: Texts
  /** Name of the app client. */
  readonly application: string
  readonly brand: Brand
  /** Of the form, compared with the cookie. */
  readonly csrf: string
  /** The query of the request, with its question mark: it goes from page to page, so that the end of it knows the beginning. */
  readonly search: string
}

export const isClassic = ({ markup }: View): boolean => markup === 'classic'

/** Classes of the service's classic page, which style sheets and scripts name. */
export const classes = (view: View, own: string, classic: string): string | undefined =>
  (isClassic(view) ? `${classic} ${own}`.trim() : own) || undefined

/** The frame of every page: brand, title, lead, and the languages below. */
export const Frame = ({
  view,
  title,
  lead,
  children,
}: {
  view: View
  title: string
  lead?: Child
  children: Child
}) => (
  <Page
    title={view.application === '' ? title : `${title} · ${view.application}`}
    lang={view.language}
    css={view.brand.css}
    favicon={view.brand.favicon}
    script
    mainClass={classes(
      view,
      '',
      'modal-content background-customizable modal-content-mobile visible-md visible-lg',
    )}
    // What has no query cannot be asked for again.
    footer={view.search !== '' && <Languages view={view} />}
  >
    <header class={classes(view, '', 'banner-customizable')}>
      {view.brand.logo !== undefined ? (
        <Logo view={view} logo={view.brand.logo} />
      ) : (
        view.application !== '' && (
          <span class="monogram" aria-hidden="true">
            {[...view.application][0]?.toUpperCase()}
          </span>
        )
      )}
      <h1>{title}</h1>
      {lead !== undefined && <p class={classes(view, '', 'textDescription-customizable')}>{lead}</p>}
    </header>
    {children}
  </Page>
)

/** Its height is set, so that nothing below it moves when it arrives. */
const Logo = ({ view, logo }: { view: View; logo: NonNullable<Brand['logo']> }) => (
  <picture>
    {logo.dark !== undefined && <source srcset={logo.dark} media="(prefers-color-scheme: dark)" />}
    <img class={classes(view, 'logo', 'logo-customizable')} src={logo.light} alt={view.application} />
  </picture>
)

const Languages = ({ view }: { view: View }) => {
  const query = new URLSearchParams(view.search)
  const entries = Object.entries(LANGUAGE_NAMES)
  return (
    <nav aria-label={view.texts.language}>
      {entries.map(([tag, name]) => {
        query.set('lang', tag)
        return (
          <a
            href={`?${query}`}
            lang={tag}
            hreflang={tag}
            aria-current={tag === view.language ? 'true' : undefined}
          >
            {name}
          </a>
        )
      })}
    </nav>
  )
}

/** A view of no client and no brand, for what goes wrong before there is one. */
export const plainView = (language: Language, search = ''): View => ({
  markup: 'managed',
  language,
  texts: textsIn(language),
  application: '',
  brand: {},
  csrf: '',
  search,
})
