import { expect, test } from 'vitest'
import { createPool, refusal, startWithAdmin } from './admin.js'
import { openBrowser } from './browser-session.js'
import { failStatement } from './fail-statement.js'
import { sharedDatabase } from './fresh-database.js'
import { authorizeQuery, startOAuth } from './oauth.js'

const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const JPEG = Buffer.from('ffd8ffe000104a464946', 'hex')
const WEBP = Buffer.concat([Buffer.from('RIFF'), Buffer.of(1, 2, 3, 4), Buffer.from('WEBPVP8 ')])
const ICO = Buffer.from('00000100010010100000', 'hex')

const INVALID = { name: 'InvalidParameterException' }

/** An image of so many bytes. */
const ofLength = (image: Buffer, length: number) =>
  Buffer.concat([image, Buffer.alloc(length - image.length)])

const logo = (Extension: 'ICO' | 'JPEG' | 'PNG' | 'SVG' | 'WEBP', Bytes: Buffer) =>
  ({ Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension, Bytes }) as const

/** A branding to try documents on. */
async function startWithBranding() {
  const app = await startOAuth()
  const { admin, UserPoolId, clientId: ClientId } = app
  const { ManagedLoginBranding } = await admin.createManagedLoginBranding({ UserPoolId, ClientId })
  const branding = {
    UserPoolId,
    ManagedLoginBrandingId: ManagedLoginBranding?.ManagedLoginBrandingId,
  }
  type Given = Omit<Parameters<typeof admin.updateManagedLoginBranding>[0], keyof typeof branding>
  return {
    ...app,
    branding,
    update: async (given: Given) =>
      (await admin.updateManagedLoginBranding({ ...branding, ...given })).ManagedLoginBranding,
  }
}

test('each image format is recognized by its first bytes, and no image passes for another format', async () => {
  const { update } = await startWithBranding()
  const images = { PNG, JPEG, WEBP, ICO, SVG } as const
  const formats = Object.keys(images) as (keyof typeof images)[]
  for (const format of formats)
    for (const other of formats) {
      const attempt = update({ Assets: [logo(format, images[other])] })
      if (format === other) expect((await attempt)?.Assets).toHaveLength(1)
      else await expect(attempt, `${other} as ${format}`).rejects.toMatchObject(INVALID)
    }
})

test.each<[string, Parameters<typeof logo>]>([
  ['a PNG whose first byte is another', ['PNG', Buffer.from('88504e470d0a1a0a0000000d', 'hex')]],
  ['a PNG whose eighth byte is another', ['PNG', Buffer.from('89504e470d0a1a0b0000000d', 'hex')]],
  ['a JPEG whose first byte is another', ['JPEG', Buffer.from('fed8ffe00010', 'hex')]],
  ['a JPEG whose third byte is another', ['JPEG', Buffer.from('ffd8fee00010', 'hex')]],
  ['a file of RIFF that is sound', ['WEBP', Buffer.from('RIFF1234WAVEfmt ')]],
  ['a file of WEBP that is not in RIFF', ['WEBP', Buffer.from('RIFX1234WEBPVP8 ')]],
  ['a cursor', ['ICO', Buffer.from('00000200010010100000', 'hex')]],
  ['an element that begins like SVG', ['SVG', Buffer.from('<svgs xmlns="http://www.w3.org/2000/svg"/>')]],
  ['a text that comes to an SVG late', ['SVG', Buffer.from(`<!--${'-'.repeat(1993)}--><svg/>`)]],
])('an asset that is %s is refused', async (_, given) => {
  const { update } = await startWithBranding()
  await expect(update({ Assets: [logo(...given)] })).rejects.toMatchObject({
    ...INVALID,
    message: `The asset is no image of the format ${given[0]}, or is too large.`,
  })
})

test('an SVG may begin with a comment, and with two thousand characters of it', async () => {
  const { update } = await startWithBranding()
  const svg = Buffer.from(`<!--${'-'.repeat(1988)}--><svg/>`)
  expect((await update({ Assets: [logo('SVG', svg)] }))?.Assets?.[0]?.Bytes).toEqual(new Uint8Array(svg))
})

test('an asset may have a million bytes, and settings a hundred thousand characters', async () => {
  const { update } = await startWithBranding()
  expect((await update({ Assets: [logo('PNG', ofLength(PNG, 1_000_000))] }))?.Assets).toHaveLength(1)
  await expect(update({ Assets: [logo('PNG', ofLength(PNG, 1_000_001))] })).rejects.toMatchObject(INVALID)
  // Two are more than a request may have.
  const both = [
    logo('PNG', ofLength(PNG, 999_999)),
    { ...logo('PNG', ofLength(PNG, 999_999)), ColorMode: 'DARK' as const },
  ]
  await expect(update({ Assets: both })).rejects.toMatchObject(
    refusal('RequestEntityTooLargeException', 'The request body is larger than 2097152 bytes.'),
  )
  const settings = (length: number) => {
    const of = (order: string[]) => ({ categories: { auth: { federation: { order } } } })
    return of(['x'.repeat(length - JSON.stringify(of([''])).length)]) as never
  }
  expect(JSON.stringify((await update({ Settings: settings(100_000) }))?.Settings)).toHaveLength(100_000)
  await expect(update({ Settings: settings(100_001) })).rejects.toMatchObject(
    refusal('InvalidParameterException', 'Settings must be a JSON object of at most 100,000 characters.'),
  )
})

test('each category has one asset for a mode, and each provider an icon of its own', async () => {
  const { update } = await startWithBranding()
  const icon = (ResourceId: string) =>
    ({ ...logo('SVG', SVG), Category: 'IDP_BUTTON_ICON', ResourceId }) as const
  const Assets = [
    icon('Google'),
    icon('Okta'),
    { ...icon('Okta'), ColorMode: 'DARK' as const },
    logo('SVG', SVG),
    { ...logo('SVG', SVG), ColorMode: 'DARK' as const },
  ]
  const kept = await update({ Assets })
  expect(
    kept?.Assets?.map(({ Category, ColorMode, ResourceId }) => [Category, ColorMode, ResourceId]),
  ).toEqual([
    ['IDP_BUTTON_ICON', 'LIGHT', 'Google'],
    ['IDP_BUTTON_ICON', 'LIGHT', 'Okta'],
    ['IDP_BUTTON_ICON', 'DARK', 'Okta'],
    ['FORM_LOGO', 'LIGHT', undefined],
    ['FORM_LOGO', 'DARK', undefined],
  ])
  const repeated = (category: string) =>
    refusal(INVALID.name, `The asset ${category} is given more than once for the mode LIGHT.`)
  await expect(update({ Assets: [icon('Okta'), icon('Okta')] })).rejects.toMatchObject(
    repeated('IDP_BUTTON_ICON'),
  )
  await expect(
    update({ Assets: [logo('SVG', SVG), { ...logo('SVG', SVG), ResourceId: 'other' }] }),
  ).rejects.toMatchObject(repeated('FORM_LOGO'))
})

test('a size is a number of pixels from 0 to 100', async () => {
  const { update } = await startWithBranding()
  const given = (borderRadius: unknown) => ({ Settings: { components: { form: { borderRadius } } } as never })
  for (const size of [0, 0.5, 100])
    expect((await update(given(size)))?.Settings).toEqual(given(size).Settings)
  for (const size of [-0.5, 100.5, '8', true, null])
    await expect(update(given(size))).rejects.toMatchObject(
      refusal(
        INVALID.name,
        'Settings.components.form.borderRadius has a value of another type than it takes.',
      ),
    )
})

test('colours of light pages do not change dark ones, and an image behind a form moves with it', async () => {
  const { update, server, clientId, admin, UserPoolId } = await startWithBranding()
  await admin.createUserPoolDomain({ UserPoolId, Domain: 'shop', ManagedLoginVersion: 2 })
  const behind = (Category: 'FORM_BACKGROUND' | 'PAGE_BACKGROUND') =>
    ({ ...logo('SVG', SVG), Category }) as const
  await update({
    Settings: { components: { pageBackground: { lightMode: { color: '12ab34ff' } } } } as never,
    Assets: [behind('FORM_BACKGROUND'), behind('PAGE_BACKGROUND')],
  })
  const { text } = await openBrowser(server).get(`/login?${authorizeQuery({ clientId })}`)
  const css = text.slice(text.lastIndexOf('<style>'), text.lastIndexOf('</style>'))
  expect(css).toContain(':root { --page: #12ab34ff }')
  expect(css).toContain('@media (prefers-color-scheme: dark) { :root { --page: #0e1016 } }')
  expect(/^body \{.*$/m.exec(css)?.[0]).toContain('background-attachment: fixed')
  expect(/^main \{.*$/m.exec(css)?.[0]).toContain('background-size: cover')
  expect(/^main \{.*$/m.exec(css)?.[0]).not.toContain('background-attachment')
})

test('removed assets and settings stay removed when the values of the service are used', async () => {
  const { clientId, server, update } = await startWithBranding()
  const Settings = { components: { form: { borderRadius: 8 } } } as never
  await update({ Settings, Assets: [logo('SVG', SVG)] })
  expect(await update({})).toMatchObject({ Settings, Assets: [{ Category: 'FORM_LOGO' }] })
  expect(await update({ Assets: [] })).toMatchObject({ Settings, Assets: [] })
  await update({ Assets: [logo('SVG', SVG)] })
  const provided = { UseCognitoProvidedValues: true, Assets: [] }
  const replaced = await update({ UseCognitoProvidedValues: true })
  expect(replaced).toMatchObject(provided)
  expect(replaced?.Settings).toBeUndefined()
  expect(await update({})).toMatchObject({ ...provided, UseCognitoProvidedValues: false })
  await expect(update({ UseCognitoProvidedValues: true, Settings })).rejects.toMatchObject(
    refusal(INVALID.name, 'useCognitoProvidedValues or settings should be specified (but not both)'),
  )
  expect(await update({ UseCognitoProvidedValues: true, Assets: [] })).toMatchObject(provided)
  const { Assets } = (await update({ UseCognitoProvidedValues: true, Assets: [logo('SVG', SVG)] })) ?? {}
  expect(Assets).toMatchObject([{ Category: 'FORM_LOGO' }])
  const { text } = await openBrowser(server).get(`/login?${authorizeQuery({ clientId })}`)
  expect(text).toContain('<img')
})

test('a branding is changed by itself, and not through another pool', async () => {
  const { admin, branding, update, UserPoolId, createClient } = await startWithBranding()
  const create = async (pool: string, ClientId: string) => {
    const given = { UserPoolId: pool, ClientId, Settings: {}, Assets: [logo('PNG', PNG)] }
    return (await admin.createManagedLoginBranding(given)).ManagedLoginBranding
  }
  const sibling = await create(UserPoolId, (await createClient()).clientId)
  const other = await createPool(admin)
  const stranger = await create(other.UserPoolId, other.ClientId)
  await update({
    Settings: { components: { form: { borderRadius: 8 } } } as never,
    Assets: [logo('SVG', SVG)],
  })
  const shown = async (one: typeof sibling) =>
    (
      await admin.describeManagedLoginBranding({
        UserPoolId: one?.UserPoolId,
        ManagedLoginBrandingId: one?.ManagedLoginBrandingId,
      })
    ).ManagedLoginBranding
  for (const one of [sibling, stranger]) expect(await shown(one)).toEqual(one)
  const elsewhere = { UserPoolId, ManagedLoginBrandingId: stranger?.ManagedLoginBrandingId }
  const gone = refusal('ResourceNotFoundException', 'Managed login branding does not exist.')
  for (const attempt of [
    () => admin.describeManagedLoginBranding(elsewhere),
    () => admin.updateManagedLoginBranding({ ...elsewhere, Settings: {} }),
    () => admin.deleteManagedLoginBranding(elsewhere),
  ])
    await expect(attempt()).rejects.toMatchObject(gone)
  await admin.deleteManagedLoginBranding(branding)
  await expect(admin.describeManagedLoginBranding(branding)).rejects.toMatchObject(gone)
  for (const one of [sibling, stranger]) expect(await shown(one)).toEqual(one)
})

test('terms are changed by themselves, and not through another pool', async () => {
  const { admin, UserPoolId, clientId, createClient } = await startOAuth()
  const Links = { 'cognito:default': 'http://example.com/terms' }
  const create = async (pool: string, ClientId: string) => {
    const given = { TermsName: 'terms-of-use', TermsSource: 'LINK', Enforcement: 'NONE' } as const
    return (await admin.createTerms({ UserPoolId: pool, ClientId, ...given, Links })).Terms
  }
  const own = await create(UserPoolId, clientId)
  const sibling = await create(UserPoolId, (await createClient()).clientId)
  const pool = await createPool(admin)
  const stranger = await create(pool.UserPoolId, pool.ClientId)
  const changed = { 'cognito:default': 'https://example.com/terms/2' }
  const whole = { ...own, Links: changed, LastModifiedDate: expect.any(Date) }
  for (const what of [{ Links: changed }, { TermsSource: 'LINK', Enforcement: 'NONE' }] as const)
    expect((await admin.updateTerms({ UserPoolId, TermsId: own?.TermsId, ...what })).Terms).toEqual(whole)
  const shown = async (one: typeof own) =>
    (await admin.describeTerms({ UserPoolId: one?.UserPoolId, TermsId: one?.TermsId })).Terms
  for (const one of [sibling, stranger]) expect(await shown(one)).toEqual(one)
  const elsewhere = { UserPoolId, TermsId: stranger?.TermsId }
  for (const attempt of [
    () => admin.describeTerms(elsewhere),
    () => admin.updateTerms({ ...elsewhere, Links: changed }),
    () => admin.deleteTerms(elsewhere),
  ])
    await expect(attempt()).rejects.toMatchObject(refusal('ResourceNotFoundException', 'Terms do not exist.'))
  for (const one of [sibling, stranger]) expect(await shown(one)).toEqual(one)
})

test('a link of terms that is not a web address is refused with its language', async () => {
  const { admin, UserPoolId, clientId: ClientId } = await startOAuth()
  const given = { TermsName: 'terms-of-use', TermsSource: 'LINK', Enforcement: 'NONE' } as const
  for (const link of ['ftp://example.com/terms', 'example.com/terms', 'mailto:ada@example.com'])
    await expect(
      admin.createTerms({
        UserPoolId,
        ClientId,
        ...given,
        Links: { 'cognito:default': 'https://example.com', 'cognito:german': link },
      }),
    ).rejects.toMatchObject(
      refusal(INVALID.name, 'The link for cognito:german is not an address of http or https.'),
    )
  // Terms may be without links until they have some.
  expect((await admin.createTerms({ UserPoolId, ClientId, ...given })).Terms?.Links).toEqual({})
})

const LABEL = '.label-customizable { color: red }'

test('a customization belongs to its pool and client, and is removed by itself', async () => {
  const { admin, UserPoolId, clientId, createClient } = await startOAuth()
  const sibling = (await createClient()).clientId
  const other = await createPool(admin)
  const cssOf = async (pool: string, ClientId?: string) =>
    (await admin.getUICustomization({ UserPoolId: pool, ClientId })).UICustomization?.CSS
  const set = (pool: string, ClientId: string | undefined, CSS: string) =>
    admin.setUICustomization({ UserPoolId: pool, ClientId, CSS })
  await set(UserPoolId, undefined, LABEL)
  await set(UserPoolId, clientId, `${LABEL} .logo-customizable { width: 1px }`)
  expect(await cssOf(other.UserPoolId, other.ClientId)).toBeUndefined()
  await set(other.UserPoolId, undefined, `${LABEL} .logo-customizable { width: 2px }`)
  expect(await cssOf(UserPoolId)).toBe(LABEL)
  expect(await cssOf(UserPoolId, sibling)).toBe(LABEL)
  await set(UserPoolId, clientId, '')
  expect(await cssOf(UserPoolId, clientId)).toBe(LABEL)
  await set(UserPoolId, clientId, `${LABEL} .logo-customizable { width: 3px }`)
  await set(UserPoolId, undefined, '')
  expect(await cssOf(UserPoolId)).toBeUndefined()
  expect(await cssOf(UserPoolId, sibling)).toBeUndefined()
  expect(await cssOf(UserPoolId, clientId)).toContain('3px')
  expect(await cssOf(other.UserPoolId)).toContain('2px')
})

test('a customization of a client is deleted with the client, and that of all clients stays', async () => {
  const database = await sharedDatabase()
  const client = { ClientName: 'web', ClientId: 'web' }
  const pool = { PoolName: 'Branded', UserPoolId: 'us-east-1_Branded1', clients: [client] }
  const again = async () => await startWithAdmin({ ...database, config: { userPools: [pool] } })
  const { admin, server } = await again()
  const { UserPoolId, clients } = pool
  const [{ ClientId }] = clients as [typeof client]
  await admin.setUICustomization({ UserPoolId, CSS: LABEL })
  await admin.setUICustomization({ UserPoolId, ClientId, CSS: `${LABEL} ${LABEL}` })
  await admin.deleteUserPoolClient({ UserPoolId, ClientId })
  await server.close()
  // The declaration makes the client anew, under its id.
  const { UICustomization } = await (await again()).admin.getUICustomization({ UserPoolId, ClientId })
  expect(UICustomization).toMatchObject({ ClientId: 'ALL', CSS: LABEL })
})

test('a customization has its dates, and the address of its image if it has one', async () => {
  const { admin, UserPoolId, server } = await startOAuth()
  const first = (await admin.setUICustomization({ UserPoolId, CSS: LABEL })).UICustomization
  expect(first).not.toHaveProperty('ImageUrl')
  server.clock.advance(61)
  const JPEG_IMAGE = ofLength(JPEG, 131_072)
  const second = (await admin.setUICustomization({ UserPoolId, ImageFile: JPEG_IMAGE })).UICustomization
  expect(second?.CSS).toBeUndefined()
  expect(second?.ImageUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/branding\//)
  expect(second?.CreationDate).toEqual(first?.CreationDate)
  const [created = 0, changed = 0] = [second?.CreationDate?.getTime(), second?.LastModifiedDate?.getTime()]
  expect(Math.round((changed - created) / 1000)).toBe(61)
  const written = second?.LastModifiedDate?.toISOString().replace(/\D/g, '').slice(0, 14)
  expect(second?.CSSVersion).toBe(written)
})

test.each([
  ['white space around it', '\n  .label-customizable\t{\n color :  red ;\n}\n\n'],
  ['properties in capital letters', '.label-customizable { COLOR: red }'],
  ['properties of one engine', '.label-customizable { -webkit-text-stroke: 1px }'],
  ['an empty rule and empty declarations', '.label-customizable {} .logo-customizable { ; color: red;; }'],
  ['a comment alone', '/* nothing yet */'],
])('CSS of a customization is accepted with %s', async (_, CSS) => {
  const { admin, UserPoolId } = await startOAuth()
  expect((await admin.setUICustomization({ UserPoolId, CSS })).UICustomization?.CSS).toBe(CSS)
})

test.each([
  ['x {}', 'x'],
  ['.label-customizable, {}', ''],
  ['.toString-customizable {}', '.toString-customizable'],
  ['.submitButton-customizable:focus {}', '.submitButton-customizable:focus'],
  [`.${'x'.repeat(200)} {}`, `.${'x'.repeat(99)}`],
])('CSS is refused with the class that is not allowed: %s', async (CSS, name) => {
  const { admin, UserPoolId } = await startOAuth()
  await expect(admin.setUICustomization({ UserPoolId, CSS })).rejects.toMatchObject(
    refusal(INVALID.name, `The CSS class ${name} is not in the list of allowed classes.`),
  )
})

test.each([
  ['.label-customizable { color }', '"color" cannot be set.'],
  ['.label-customizable { : red }', '": red" cannot be set.'],
  ['.label-customizable { --x: red }', '"--x: red" cannot be set.'],
  ['.label-customizable { color: }', '"color:" cannot be set.'],
  [`.label-customizable { color: ${'\\'.repeat(200)} }`, `"color: ${'\\\\'.repeat(93)}" cannot be set.`],
  [
    '.label-customizable { color: red } }',
    'it consists of rules such as .label-customizable { color: red; }',
  ],
])('CSS is refused with the piece that is not allowed: %s', async (CSS, reason) => {
  const { admin, UserPoolId } = await startOAuth()
  await expect(admin.setUICustomization({ UserPoolId, CSS })).rejects.toMatchObject(
    refusal(INVALID.name, `The CSS is not one of a customization: ${reason}`),
  )
})

test('an unreachable database is reported as a fault, and not as an existing branding or terms', async () => {
  const { admin, UserPoolId, clientId: ClientId } = await startOAuth({ warn: () => {} })
  const given = {
    UserPoolId,
    ClientId,
    TermsName: 'terms-of-use',
    TermsSource: 'LINK',
    Enforcement: 'NONE',
  } as const
  const { Terms } = await admin.createTerms({ ...given, TermsName: 'privacy-policy' })
  const restore = failStatement(/^(insert into|update) "(terms|managed_login_brandings)"/)
  for (const attempt of [
    () => admin.createManagedLoginBranding({ UserPoolId, ClientId }),
    () => admin.createTerms(given),
    () => admin.updateTerms({ UserPoolId, TermsId: Terms?.TermsId, TermsName: 'terms-of-use' }),
  ])
    await expect(attempt()).rejects.toMatchObject({ name: 'InternalErrorException' })
  restore()
  expect((await admin.createTerms(given)).Terms?.TermsName).toBe('terms-of-use')
})
