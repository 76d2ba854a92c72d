import { decodeJWT } from '@amulet/auth'
import { expect, onTestFinished, test, vi } from 'vitest'

const jwt = (payload: string | Uint8Array) => `e30.${Buffer.from(payload).toString('base64url')}.c2ln`

test('gives the claims, and the token back as it came', () => {
  const token = jwt(JSON.stringify({ sub: 'ada', name: 'Åda 🗝', 'cognito:groups': ['a', 'b'] }))
  const decoded = decodeJWT(token)
  expect(decoded.payload).toEqual({ sub: 'ada', name: 'Åda 🗝', 'cognito:groups': ['a', 'b'] })
  expect(decoded.toString()).toBe(token)
  expect(`${decoded}`).toBe(token)
})

test('works without a TextDecoder, which older versions of React Native lack', () => {
  vi.stubGlobal('TextDecoder', undefined)
  onTestFinished(() => {
    vi.unstubAllGlobals()
  })
  expect(decodeJWT(jwt('{"name":"Åda 🗝"}')).payload).toEqual({ name: 'Åda 🗝' })
})

test('looks at neither header nor signature', () => {
  expect(decodeJWT(`.${Buffer.from('{"a":1}').toString('base64url')}.`).payload).toEqual({ a: 1 })
})

test.each(['', 'a', 'a.b', 'a.b.c.d'])('refuses %j: not three parts', (token) => {
  expect(() => decodeJWT(token)).toThrow(new Error('Invalid token'))
})

test('takes an object with white space before it, and claims of any name', () => {
  const payload = '{"constructor":1,"__proto__":{"a":1}}'
  expect(JSON.stringify(decodeJWT(jwt(` \n${payload} `)).payload)).toBe(payload)
})

test.each([
  ['null', jwt('null')],
  ['a list', jwt('[{"sub":"ada"}]')],
  ['a text', jwt('"{}"')],
  ['a number', jwt('1')],
  ['a truth value', jwt('true')],
  ['not base64', 'e30.***.c2ln'],
  ['not JSON', jwt('hello')],
  ['not UTF-8', jwt(Uint8Array.of(0x22, 0xff, 0x22))],
  ['empty', 'e30..c2ln'],
])('refuses a payload that is %s', (_, token) => {
  expect(() => decodeJWT(token)).toThrow(new Error('Invalid token payload'))
})
