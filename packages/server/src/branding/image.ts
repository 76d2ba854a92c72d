/** Formats of images that pages show, by the bytes that they begin with. */
const FORMATS = {
  PNG: {
    type: 'image/png',
    begins: (bytes: Buffer) => bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a',
  },
  JPEG: { type: 'image/jpeg', begins: (bytes: Buffer) => bytes.subarray(0, 3).toString('hex') === 'ffd8ff' },
  WEBP: {
    type: 'image/webp',
    begins: (bytes: Buffer) =>
      bytes.subarray(0, 4).toString() === 'RIFF' && bytes.subarray(8, 12).toString() === 'WEBP',
  },
  ICO: {
    type: 'image/x-icon',
    begins: (bytes: Buffer) => bytes.subarray(0, 4).toString('hex') === '00000100',
  },
  SVG: {
    type: 'image/svg+xml',
    begins: (bytes: Buffer) => /<svg[\s>/]/.test(bytes.toString().slice(0, 2000)),
  },
} as const

export type ImageFormat = keyof typeof FORMATS

/** Whether bytes are an image of a format, as far as their beginning tells. */
export const isImage = (format: ImageFormat, bytes: Buffer): boolean => FORMATS[format].begins(bytes)

/** The format of an image, where it is one of these. */
export const formatOf = (bytes: Buffer, among: readonly ImageFormat[]): ImageFormat | undefined =>
  among.find((format) => isImage(format, bytes))

export const mediaTypeOf = (format: ImageFormat): string => FORMATS[format].type
