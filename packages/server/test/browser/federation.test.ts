import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from '@amulet/server'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeSamlUpstream, type SamlUpstream } from '../saml-upstream.js'
import { listenForUpstream, UPSTREAM_CLIENT } from '../upstream.js'

// Pools on `localhost` and providers on `127.0.0.1`: for browsers these are two sites, as in production.

const server = createServer()
let browser: Browser
let url: string
let userPoolId: string
let oauthClientId: string
let callback: string
let saml: SamlUpstream
const closing: (() => Promise<void>)[] = []

const call = async (operation: string, input: object): Promise<Record<string, never>> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(input),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  // Whatever it is, the test says what it should be.
  return JSON.parse(text || '{}') as Record<string, never>
}

/** The application: a page that shows its address. */
const app = createHttpServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end('<!doctype html><title>Application</title><p>Signed in')
})

/** A provider of SAML, whose page posts its answer as soon as it is loaded. */
const samlPages = createHttpServer((request, response) => {
  if (!request.url?.includes('SAMLRequest=')) return response.writeHead(404).end()
  void saml.answer(new URL(request.url ?? '', 'http://127.0.0.1')).then((fields) => {
    const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`)
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(
      `<!doctype html><title>SAML</title><body onload="document.forms[0].submit()"><form method="post" action="${url}/saml2/idpresponse">${inputs.join('')}</form>`,
    )
  })
})

const listen = async (pages: typeof app): Promise<string> => {
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    pages.closeAllConnections()
    await new Promise((resolve) => pages.close(resolve))
  })
  // A server that listens on a port has an address of this kind.
  return String((pages.address() as AddressInfo).port)
}

beforeAll(async () => {
  const info = await server.listen()
  url = `http://localhost:${new URL(info.url).port}`
  userPoolId = info.userPoolId ?? ''
  const upstream = await listenForUpstream(undefined, `${url}/oauth2/idpresponse`)
  closing.push(upstream.close)
  saml = await makeSamlUpstream(`http://127.0.0.1:${await listen(samlPages)}`)
  const providers = [
    {
      ProviderName: 'Upstream',
      ProviderType: 'OIDC',
      ProviderDetails: {
        ...UPSTREAM_CLIENT,
        oidc_issuer: upstream.issuer,
        attributes_request_method: 'GET',
        authorize_scopes: 'openid email',
      },
      AttributeMapping: { email: 'email' },
    },
    {
      ProviderName: 'Saml',
      ProviderType: 'SAML',
      ProviderDetails: { MetadataFile: saml.metadata },
      AttributeMapping: { email: 'email' },
    },
    {
      ProviderName: 'SignInWithApple',
      ProviderType: 'SignInWithApple',
      ProviderDetails: {
        client_id: 'id',
        team_id: 'TEAM000001',
        key_id: 'KEY0000001',
        private_key: 'not-a-real-key',
        authorize_scopes: 'email name',
      },
      AttributeMapping: { email: 'email' },
    },
  ]
  for (const provider of providers)
    await call('CreateIdentityProvider', { UserPoolId: userPoolId, ...provider })
  callback = `http://localhost:${await listen(app)}/callback`
  const { UserPoolClient } = await call('CreateUserPoolClient', {
    UserPoolId: userPoolId,
    ClientName: 'Shop',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email'],
    CallbackURLs: [callback],
    SupportedIdentityProviders: ['COGNITO', ...providers.map(({ ProviderName }) => ProviderName)],
  })
  oauthClientId = Object(UserPoolClient).ClientId
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' })
})

afterAll(async () => {
  await browser.close()
  for (const close of closing) await close()
  await server.close()
})

const begin = async () => {
  const page = await (await browser.newContext()).newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // Of this server's pages: the provider's own look for fonts elsewhere.
    const isOurs = message.location().url.startsWith(url)
    if (message.type() === 'error' && isOurs) complaints.push(message.text())
  })
  const asked = { client_id: oauthClientId, response_type: 'code', redirect_uri: callback, state: 'abc' }
  await page.goto(`${url}/oauth2/authorize?${new URLSearchParams(asked)}`)
  return { page, complaints }
}

test('a user signs in at a provider of another site, by the button of the page', async () => {
  const { page, complaints } = await begin()
  await page.getByRole('button', { name: 'Upstream' }).click()
  await page.waitForURL('http://127.0.0.1:*/interaction/**')
  await page.locator('[name=login]').fill('grace')
  await page.locator('[name=password]').fill('any')
  await page.locator('[type=submit]').click()
  await page.waitForURL('**/interaction/**')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL('**/callback?code=*&state=abc*')
  expect(complaints).toEqual([])
})

test('a user signs in at a provider of SAML, whose page posts a form from another site', async () => {
  const { page, complaints } = await begin()
  await page.getByRole('button', { name: 'Saml' }).click()
  await page.waitForURL('**/callback?code=*&state=abc*')
  expect(complaints).toEqual([])
})

test('a user picks a person on the simulated page of Apple, which answers by a form', async () => {
  const { page, complaints } = await begin()
  await page.getByRole('button', { name: 'Apple' }).click()
  await page.getByLabel('Name').fill('Alan Turing')
  await page.getByLabel('Email').fill('alan@example.com')
  await page.getByRole('button', { name: 'Add this person' }).click()
  await page.getByRole('link', { name: 'Alan Turing' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL('**/callback?code=*&state=abc*')
  expect(complaints).toEqual([])
})
