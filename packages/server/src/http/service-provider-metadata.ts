import { Hono } from 'hono'
import type { ServerContext } from '../context.js'
import { oauthUrl } from '../domains/domain-url.js'
import { samlEntityId } from '../federation/saml.js'
import { type SamlKeyPurpose, samlKeysOf } from '../federation/saml-key.js'
import { publishedKeys } from '../keys/signing-keys.js'
import { SAML_RESPONSE } from '../oauth/go-to-provider.js'
import { SAML_SIGN_OUT } from '../oauth/sign-out-elsewhere.js'

/** What a provider of SAML has to know of a user pool: SAML 2.0 Metadata section 2.4.4. The service has no such document. */
export function serviceProviderMetadata(context: ServerContext): Hono {
  const app = new Hono()
  app.get('/:userPoolId/saml2/metadata', async (c) => {
    const userPoolId = c.req.param('userPoolId')
    if ((await publishedKeys(context, userPoolId)).length === 0)
      return c.json({ message: `User pool ${userPoolId} does not exist.` }, 404)
    const [signing] = await samlKeysOf(context, userPoolId, 'signing')
    const [encryption] = await samlKeysOf(context, userPoolId, 'encryption')
    const origin = (await oauthUrl(context, userPoolId)).replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    const post = 'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"'
    const document = `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${samlEntityId(userPoolId)}">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    ${keyOf('signing', signing.certificate)}
    ${keyOf('encryption', encryption.certificate)}
    <md:SingleLogoutService ${post} Location="${origin}${SAML_SIGN_OUT}"/>
    <md:AssertionConsumerService ${post} Location="${origin}${SAML_RESPONSE}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`
    return c.body(document, 200, { 'content-type': 'application/samlmetadata+xml' })
  })
  return app
}

const keyOf = (use: SamlKeyPurpose, certificate: string): string =>
  `<md:KeyDescriptor use="${use}"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
