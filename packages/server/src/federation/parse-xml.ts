import { DOMParser } from '@xmldom/xmldom'

/**
 * Parses a document of another party. One that declares a type of document is refused: what it says can
 * be made of entities, and differ from reader to reader.
 *
 * @throws {Error} it is no document, or declares a type
 */
export function parseXml(xml: string): Document {
  if (/<!DOCTYPE/i.test(xml)) throw new Error('The document declares a type of document.')
  const failed = (message: string) => {
    throw new Error(message)
  }
  return new DOMParser({
    errorHandler: { warning: () => {}, error: failed, fatalError: failed },
  }).parseFromString(xml, 'text/xml')
}

/** Elements and attributes of a message. One that names some hundred groups of a user has fewer. */
const MAX_PARTS = 1000

/**
 * The same for a message that anyone can have sent. The libraries that verify signatures take a time that grows with the
 * square of the elements, and read on after a mistake with a sentence for each: of what a form can hold, either takes
 * seconds. Both are refused before.
 *
 * @throws {Error} it is no document, declares a type, or has too many parts
 */
export function parseMessage(xml: string): Document {
  if ((xml.match(/<(?!\/)|=\s*["']/g)?.length ?? 0) > MAX_PARTS)
    throw new Error('The document has too many elements.')
  return parseXml(xml)
}

/** The elements of a name below another one, however deep. */
export const elementsOf = (
  parent: Pick<Element, 'getElementsByTagNameNS'>,
  namespace: string,
  name: string,
): Element[] => Array.from(parent.getElementsByTagNameNS(namespace, name))

/** The same for its own children only. */
export const childrenOf = (parent: Element, namespace: string, name: string): Element[] =>
  elementsOf(parent, namespace, name).filter(({ parentNode }) => parentNode === parent)
