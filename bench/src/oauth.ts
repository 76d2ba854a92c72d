import { createHash } from 'node:crypto'
import { inTurns } from './in-turns.js'
import { type Answer, call, PASSWORD, repeat, send, signUpUsers } from './load.js'
import { type MeasuredServer, startMeasured, temporaryDatabase } from './measured-server.js'
import type { Bare } from './server-process.js'
import { kilobytes, milliseconds, printTable, times } from './table.js'

const USERS = 50
const CALLBACK = 'https://app.example.com/callback'
const VERIFIER = 'a-verifier-of-at-least-forty-three-characters-0'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

/**
 * Processor time of the whole server process per answer of the token endpoint, against the signatures that the answer
 * holds; and that of the page on which a sign-in by redirect begins, from the authorization request on, with all that the
 * page loads.
 */
export async function benchOauth(count = 2000): Promise<void> {
  const database = temporaryDatabase()
  const server = await startMeasured(database)
  try {
    const { page, machine } = await createClients(server)
    const authorize = `${server.url}/oauth2/authorize?${new URLSearchParams({
      client_id: page.id,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid email',
      state: 'the state',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
    })}`
    const pages: string[][] = []
    const measurePages = async (what: string, loads: number) => {
      const before = await server.cpu()
      let bytes = 0
      await repeat(loads, async () => (bytes = (await openLogin(authorize)).bytes), 1)
      const cpu = ((await server.cpu()) - before) / loads
      pages.push([what, milliseconds(cpu), kilobytes(bytes)])
    }
    await measurePages('the first after a start', 1)
    await measurePages('the next 20', 20)
    await repeat(count, () => openLogin(authorize))
    await measurePages(`${count} others`, count)

    const users = await signUpUsers(server, USERS)
    const cookies = await Promise.all(users.map((name) => signInOnPage(authorize, name)))
    const newCode = async (i: number) => {
      const { headers } = await send(authorize, { headers: { cookie: cookies[i % USERS] } })
      return new URL(headers.location ?? '').searchParams.get('code') ?? ''
    }
    const post = async (fields: Record<string, string>, headers: Record<string, string> = {}) => {
      const { status, text } = await send(`${server.url}/oauth2/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(fields).toString(),
      })
      if (status !== 200) throw new Error(`The token endpoint answered ${status}: ${text}`)
      return JSON.parse(text) as { refresh_token?: string }
    }
    const redeem = (code: string) =>
      post({
        grant_type: 'authorization_code',
        client_id: page.id,
        redirect_uri: CALLBACK,
        code_verifier: VERIFIER,
        code,
      })

    let codes: string[] = []
    const newCodes = async (many: number) => {
      codes = []
      await repeat(many, async (i) => codes.push(await newCode(i)))
    }
    await newCodes(USERS)
    const tokens = await Promise.all(codes.map(async (code) => (await redeem(code)).refresh_token ?? ''))
    const authorization = `Basic ${Buffer.from(`${machine.id}:${machine.secret}`).toString('base64')}`
    const grants: [grant: string, Bare, (i: number) => Promise<unknown>, typeof newCodes?][] = [
      ['authorization_code', 'refresh', (i) => redeem(codes[i] ?? ''), newCodes],
      [
        'refresh_token',
        'refresh',
        (i) =>
          post({
            grant_type: 'refresh_token',
            client_id: page.id,
            refresh_token: tokens[i % USERS] ?? '',
          }),
      ],
      [
        'client_credentials',
        'client token',
        () => post({ grant_type: 'client_credentials' }, { authorization }),
      ],
    ]
    const rows: string[][] = []
    for (const atOnce of [1, 8])
      for (const [grant, bare, once, prepare] of grants) {
        const cost = await inTurns(server, bare, { count, atOnce }, once, prepare)
        rows.push([
          grant,
          String(atOnce),
          milliseconds(cost.cpu),
          milliseconds(cost.bare),
          times(cost.cpu / cost.bare),
        ])
      }
    printTable(
      `Processor time of the server per answer of the token endpoint (${count} of each)`,
      ['grant', 'at once', 'server', 'signatures', 'ratio'],
      rows,
    )
    printTable(
      'Processor time and size of the login page, from the authorization request on',
      ['page', 'server', 'bytes'],
      pages,
    )
  } finally {
    await server.stop()
    database.remove()
  }
}

/** A client that signs its users in by redirect, and one that speaks for itself. */
async function createClients({ url, userPoolId: UserPoolId }: MeasuredServer) {
  await call(url, 'CreateResourceServer', {
    UserPoolId,
    Identifier: 'api',
    Name: 'API',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'Reads' }],
  })
  const create = async (settings: object) => {
    const { UserPoolClient } = await call(url, 'CreateUserPoolClient', {
      UserPoolId,
      ClientName: 'bench',
      AllowedOAuthFlowsUserPoolClient: true,
      ...settings,
    })
    return { id: UserPoolClient?.ClientId ?? '', secret: UserPoolClient?.ClientSecret ?? '' }
  }
  return {
    page: await create({
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      CallbackURLs: [CALLBACK],
      SupportedIdentityProviders: ['COGNITO'],
    }),
    machine: await create({
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['api/read'],
    }),
  }
}

/** The login page as a browser without cookies gets it, with what it loads. */
async function openLogin(authorize: string): Promise<{ url: string; page: Answer; bytes: number }> {
  const { headers } = await send(authorize, {})
  const url = new URL(headers.location ?? '', authorize).href
  const page = await send(url, {})
  if (page.status !== 200) throw new Error(`The page answered ${page.status}: ${page.text}`)
  let bytes = Buffer.byteLength(page.text)
  for (const [, path = ''] of page.text.matchAll(/<(?:link|script|img)\b[^>]* (?:href|src)="([^"]+)"/g))
    bytes += Buffer.byteLength((await send(new URL(unescaped(path), url).href, {})).text)
  return { url, page, bytes }
}

/** Signs in on the page, and returns the cookies of the browser. */
async function signInOnPage(authorize: string, username: string): Promise<string> {
  const { url, page } = await openLogin(authorize)
  const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, unescaped(value)],
  )
  const [, action = ''] = /<form[^>]* action="([^"]*)"/.exec(page.text) ?? []
  const answer = await send(new URL(unescaped(action), url).href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookiesOf(page) },
    body: new URLSearchParams({ ...Object.fromEntries(hidden), username, password: PASSWORD }).toString(),
  })
  if (!answer.headers.location?.startsWith(CALLBACK))
    throw new Error(`The sign-in answered ${answer.status}: ${answer.text}`)
  return cookiesOf(answer)
}

const cookiesOf = ({ headers }: Answer): string =>
  (headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '').join('; ')

const unescaped = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&')
