import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AmuletConfig, createServer } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { COLOUR_PATHS, SIZES } from '../src/branding/colour-settings.js'
import { refusal } from './admin.js'
import { openBrowser } from './browser-session.js'
import { keyPairOfTests } from './key-pair.js'
import { authorizeQuery, OAUTH_CLIENT, type OAuthStarted, startOAuth } from './oauth.js'
import { ADMIN, awsSdk, startProduction } from './production.js'

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')

async function startWith(ManagedLoginVersion: 1 | 2) {
  const app = await startOAuth()
  await app.admin.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'shop', ManagedLoginVersion })
  return app
}

const loginPage = (app: OAuthStarted, clientId = app.clientId, path = '/login') =>
  openBrowser(app.server).get(`${path}?${authorizeQuery({ clientId })}`)

const imageOf = ({ text }: { text: string }) => /<img [^>]*src="([^"]*)"/.exec(text)?.[1] ?? ''

test('the CSS and the logo of a pool are those of its classic pages, until a client has its own', async () => {
  const app = await startWith(1)
  const { admin, UserPoolId, clientId: ClientId } = app
  expect((await admin.getUICustomization({ UserPoolId })).UICustomization).toEqual({})
  const CSS = '.submitButton-customizable { background-color: #2f5d3a; } /* </style> */'
  const { UICustomization } = await admin.setUICustomization({ UserPoolId, CSS, ImageFile: PNG })
  expect(UICustomization).toMatchObject({
    UserPoolId,
    ClientId: 'ALL',
    CSS,
    CSSVersion: expect.stringMatching(/^\d{14}$/),
  })
  const page = await loginPage(app)
  expect(page.text).toContain('<style>.submitButton-customizable { background-color: #2f5d3a; }  </style>')
  expect(page.headers.get('content-security-policy')).toContain("img-src 'self'")
  const image = await openBrowser(app.server).get(imageOf(page))
  expect(image.status).toBe(200)
  expect(image.headers.get('content-type')).toBe('image/png')
  expect(image.headers.get('cache-control')).toContain('immutable')
  expect(UICustomization?.ImageUrl).toMatch(new RegExp(`${imageOf(page)}$`))

  const own = '.label-customizable { font-weight: 400 }'
  await admin.setUICustomization({ UserPoolId, ClientId, CSS: own })
  expect((await loginPage(app)).text).toContain(`<style>${own}</style>`)
  const other = await app.createClient()
  expect((await loginPage(app, other.clientId)).text).not.toContain(own)
  await admin.setUICustomization({ UserPoolId, ClientId })
  expect((await admin.getUICustomization({ UserPoolId, ClientId })).UICustomization?.ClientId).toBe('ALL')
})

test.each([
  '.submitButton-customizable { background: url(https://evil.example) }',
  '.submitButton-customizable { background:\nurl(https://evil.example) }',
  '.submitButton-customizable { background: image-set("a.png" 1x) ; } } body { }',
  '.submitButton-customizable { background: image-set("//evil.example/a.png" 1x) }',
  '.submitButton-customizable { background: -webkit-image-set("//evil.example/a.png" 1x) }',
  '.submitButton-customizable { background: src("//evil.example/a.png") }',
  '.label-customizable { color: red } body { display: none }',
  '.label-customizable:hover { color: red }',
  '.other-customizable { color: red }',
  '@import "https://evil.example";',
  '@media screen { .label-customizable { color: red } }',
  '.label-customizable { color: red; } </style><script>alert(1)</script>',
  '.label-customizable { color: \\72 ed }',
  '.label-customizable { color: red /* }',
  'no rules at all',
])('CSS that does more than style the classes is refused: %s', async (CSS) => {
  const { admin, UserPoolId } = await startOAuth()
  await expect(admin.setUICustomization({ UserPoolId, CSS })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringMatching(
      /^The CSS (is not one of a customization: |class .* is not in the list of allowed classes.$)/s,
    ),
  })
})

test('a customization may style each class and its states', async () => {
  const { admin, UserPoolId } = await startOAuth()
  const CSS = `.submitButton-customizable, .submitButton-customizable:hover { color: rgb(0, 0, 0) !important; }
.inputField-customizable:focus { font-family: "Open Sans", sans-serif; width: calc(100% - 2px) }
.passwordCheck-notValid-customizable {} .idpButton-customizable:hover { border: 1px solid #fff; }`
  expect((await admin.setUICustomization({ UserPoolId, CSS })).UICustomization?.CSS).toBe(CSS)
})

test('a logo that is not an image, and a client of another pool, are refused', async () => {
  const { admin, UserPoolId } = await startOAuth()
  for (const ImageFile of [SVG, Buffer.from('<script>'), Buffer.alloc(131_073)])
    await expect(admin.setUICustomization({ UserPoolId, ImageFile })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  await expect(admin.setUICustomization({ UserPoolId, ClientId: 'other' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
})

const SETTINGS = {
  categories: { global: { colorSchemeMode: 'LIGHT' } },
  components: {
    primaryButton: { lightMode: { defaults: { backgroundColor: '2f5d3aff', textColor: 'ffffffff' } } },
  },
}

test('a branding is stored as given, can be changed in part, and belongs to one client', async () => {
  const app = await startWith(2)
  const { admin, UserPoolId, clientId: ClientId } = app
  const Assets = [{ Category: 'FORM_LOGO', ColorMode: 'DARK', Extension: 'SVG', Bytes: SVG }] as const
  const created = await admin.createManagedLoginBranding({
    UserPoolId,
    ClientId,
    Settings: SETTINGS,
    Assets: [...Assets],
  })
  const { ManagedLoginBrandingId } = created.ManagedLoginBranding ?? {}
  const kept = {
    UserPoolId,
    UseCognitoProvidedValues: false,
    Settings: SETTINGS,
    Assets: [{ ...Assets[0], Bytes: new Uint8Array(SVG) }],
  }
  expect(created.ManagedLoginBranding).toMatchObject(kept)
  expect(
    (await admin.describeManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId })).ManagedLoginBranding,
  ).toMatchObject(kept)
  expect(
    (await admin.describeManagedLoginBrandingByClient({ UserPoolId, ClientId })).ManagedLoginBranding,
  ).toMatchObject(kept)
  await expect(admin.createManagedLoginBranding({ UserPoolId, ClientId })).rejects.toMatchObject(
    refusal(
      'ManagedLoginBrandingExistsException',
      `The client ${ClientId} has a managed login branding already.`,
    ),
  )
  const { ManagedLoginBranding: changed } = await admin.updateManagedLoginBranding({
    UserPoolId,
    ManagedLoginBrandingId,
    Settings: {},
  })
  expect(changed).toMatchObject({ ...kept, Settings: {} })
  const { ManagedLoginBranding: provided } = await admin.updateManagedLoginBranding({
    UserPoolId,
    ManagedLoginBrandingId,
    UseCognitoProvidedValues: true,
  })
  expect(provided).toMatchObject({ UseCognitoProvidedValues: true, Assets: [] })
  await admin.deleteManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId })
  const gone = refusal('ResourceNotFoundException', 'Managed login branding does not exist.')
  await expect(admin.describeManagedLoginBrandingByClient({ UserPoolId, ClientId })).rejects.toMatchObject(
    gone,
  )
  await expect(
    admin.deleteManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId }),
  ).rejects.toMatchObject(gone)
})

test('the managed pages of a client have the colours and images of its branding', async () => {
  const app = await startWith(2)
  const { admin, UserPoolId, clientId: ClientId } = app
  await admin.createManagedLoginBranding({
    UserPoolId,
    ClientId,
    Settings: SETTINGS,
    Assets: [
      { Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'PNG', Bytes: PNG },
      { Category: 'FORM_LOGO', ColorMode: 'DARK', Extension: 'SVG', Bytes: SVG },
      { Category: 'FAVICON_SVG', ColorMode: 'DYNAMIC', Extension: 'SVG', Bytes: SVG },
    ],
  })
  const page = await loginPage(app)
  expect(page.text).toContain('--accent: #2f5d3aff')
  expect(page.text).toContain('color-scheme: light;')
  expect(page.text).toMatch(/<source srcset="[^"]*" media="\(prefers-color-scheme: dark\)"/)
  expect(page.text).toMatch(/<link rel="icon" href="\/branding\/assets\/[^"]*"/)
  const [, dark = ''] = /<source srcset="([^"]*)"/.exec(page.text) ?? []
  const browser = openBrowser(app.server)
  expect((await browser.get(imageOf(page))).headers.get('content-type')).toBe('image/png')
  const svg = await browser.get(dark)
  expect(svg.headers.get('content-type')).toBe('image/svg+xml')
  expect(svg.headers.get('content-security-policy')).toContain('sandbox')
  const other = await app.createClient()
  expect((await loginPage(app, other.clientId)).text).not.toContain('#2f5d3a')
  for (const path of ['/branding/assets/x/0/1', `${dark}1`, '/branding/a/b/c'])
    expect((await browser.get(path)).status).toBe(404)
})

test.each([
  ['categories.global.colorSchemeMode', 7],
  ['categories.form.displayGraphics', 'yes'],
  ['categories.auth.authMethodOrder', [[{ display: 'BUTTON' }]]],
  ['categories.auth.federation.order', 'Google'],
  ['componentClasses.buttons.borderRadius', 'red } </style><script>alert(1)</script>'],
  ['components.form.borderRadius', 101],
  ['components.form.lightMode', 'none'],
  ['components.pageText', null],
  ['components.primaryButton.lightMode.defaults.backgroundColor', 'red } </style><script>alert(1)</script>'],
  ['components.primaryButton.darkMode.defaults.backgroundColor', '#2f5d3aff'],
])('a setting of another type is refused by its name: %s', async (path, value) => {
  const { admin, UserPoolId, clientId: ClientId } = await startOAuth()
  const given = { UserPoolId, ClientId, Settings: settingsWith(path, value) as never }
  await expect(admin.createManagedLoginBranding(given)).rejects.toMatchObject(
    refusal('InvalidParameterException', `Settings.${path} has a value of another type than it takes.`),
  )
})

/** Settings with a value at one path. */
const settingsWith = (path: string, value: unknown): object =>
  path.split('.').reduceRight((inner, key) => ({ [key]: inner }), value) as object

const IMAGES = [
  'FAVICON_ICO',
  'FAVICON_SVG',
  'EMAIL_GRAPHIC',
  'PASSWORD_GRAPHIC',
  'PAGE_HEADER_LOGO',
  'PAGE_HEADER_BACKGROUND',
  'PAGE_FOOTER_LOGO',
  'PAGE_FOOTER_BACKGROUND',
  'PAGE_BACKGROUND',
  'FORM_BACKGROUND',
  'FORM_LOGO',
] as const

/** Each setting with a value that is not the one it begins with, beside the colours and sizes. */
const LAYOUT: readonly (readonly [path: string, value: unknown])[] = [
  [
    'categories.auth.authMethodOrder',
    [[{ display: 'BUTTON', type: 'FEDERATED' }], [{ display: 'INPUT', type: 'USERNAME_PASSWORD' }]],
  ],
  ['categories.auth.federation.order', ['LoginWithAmazon', 'Google']],
  ['categories.form.displayGraphics', false],
  ['categories.form.instructions.enabled', false],
  ['categories.form.languageSelector.enabled', false],
  ['categories.form.location.horizontal', 'START'],
  ['categories.form.location.vertical', 'END'],
  ['categories.global.colorSchemeMode', 'DARK'],
  ['categories.global.pageFooter.enabled', false],
  ['categories.global.pageHeader.enabled', false],
  ['categories.global.spacingDensity', 'COMPACT'],
  ['componentClasses.idpButtons.icons.enabled', false],
  ['components.favicon.enabledTypes', ['ICO']],
  ['components.form.backgroundImage.enabled', false],
  ['components.form.logo.enabled', false],
  ['components.form.logo.formInclusion', 'OUT'],
  ['components.form.logo.location', 'CENTER'],
  ['components.form.logo.position', 'BOTTOM'],
  ['components.pageBackground.image.enabled', false],
  ['components.pageFooter.backgroundImage.enabled', false],
  ['components.pageFooter.logo.enabled', false],
  ['components.pageFooter.logo.location', 'END'],
  ['components.pageHeader.backgroundImage.enabled', false],
  ['components.pageHeader.logo.enabled', false],
  ['components.pageHeader.logo.location', 'CENTER'],
]

test('each accepted setting changes the pages', async () => {
  const told: string[] = []
  const app = await startOAuth({
    warn: (sentence) => told.push(sentence),
    client: { SupportedIdentityProviders: ['COGNITO'] },
  })
  const { admin, UserPoolId, clientId: ClientId } = app
  await admin.createUserPoolDomain({ UserPoolId, Domain: 'shop', ManagedLoginVersion: 2 })
  for (const name of ['Google', 'LoginWithAmazon'] as const)
    await admin.createIdentityProvider({
      UserPoolId,
      ProviderName: name,
      ProviderType: name,
      ProviderDetails: {
        client_id: 'id',
        client_secret: 'secret',
        authorize_scopes: name === 'Google' ? 'openid' : 'profile',
      },
    })
  await admin.updateUserPoolClient({
    UserPoolId,
    ClientId,
    ...OAUTH_CLIENT,
    SupportedIdentityProviders: ['COGNITO', 'Google', 'LoginWithAmazon'],
  })
  const bars = { pageHeader: { enabled: true }, pageFooter: { enabled: true } }
  const { ManagedLoginBranding } = await admin.createManagedLoginBranding({
    UserPoolId,
    ClientId,
    Assets: IMAGES.map((Category) => ({ Category, ColorMode: 'LIGHT', Extension: 'SVG', Bytes: SVG })),
  })
  const { ManagedLoginBrandingId } = ManagedLoginBranding ?? {}
  const pagesWith = async (settings: object) => {
    const Settings = merged({ categories: { global: bars } }, settings) as never
    await admin.updateManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId, Settings })
    const texts = await Promise.all(
      ['/login', '/signup', '/forgotPassword'].map((path) => loginPage(app, ClientId, path)),
    )
    // The address of an image has the time of its last change, and each page a token of its own.
    return texts.map(({ text }) =>
      text.replace(/(\/branding\/assets\/[\w-]+\/\d+)\/\d+/g, '$1').replace(/value="[\w.-]{40,}"/g, ''),
    )
  }
  const before = await pagesWith({})
  const colours = COLOUR_PATHS.map((path) => [path, '12ab34cd'] as const)
  const sizes = SIZES.map(([path]) => [path, 31] as const)
  for (const [path, value] of [...LAYOUT, ...colours, ...sizes])
    expect(await pagesWith(settingsWith(path, value)), path).not.toEqual(before)
  expect(told).toEqual([])
})

function merged(one: object, other: object): object {
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  const known = new Map(Object.entries(one))
  const changed = Object.entries(other).map(([key, value]) => {
    const before = known.get(key)
    return [key, isObject(before) && isObject(value) ? merged(before, value) : value]
  })
  return { ...one, ...Object.fromEntries(changed) }
}

test.each([
  ['categories.form.sessionTimerDisplay', 'STATIC', 'the pages show no timer'],
  ['categories.signUp.acceptanceElements', [{ enforcement: 'REQUIRED', textKey: 'en' }], 'terms are links'],
  ['components.phoneNumberSelector.displayType', 'DROPDOWN', 'phone numbers are typed'],
  ['components.idpButton.custom.Google.color', 'ffffffff', 'the pages have nothing'],
  ['components.wheel', true, 'the pages have nothing'],
])('a setting that the pages do not support is warned of by its name: %s', async (path, value, missing) => {
  const told: string[] = []
  const app = await startOAuth({ warn: (sentence) => told.push(sentence) })
  const { admin, UserPoolId, clientId: ClientId } = app
  const Settings = settingsWith(path, value) as never
  await admin.createManagedLoginBranding({ UserPoolId, ClientId, Settings })
  expect(told).toEqual([
    expect.stringMatching(
      new RegExp(
        `^Settings\\.${path.split('.').slice(0, 3).join('\\.')}.* was taken, but only AWS can follow it: ${missing}`,
      ),
    ),
  ])
})

test('in production, a setting that the pages do not support is refused by its name', async () => {
  const admin = await awsSdk(await startProduction(), { credentials: ADMIN })
  const { UserPool } = await admin.createUserPool({ PoolName: 'plain' })
  const UserPoolId = UserPool?.Id
  const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName: 'web' })
  const given = { UserPoolId, ClientId: UserPoolClient?.ClientId, Settings: { components: { wheel: true } } }
  await expect(admin.createManagedLoginBranding(given)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Only AWS can do what Settings.components.wheel asks for. Remove it from the request.',
  })
  await admin.createManagedLoginBranding({ ...given, Settings: SETTINGS })
})

test('values that change nothing are accepted without a warning, as in a document with every setting', async () => {
  const told: string[] = []
  const app = await startOAuth({ warn: (sentence) => told.push(sentence) })
  const { admin, UserPoolId, clientId: ClientId } = app
  await admin.createManagedLoginBranding({
    UserPoolId,
    ClientId,
    Settings: {
      categories: {
        auth: { federation: { interfaceStyle: 'BUTTON_LIST', order: [] } },
        form: { sessionTimerDisplay: 'NONE' },
        signUp: { acceptanceElements: [{ enforcement: 'NONE', textKey: 'en' }] },
      },
      components: { idpButton: { custom: {} }, phoneNumberSelector: { displayType: 'TEXT' } },
    },
  })
  expect(told).toEqual([])
})

test('a page may load the images of its branding', async () => {
  const app = await startWith(2)
  const { admin, UserPoolId, clientId: ClientId } = app
  const policy = async () => (await loginPage(app)).headers.get('content-security-policy')
  const { ManagedLoginBranding } = await admin.createManagedLoginBranding({
    UserPoolId,
    ClientId,
    Settings: {},
  })
  expect(await policy()).not.toContain('img-src')
  await admin.updateManagedLoginBranding({
    UserPoolId,
    ManagedLoginBrandingId: ManagedLoginBranding?.ManagedLoginBrandingId,
    Assets: [{ Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'PNG', Bytes: PNG }],
  })
  expect(await policy()).toContain("img-src 'self'")
})

test('the address of a logo leads to one version of it', async () => {
  const app = await startWith(1)
  const { admin, UserPoolId } = app
  await admin.setUICustomization({ UserPoolId, ImageFile: PNG })
  const before = imageOf(await loginPage(app))
  app.server.clock.advance(1)
  await admin.setUICustomization({ UserPoolId, ImageFile: PNG })
  const after = imageOf(await loginPage(app))
  expect(after).not.toBe(before)
  const browser = openBrowser(app.server)
  expect((await browser.get(before)).status).toBe(404)
  expect((await browser.get(after)).status).toBe(200)
})

test('a client without a logo has the first letter of its name in its place', async () => {
  const app = await startWith(2)
  expect((await loginPage(app)).text).toContain('<span class="monogram" aria-hidden="true">O</span>')
})

test('an invalid branding is refused', async () => {
  const { admin, UserPoolId, clientId: ClientId } = await startOAuth()
  const asset = { Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'PNG' } as const
  for (const given of [
    { UseCognitoProvidedValues: true, Settings: {} as Record<string, string> },
    { Settings: [] },
    { Settings: 'text' },
    { Settings: { text: 'x'.repeat(100_000) } as Record<string, string> },
    { Assets: [{ ...asset, Bytes: SVG }] },
    { Assets: [asset, asset] },
  ])
    await expect(admin.createManagedLoginBranding({ UserPoolId, ClientId, ...given })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
})

test('terms are stored by client and name, listed, and linked on the sign-up page in the user’s language', async () => {
  const app = await startOAuth()
  const { admin, UserPoolId, clientId: ClientId } = app
  const given = { TermsSource: 'LINK', Enforcement: 'NONE' } as const
  const Links = {
    'cognito:default': 'https://example.com/terms',
    'cognito:german': 'https://example.com/agb',
  }
  const { Terms } = await admin.createTerms({
    UserPoolId,
    ClientId,
    TermsName: 'terms-of-use',
    ...given,
    Links,
  })
  const { TermsId } = Terms ?? {}
  expect(Terms).toMatchObject({ UserPoolId, ClientId, TermsName: 'terms-of-use', ...given, Links })
  await admin.createTerms({ UserPoolId, ClientId, TermsName: 'privacy-policy', ...given, Links })
  await expect(
    admin.createTerms({ UserPoolId, ClientId, TermsName: 'terms-of-use', ...given, Links }),
  ).rejects.toMatchObject(refusal('TermsExistsException', 'The client has terms named terms-of-use already.'))
  expect((await admin.describeTerms({ UserPoolId, TermsId })).Terms).toEqual(Terms)
  expect(
    (await admin.describeTermsByClient({ UserPoolId, ClientId, TermsName: 'terms-of-use' })).Terms,
  ).toEqual(Terms)
  const first = await admin.listTerms({ UserPoolId, MaxResults: 1 })
  const second = await admin.listTerms({ UserPoolId, MaxResults: 1, NextToken: first.NextToken })
  expect([...(first.Terms ?? []), ...(second.Terms ?? [])].map(({ TermsName }) => TermsName).sort()).toEqual([
    'privacy-policy',
    'terms-of-use',
  ])
  expect(second.NextToken).toBeUndefined()

  expect((await loginPage(app, ClientId, '/signup')).text).toContain('href="https://example.com/terms"')
  const german = await openBrowser(app.server).get(`/signup?${authorizeQuery(app, { lang: 'de' })}`)
  expect(german.text).toContain('<a href="https://example.com/agb" rel="noopener">Nutzungsbedingungen</a>')

  await expect(
    admin.updateTerms({ UserPoolId, TermsId, Links: { 'cognito:default': 'javascript:alert(1)' } }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await expect(
    admin.updateTerms({ UserPoolId, TermsId, Links: { 'cognito:german': 'https://example.com' } }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await expect(admin.updateTerms({ UserPoolId, TermsId, TermsName: 'privacy-policy' })).rejects.toMatchObject(
    {
      name: 'TermsExistsException',
    },
  )
  const updated = await admin.updateTerms({
    UserPoolId,
    TermsId,
    Links: { 'cognito:default': 'https://example.com/2' },
  })
  expect(updated.Terms).toMatchObject({
    TermsName: 'terms-of-use',
    Links: { 'cognito:default': 'https://example.com/2' },
  })
  await admin.deleteTerms({ UserPoolId, TermsId })
  await expect(admin.deleteTerms({ UserPoolId, TermsId })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', 'Terms do not exist.'),
  )
})

test('the looks of a client are deleted with it', async () => {
  const { admin, UserPoolId, clientId: ClientId } = await startOAuth()
  await admin.setUICustomization({ UserPoolId, ClientId, CSS: '.label-customizable { color: red }' })
  const { ManagedLoginBranding } = await admin.createManagedLoginBranding({
    UserPoolId,
    ClientId,
    Settings: SETTINGS,
  })
  await admin.createTerms({
    UserPoolId,
    ClientId,
    TermsName: 'terms-of-use',
    TermsSource: 'LINK',
    Enforcement: 'NONE',
    Links: { 'cognito:default': 'https://example.com' },
  })
  await admin.deleteUserPoolClient({ UserPoolId, ClientId })
  expect((await admin.listTerms({ UserPoolId })).Terms).toEqual([])
  const { ManagedLoginBrandingId } = ManagedLoginBranding ?? {}
  await expect(
    admin.describeManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('a declared pool has the looks of its declaration, which stay when it is changed', async () => {
  const data = await mkdtemp(join(tmpdir(), 'amulet-branding-'))
  onTestFinished(() => rm(data, { recursive: true }))
  const links = { 'cognito:default': 'https://example.com/terms' }
  const declare = (CSS: string, accent: string): AmuletConfig => ({
    userPools: [
      {
        PoolName: 'Branded',
        domain: { Domain: 'birch', ManagedLoginVersion: 1 },
        uiCustomization: { CSS },
        clients: [
          {
            ...OAUTH_CLIENT,
            ClientName: 'web',
            ClientId: 'web',
            branding: {
              Settings: {
                components: { primaryButton: { lightMode: { defaults: { backgroundColor: accent } } } },
              },
            },
            terms: [{ TermsName: 'terms-of-use', TermsSource: 'LINK', Enforcement: 'NONE', Links: links }],
          },
        ],
      },
    ],
  })
  const warnings: string[] = []
  const startAgain = async (config: AmuletConfig) => {
    const server = createServer({
      database: `sqlite:${join(data, 'db')}`,
      rootKey: Buffer.alloc(32, 1),
      generateKeyPair: keyPairOfTests,
      config,
      warn: (sentence) => warnings.push(sentence),
    })
    await server.ready
    const page = await openBrowser(server).get(`/signup?${authorizeQuery({ clientId: 'web' })}`)
    await server.close()
    return page.text
  }
  const css = '.label-customizable { color: red }'
  for (const config of [declare(css, '2f5d3aff'), declare(css, '2f5d3aff')]) {
    const text = await startAgain(config)
    expect(text).toContain(css)
    expect(text).toContain('https://example.com/terms')
  }
  expect(warnings).toEqual([])
  expect(await startAgain(declare('.label-customizable { color: blue }', 'ffffffff'))).toContain(css)
  expect(warnings).toEqual([
    'The branding of app client web differs from its declaration in Settings; it stays as it is in the database.',
    expect.stringMatching(/^The UI customization of user pool \S+ differs from its declaration in CSS;/),
  ])
  await expect(
    startAgain({ userPools: [{ PoolName: 'Other', uiCustomization: { CSS: 'body {}' } }] }),
  ).rejects.toThrow('userPools[0] (Other).uiCustomization')
})
