import { JSDOM, VirtualConsole } from 'jsdom'
import { type Browser, openBrowser, type Page } from './browser-session.js'
import { authorizeQuery, type OAuthStarted } from './oauth.js'

/** Someone who uses the pages in a browser without scripts: reads labels, fills fields, presses buttons, follows links. */
export interface PageUser {
  readonly browser: Browser
  /** The page at hand, and how it was answered. */
  readonly page: Page
  /** Where it is. */
  readonly path: string
  /** The application that the browser was sent back to, if it was. */
  readonly left: URL | undefined
  open(path: string): Promise<void>
  /** What the page says: its heading, and what is told above and below fields. */
  title(): string
  text(): string
  alert(): string | undefined
  /** What is told about a field, by its label. */
  errorOf(label: string): string | undefined
  has(label: string): boolean
  field(label: string): HTMLInputElement
  /** Fills fields by their labels and presses a button by its name. */
  submit(button: string, fields?: Readonly<Record<string, string>>): Promise<void>
  /** Posts fields that no form of the page has, with its token, to where the page is. */
  post(fields: Readonly<Record<string, string>>): Promise<void>
  follow(link: string): Promise<void>
}

export function pageUser(app: Pick<OAuthStarted, 'server'>, origin = 'http://localhost'): PageUser {
  const browser = openBrowser(app.server, origin)
  let page: Page = { status: 0, headers: new Headers(), text: '', location: '' }
  let path = ''
  let left: URL | undefined
  let document: Document

  const named = <E extends Element>(elements: Iterable<E>, name: string, what: string): E => {
    const found = [...elements].filter((element) => nameOf(element) === name)
    const [only] = found
    if (!only || found.length > 1)
      throw new Error(
        `There are ${found.length} ${what} named ${JSON.stringify(name)} on ${path}:\n${textOf(document)}`,
      )
    return only
  }
  const nameOf = (element: Element) =>
    (element.getAttribute('value') && element.tagName === 'INPUT'
      ? element.getAttribute('value')
      : element.textContent
    )?.trim()
  const fieldOf = (label: string): HTMLInputElement => {
    const { control } = named(document.querySelectorAll('label'), label, 'labels')
    if (!control) throw new Error(`The label ${label} is of no field.`)
    // All controls of the pages are inputs.
    return control as HTMLInputElement
  }

  async function arrive(answered: Page, at: string): Promise<void> {
    let now = answered
    path = at
    for (let redirects = 0; now.status === 302; redirects++) {
      if (redirects === 20) throw new Error(`The browser is sent around in a circle, to ${now.location}.`)
      const target = new URL(now.location, new URL(path, origin))
      if (target.origin !== origin) {
        left = target
        page = now
        return
      }
      path = `${target.pathname}${target.search}`
      now = await browser.get(path)
    }
    page = now
    document = new JSDOM(now.text, { url: new URL(path, origin).href, virtualConsole: new VirtualConsole() })
      .window.document
  }

  return {
    browser,
    get page() {
      return page
    },
    get path() {
      return path
    },
    get left() {
      return left
    },
    open: async (at) => await arrive(await browser.get(at), at),
    title: () => document.querySelector('h1')?.textContent ?? '',
    text: () => textOf(document),
    alert: () =>
      document.querySelector('[role=alert]:not([hidden]), [role=status]')?.textContent ?? undefined,
    errorOf(label) {
      const field = fieldOf(label)
      const ids = field.getAttribute('aria-describedby')?.split(' ') ?? []
      const id = ids.find((each) => each.endsWith('-error'))
      return id && field.getAttribute('aria-invalid') === 'true'
        ? (document.getElementById(id)?.textContent ?? undefined)
        : undefined
    },
    has: (label) => [...document.querySelectorAll('label, a, button')].some((each) => nameOf(each) === label),
    field: fieldOf,
    async submit(name, fields = {}) {
      const button = named<HTMLButtonElement | HTMLInputElement>(
        document.querySelectorAll<HTMLButtonElement | HTMLInputElement>('button, input[type=submit]'),
        name,
        'buttons',
      )
      const { form } = button
      if (!form) throw new Error(`The button ${name} is of no form.`)
      for (const [label, value] of Object.entries(fields)) {
        const field = fieldOf(label)
        if (field.form !== form) throw new Error(`The field ${label} is of another form than ${name}.`)
        if (field.type === 'radio') field.checked = true
        else field.value = value
      }
      const sent = new URLSearchParams()
      for (const field of form.querySelectorAll<HTMLInputElement>('input')) {
        const isSent = !['radio', 'checkbox', 'submit'].includes(field.type) || field.checked
        if (field.name && isSent) sent.append(field.name, field.value)
      }
      if (button.name) sent.append(button.name, button.value)
      const at = form.getAttribute('action') ?? path
      await arrive(await browser.post(at, sent), at)
    },
    async post(fields) {
      const token = document.querySelector<HTMLInputElement>('input[name=csrf], input[name=_csrf]')
      const at = path
      await arrive(await browser.post(at, new URLSearchParams({ ...fields, csrf: token?.value ?? '' })), at)
    },
    async follow(name) {
      const href = named(document.querySelectorAll('a'), name, 'links').getAttribute('href') ?? ''
      const { pathname, search } = new URL(href, new URL(path, origin))
      await arrive(await browser.get(`${pathname}${search}`), `${pathname}${search}`)
    },
  }
}

/** What a page says, without its style and script. */
function textOf(document: Document): string {
  const main = document.querySelector('main')
  return main?.textContent?.replace(/\s+/g, ' ').trim() ?? ''
}

/** Someone at the page that an application has sent them to. */
export async function atSignIn(
  app: Pick<OAuthStarted, 'server' | 'clientId'>,
  parameters: Readonly<Record<string, string | undefined>> = {},
  path = '/oauth2/authorize',
): Promise<PageUser> {
  const user = pageUser(app)
  await user.open(`${path}?${authorizeQuery(app, parameters)}`)
  return user
}
