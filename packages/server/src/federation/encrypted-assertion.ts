import { decryptXml } from '@node-saml/node-saml/lib/xml.js'
import { childrenOf, elementsOf, parseMessage } from './parse-xml.js'
import { ProviderError } from './provider-error.js'

/** The libraries that decrypt and read find elements by their names alone. What they find has to be what is checked here. */
const ANY_NAMESPACE = '*'

/**
 * XML Encryption 1.1 section 5. RSA with the padding of PKCS #1 1.5, and Triple DES, are not among them: messages under
 * the one can be read by asking often enough.
 */
const ALGORITHMS: readonly (string | null)[] = [
  'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  'http://www.w3.org/2001/04/xmlenc#aes128-cbc',
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  'http://www.w3.org/2009/xmlenc11#aes256-gcm',
]

/**
 * Checks that a response says who the user is in one encrypted assertion, and nowhere else.
 *
 * @throws {ProviderError}
 */
export function assertEncrypted(response: string): void {
  const root = rootOf(Buffer.from(response, 'base64').toString())
  // A provider says that the user did not sign in without an assertion.
  if (elementsOf(root, ANY_NAMESPACE, 'Assertion').length > 0)
    throw invalid('The assertion is not encrypted.')
  for (const encrypted of childrenOf(root, ANY_NAMESPACE, 'EncryptedAssertion')) {
    const other = elementsOf(encrypted, ANY_NAMESPACE, 'EncryptionMethod')
      .map((method) => method.getAttribute('Algorithm'))
      .find((algorithm) => !ALGORITHMS.includes(algorithm))
    if (other !== undefined) throw invalid(`The algorithm ${other} is not supported.`)
  }
}

/**
 * What a response has encrypted, which is to be verified still.
 *
 * @throws {Error} the key is another, or nothing was encrypted
 */
export const decrypted = (response: string, privateKey: string): Promise<string> => {
  const root = rootOf(Buffer.from(response, 'base64').toString())
  return decryptXml(String(childrenOf(root, ANY_NAMESPACE, 'EncryptedAssertion')[0]), privateKey)
}

function rootOf(xml: string): Element {
  try {
    return parseMessage(xml).documentElement
  } catch {
    throw invalid('The response is not an XML document.')
  }
}

const invalid = (reason: string): ProviderError =>
  new ProviderError(`Error in SAML response processing: ${reason}`, { error: 'server_error' })
