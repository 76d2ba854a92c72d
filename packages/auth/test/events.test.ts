import { createAuthContext, Hub } from '@amulet/auth'
import { expect, test, vi } from 'vitest'

test('reach the listeners of their channel, in order, before dispatch returns', () => {
  const { hub } = createAuthContext({})
  const heard: unknown[] = []
  hub.listen('pool', (capsule) => heard.push(['first', capsule]))
  hub.listen('pool', ({ payload }) => heard.push(['second', payload.event]), 'named')
  hub.listen('other', () => heard.push('never'))
  const payload = { event: 'ping', data: 1, message: 'hello' }
  hub.dispatch('pool', payload, 'test')
  hub.dispatch('pool', { event: 'pong' })
  expect(heard).toEqual([
    ['first', { channel: 'pool', payload, source: 'test', patternInfo: [] }],
    ['second', 'ping'],
    ['first', { channel: 'pool', payload: { event: 'pong' }, source: '', patternInfo: [] }],
    ['second', 'pong'],
  ])
})

test('stop for a callback on the channel it was stopped on, however often it listened', () => {
  const { hub } = createAuthContext({})
  const listener = vi.fn()
  const stop = hub.listen('a', listener)
  hub.listen('a', listener)
  hub.listen('b', listener)
  stop()
  hub.dispatch('a', { event: 'x' })
  hub.dispatch('b', { event: 'y' })
  expect(listener).toHaveBeenCalledTimes(1)
})

test('go on when a listener throws, stops itself, or starts another', () => {
  const { hub } = createAuthContext({})
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  const after = vi.fn()
  const stop = hub.listen('a', () => {
    stop()
    hub.listen('a', () => {})
    throw new Error('listener')
  })
  hub.listen('a', after)
  hub.dispatch('a', { event: 'x' })
  expect(after).toHaveBeenCalledTimes(1)
  expect(logged).toHaveBeenCalledWith(new Error('listener'))
  logged.mockRestore()
})

test('cannot be changed for the next listener', () => {
  const { hub } = createAuthContext({})
  hub.listen('a', ({ payload }) => {
    payload.event = 'changed'
  })
  const after = vi.fn()
  hub.listen('a', ({ payload }) => after(payload.event))
  hub.dispatch('a', { event: 'x' })
  expect(after).toHaveBeenCalledWith('x')
})

test('take null for no options', () => {
  const { hub } = createAuthContext({})
  const listener = vi.fn()
  // As JavaScript may call it; the types have no null.
  const listen = hub.listen as (...args: unknown[]) => () => void
  listen('auth', listener, null)
  hub.dispatch('auth', { event: 'tokenRefresh' })
  expect(listener).toHaveBeenCalledTimes(1)
})

test('need a callback', () => {
  const none = undefined as unknown as () => void
  expect(() => Hub.listen('auth', none)).toThrow(
    expect.objectContaining({
      name: 'NoHubcallbackProvidedException',
      message: 'No callback supplied to Hub',
    }),
  )
})
