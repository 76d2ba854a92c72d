import * as c from './constraints.js'
import { list, map, oneOf, required, string, structure } from './shape.js'

// Members of the inputs of many operations.

export const Attribute = structure({ Name: { required: c.AttributeName }, Value: c.AttributeValue })
export const ClientMetadata = map(c.AnyString)
/** Pinpoint analytics; there is nothing here to analyse with. */
export const AnalyticsMetadata = structure({ AnalyticsEndpointId: string() })
/** Device fingerprint for threat protection, which only the service's Plus tier reads. */
export const UserContextData = structure({ IpAddress: string(), EncodedData: string() })
/** The same, from a server that passes on what it knows of the user's request. */
export const ContextData = structure({
  IpAddress: required(string()),
  ServerName: required(string()),
  ServerPath: required(string()),
  HttpHeaders: required(list(structure({ headerName: string(), headerValue: string() }))),
  EncodedData: string(),
})

/** What a user or an administrator says of an event. */
export const FeedbackValue = oneOf('Valid', 'Invalid')

/** A limit of the account. */
export const LimitDefinition = structure({
  LimitClass: required(oneOf('API_CATEGORY')),
  Attributes: required(map(c.AnyString)),
})
