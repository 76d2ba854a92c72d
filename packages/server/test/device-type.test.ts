import { expect, test } from 'vitest'
import { deviceType } from '../src/tokens/device-type.js'

const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'

test.each([
  [`${MAC} Chrome/125.0.0.0 Safari/537.36`, 'Chrome 125 / macOS'],
  [`${MAC} Version/17.5 Safari/605.1.15`, 'Safari 17 / macOS'],
  [`${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`, 'Safari 17 / iOS 17'],
  [`${IPHONE} CriOS/125.0.6422.80 Mobile/15E148 Safari/604.1`, 'Chrome 125 / iOS 17'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0',
    'Edge 125 / Windows',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0', 'Firefox 126 / Linux'],
  [
    'Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
    'Samsung Internet 25 / Android 14',
  ],
  ['aws-sdk-js/3.600.0 ua/2.0 os/linux#6.1.0 lang/js md/nodejs#20.20.2', 'aws-sdk-js 3.600.0 / Linux'],
  ['Shop/4.2 CFNetwork/1494.0.7 Darwin/23.4.0', 'Shop 4.2 / Apple'],
  ['okhttp/4.12.0', 'okhttp 4.12.0'],
  ['Mozilla/5.0', 'unknown'],
  ['', 'unknown'],
  [undefined, 'unknown'],
])('%s is read as %s', (userAgent, expected) => {
  expect(deviceType(userAgent)).toBe(expected)
})

test('only a little of an untrusted header is kept, and parsing it takes no time', () => {
  for (const piece of ['Chrome/', 'Version/1', 'iPhone OS ', '<b>', '\n', 'a', 'Android 9'])
    expect(deviceType(piece.repeat(100_000)).length).toBeLessThan(200)
  expect(deviceType(`<script>/1 Chrome/1<b>`)).toBe('Chrome 1')
})
