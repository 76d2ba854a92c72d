import * as c from './constraints.js'
import { boolean, document, list, oneOf, type Parsed, required, structure } from './shape.js'

const Asset = structure({
  Category: required(
    oneOf(
      'FAVICON_ICO',
      'FAVICON_SVG',
      'EMAIL_GRAPHIC',
      'SMS_GRAPHIC',
      'AUTH_APP_GRAPHIC',
      'PASSWORD_GRAPHIC',
      'PASSKEY_GRAPHIC',
      'PAGE_HEADER_LOGO',
      'PAGE_HEADER_BACKGROUND',
      'PAGE_FOOTER_LOGO',
      'PAGE_FOOTER_BACKGROUND',
      'PAGE_BACKGROUND',
      'FORM_BACKGROUND',
      'FORM_LOGO',
      'IDP_BUTTON_ICON',
    ),
  ),
  ColorMode: required(oneOf('LIGHT', 'DARK', 'DYNAMIC')),
  Extension: required(oneOf('ICO', 'JPEG', 'PNG', 'SVG', 'WEBP')),
  Bytes: c.AssetBytes,
  ResourceId: c.ResourceId,
})
export type Asset = Parsed<typeof Asset>

/** Bytes of a request for either: the service's own limit, for images. */
export const MAX_BRANDING_REQUEST = 2_097_152

/** Of CreateManagedLoginBranding and UpdateManagedLoginBranding, beside what they are about. */
export const brandingMembers = {
  UseCognitoProvidedValues: boolean,
  Settings: document,
  Assets: list(Asset, { max: 40 }),
}
