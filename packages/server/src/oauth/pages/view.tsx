import type { Child } from 'hono/jsx'
import type { ModeImage } from './brand-css.js'
import { LANGUAGE_NAMES, type Language, textsIn } from './languages.js'
import { Page } from './page.js'
import type { Texts } from './texts/en.js'

/** What a brand changes. Images are paths on this server. */
export interface Brand {
  readonly css?: string | undefined
  readonly logo?: ModeImage | undefined
  /** Whether it is beside the form's card and not in it. */
  readonly logoIsOutside?: boolean
  readonly logoIsBelow?: boolean
  readonly favicon?: string | undefined
  /** Whether it shows or loads images of this server. */
  readonly images?: boolean
  /** Bars across the page. */
  readonly header?: Bar | undefined
  readonly footer?: Bar | undefined
  /** Whether there are drawings above the title. Default: there are. */
  readonly hasGraphics?: boolean
  readonly graphics?: { readonly [G in Graphic]?: ModeImage | undefined }
  /** Whether pages say what they are for below the title, where nothing else depends on it. Default: they do. */
  readonly hasInstructions?: boolean
  /** Whether pages offer the other languages. Default: they do. */
  readonly hasLanguages?: boolean
  readonly providers?: {
    readonly hasIcons: boolean
    /** By the provider's name. */
    readonly icons: ReadonlyMap<string, ModeImage | undefined>
    /** Whether they are above the form. */
    readonly comeFirst: boolean
    /** Names; the others follow. */
    readonly order: readonly unknown[]
  }
}

interface Bar {
  readonly logo: ModeImage | undefined
}

/** What a page is about, where a brand may have a drawing for it. */
export type Graphic = 'email' | 'sms' | 'totp' | 'password' | 'passkey'

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
  /** The user whom the page is for, where it is one of a sign-in that has begun: by the name that was typed. */
  readonly user?: string | undefined
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
  isInstruction = false,
  graphic,
  children,
}: {
  view: View
  title: string
  lead?: Child
  /** Whether the lead says nothing that the user needs, so that a brand may leave it out. */
  isInstruction?: boolean
  graphic?: Graphic | undefined
  children: Child
}) => {
  const { brand } = view
  const hasLead = lead !== undefined && !(isInstruction && brand.hasInstructions === false)
  const logo = brand.logo && <Logo view={view} logo={brand.logo} />
  const isInCard = !brand.logoIsOutside
  const outside = logo && !isInCard && (
    <div class={brand.logoIsBelow ? 'outside below' : 'outside'}>{logo}</div>
  )
  return (
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
      before={
        <>
          {brand.header && <BarOf view={view} bar={brand.header} side="top" />}
          {!brand.logoIsBelow && outside}
        </>
      }
      footer={
        <>
          {brand.logoIsBelow && outside}
          {/* What has no query cannot be asked for again. */}
          {view.search !== '' && brand.hasLanguages !== false && <Languages view={view} />}
          {brand.footer && <BarOf view={view} bar={brand.footer} side="bottom" />}
        </>
      }
    >
      <header class={classes(view, '', 'banner-customizable')}>
        {isInCard && !brand.logoIsBelow && logo}
        {!logo && brand.hasGraphics !== false && view.application !== '' && (
          <span class="monogram" aria-hidden="true">
            {[...view.application][0]?.toUpperCase()}
          </span>
        )}
        <GraphicOf image={graphic && brand.graphics?.[graphic]} />
        <h1>{title}</h1>
        {hasLead && <p class={classes(view, '', 'textDescription-customizable')}>{lead}</p>}
      </header>
      {children}
      {isInCard && brand.logoIsBelow && logo && <div class="more">{logo}</div>}
    </Page>
  )
}

/** Its height is set, so that nothing below it moves when it arrives. */
const Logo = ({ view, logo }: { view: View; logo: ModeImage }) => (
  <Image image={logo} alt={view.application} className={classes(view, 'logo', 'logo-customizable')} />
)

const BarOf = ({ view, bar, side }: { view: View; bar: Bar; side: 'top' | 'bottom' }) => (
  <div class={`bar ${side}`}>
    {bar.logo && <Image image={bar.logo} alt={view.application} className="logo" />}
  </div>
)

const GraphicOf = ({ image }: { image: ModeImage | undefined }) =>
  image ? <Image image={image} alt="" className="graphic" /> : null

/** An image of a brand. */
export const Image = ({
  image: { light, dark },
  alt,
  className,
}: {
  image: ModeImage
  alt: string
  className: string | undefined
}) => (
  <picture>
    {dark !== undefined && <source srcset={dark} media="(prefers-color-scheme: dark)" />}
    <img class={className} src={light} alt={alt} />
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
