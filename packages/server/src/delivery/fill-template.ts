/** The words of a message, with places for what differs. An e-mail is HTML. */
export interface Words {
  readonly subject: string
  readonly email: string
  readonly sms: string
}

/** What a pool's words have places for. */
export interface Values {
  /** `{####}` */
  readonly code: string
  /** `{username}` */
  readonly username: string
  /** Where `{##text##}` leads. */
  readonly link?: string | undefined
}

/**
 * Fills in `{####}`, `{username}` and `{##text##}`. All in one pass, so that a name that looks like a place stays a
 * name. What a user typed is text in an HTML message, never markup.
 */
export function fillTemplate(template: string, values: Values, form: 'html' | 'text'): string {
  const { code, username, link } = values
  const value = form === 'html' ? escapeHtml : (text: string) => text
  return template.replace(/\{####\}|\{username\}|\{##(.*?)##\}/gs, (place, linkText: string | undefined) => {
    if (place === '{####}') return value(code)
    if (place === '{username}') return value(username)
    if (link === undefined) return place
    // The words of the link are the pool's, like the rest of the template.
    return form === 'html' ? `<a href="${escapeHtml(link)}">${linkText}</a>` : `${linkText}: ${link}`
  })
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
