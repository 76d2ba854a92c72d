import type { AmuletServer } from '@amulet/server'

/** A browser without scripts, as programs that sign in on the pages write one: it keeps cookies by host and follows nothing. */
export function openBrowser(server: Pick<AmuletServer, 'fetch'>, origin = 'http://localhost') {
  const jar = new Map<string, string>()

  async function request(path: string, init: RequestInit = {}): Promise<Page> {
    const headers = new Headers(init.headers)
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    if (cookies !== '') headers.set('cookie', cookies)
    const response = await server.fetch(new Request(new URL(path, origin), { ...init, headers }))
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get('location') ?? '',
    }
  }

  return {
    jar,
    get: (path: string, headers: Record<string, string> = {}) => request(path, { headers }),
    post: (
      path: string,
      fields: Record<string, string> | URLSearchParams,
      headers: Record<string, string> = {},
    ) => request(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
    /** Sends the first form of a page, with the fields that it has hidden. */
    async submit(page: Page, fields: Record<string, string>, headers: Record<string, string> = {}) {
      const [, action = ''] = /<form[^>]* action="([^"]*)"/.exec(page.text) ?? []
      const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, unescaped(value)],
      )
      return await this.post(unescaped(action), { ...Object.fromEntries(hidden), ...fields }, headers)
    },
  }
}

export type Browser = ReturnType<typeof openBrowser>

export interface Page {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly location: string
}

const unescaped = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&')
