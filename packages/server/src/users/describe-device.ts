import { timestamp } from '../wire/timestamp.js'
import type { Device } from './device.js'

/** A device on the wire. */
export const describeDevice = (device: Device) => ({
  DeviceKey: device.key,
  DeviceAttributes: [
    // The service has no other one.
    { Name: 'device_status', Value: 'valid' },
    ...(device.name === null ? [] : [{ Name: 'device_name', Value: device.name }]),
    { Name: 'dev:device_remembered_status', Value: device.remembered ? 'remembered' : 'not_remembered' },
    ...(device.lastAddress === null ? [] : [{ Name: 'last_ip_used', Value: device.lastAddress }]),
  ],
  DeviceCreateDate: timestamp(device.createdAt),
  DeviceLastModifiedDate: timestamp(device.updatedAt),
  DeviceLastAuthenticatedDate: timestamp(device.lastUsedAt),
})
