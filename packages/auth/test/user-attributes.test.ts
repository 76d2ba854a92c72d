import {
  confirmUserAttribute,
  deleteUserAttributes,
  fetchAuthSession,
  fetchUserAttributes,
  sendUserAttributeVerificationCode,
  signIn,
  signOut,
  updateUserAttribute,
  updateUserAttributes,
} from '@amulet/auth'
import { describe, expect, test } from 'vitest'
import { anotherCode, answerLost, json, lastCode, PASSWORD, signedInUser, start } from './start.js'

const email = 'countess@example.com'

const done = { isUpdated: true, nextStep: { updateAttributeStep: 'DONE' } }

const byCode = {
  isUpdated: false,
  nextStep: {
    updateAttributeStep: 'CONFIRM_ATTRIBUTE_WITH_CODE',
    codeDeliveryDetails: { destination: 'c***@e***', deliveryMedium: 'EMAIL', attributeName: 'email' },
  },
}

describe('updateUserAttributes', () => {
  test('says of each attribute whether it is changed or waits for a code', async () => {
    const started = await start()
    await signedInUser(started)
    const { context, net } = started
    expect(
      await updateUserAttributes(context, {
        userAttributes: { name: 'Ada', email, nickname: '' },
        options: { clientMetadata: { a: 'b' } },
      }),
    ).toEqual({ name: done, nickname: done, email: byCode })
    expect(net.sent.map(({ operation, body }) => [operation, body])).toEqual([
      [
        'UpdateUserAttributes',
        {
          AccessToken: `${(await fetchAuthSession(context)).tokens?.accessToken}`,
          UserAttributes: [
            { Name: 'name', Value: 'Ada' },
            { Name: 'email', Value: email },
            { Name: 'nickname', Value: '' },
          ],
          ClientMetadata: { a: 'b' },
        },
      ],
    ])
    expect(await fetchUserAttributes(context)).toMatchObject({ name: 'Ada', email, email_verified: 'false' })
  })

  test('of an attribute the pool does not have changes nothing at all', async () => {
    const started = await start()
    await signedInUser(started)
    const { context } = started
    await expect(
      updateUserAttributes(context, { userAttributes: { name: 'Ada', 'custom:no': '1' } }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
    expect(await fetchUserAttributes(context)).not.toHaveProperty('name')
  })

  test('reports a code for an attribute that was not in the request, too', async () => {
    const started = await start()
    await signedInUser(started)
    const sent = { AttributeName: 'phone_number', DeliveryMedium: 'SMS', Destination: '+*******1' }
    started.net.faults.push(json(200, { CodeDeliveryDetailsList: [sent, {}] }))
    expect(await updateUserAttributes(started.context, { userAttributes: { name: 'Ada' } })).toEqual({
      name: done,
      phone_number: {
        isUpdated: false,
        nextStep: {
          updateAttributeStep: 'CONFIRM_ATTRIBUTE_WITH_CODE',
          codeDeliveryDetails: {
            attributeName: 'phone_number',
            deliveryMedium: 'SMS',
            destination: '+*******1',
          },
        },
      },
    })
  })

  test('is not sent a second time when the answer is lost: that would send a second code', async () => {
    const started = await start()
    const before = await signedInUser(started)
    const { context, net, server } = started
    net.faults.push(answerLost)
    await expect(updateUserAttributes(context, { userAttributes: { email } })).rejects.toMatchObject({
      name: 'NetworkError',
      retryable: true,
    })
    expect(net.operations()).toEqual(['UpdateUserAttributes'])
    expect(server.inbox.list(email)).toHaveLength(1)
    expect(before).not.toBe(email)
  })
})

describe('updateUserAttribute', () => {
  test('says whether the one attribute is changed or waits for a code', async () => {
    const started = await start()
    await signedInUser(started)
    const { context, net } = started
    expect(
      await updateUserAttribute(context, { userAttribute: { attributeKey: 'name', value: 'Ada' } }),
    ).toEqual(done)
    expect(
      await updateUserAttribute(context, {
        userAttribute: { attributeKey: 'email', value: email },
        options: { clientMetadata: { a: 'b' } },
      }),
    ).toEqual(byCode)
    expect(net.sent.map(({ body }) => [body.UserAttributes, body.ClientMetadata])).toEqual([
      [[{ Name: 'name', Value: 'Ada' }], undefined],
      [[{ Name: 'email', Value: email }], { a: 'b' }],
    ])
  })
})

describe('confirmUserAttribute', () => {
  test('confirms a new address, which then signs the user in', async () => {
    const started = await start()
    await signedInUser(started)
    const { context, net } = started
    await updateUserAttributes(context, { userAttributes: { email } })
    net.sent.length = 0
    const confirmationCode = lastCode(started, email)
    expect(
      await confirmUserAttribute(context, { userAttributeKey: 'email', confirmationCode }),
    ).toBeUndefined()
    expect(net.sent.map(({ operation, body }) => [operation, body])).toEqual([
      [
        'VerifyUserAttribute',
        {
          AccessToken: `${(await fetchAuthSession(context)).tokens?.accessToken}`,
          AttributeName: 'email',
          Code: confirmationCode,
        },
      ],
    ])
    expect(await fetchUserAttributes(context)).toMatchObject({ email, email_verified: 'true' })
    await signOut(context)
    expect(await signIn(context, { username: email, password: PASSWORD })).toMatchObject({ isSignedIn: true })
  })

  test('with another code rejects with CodeMismatchException, and without one refused before any request', async () => {
    const started = await start()
    await signedInUser(started)
    const { context, net } = started
    await updateUserAttributes(context, { userAttributes: { email } })
    const confirmationCode = anotherCode(lastCode(started, email))
    await expect(
      confirmUserAttribute(context, { userAttributeKey: 'email', confirmationCode }),
    ).rejects.toMatchObject({ name: 'CodeMismatchException' })
    net.sent.length = 0
    await expect(
      confirmUserAttribute(context, { userAttributeKey: 'email', confirmationCode: '' }),
    ).rejects.toMatchObject({
      name: 'EmptyConfirmUserAttributeCode',
      message: 'confirmation code is required to confirmUserAttribute',
    })
    expect(net.sent).toEqual([])
  })
})

describe('sendUserAttributeVerificationCode', () => {
  test('sends another code, says where to, and the code before is of no use any more', async () => {
    const started = await start()
    await signedInUser(started)
    const { context, net } = started
    await updateUserAttributes(context, { userAttributes: { email } })
    const first = lastCode(started, email)
    net.sent.length = 0
    expect(
      await sendUserAttributeVerificationCode(context, {
        userAttributeKey: 'email',
        options: { clientMetadata: { a: 'b' } },
      }),
    ).toEqual({ destination: 'c***@e***', deliveryMedium: 'EMAIL', attributeName: 'email' })
    expect(net.sent.map(({ operation, body }) => [operation, body])).toEqual([
      [
        'GetUserAttributeVerificationCode',
        { AccessToken: expect.any(String), AttributeName: 'email', ClientMetadata: { a: 'b' } },
      ],
    ])
    const second = lastCode(started, email)
    if (first !== second) {
      await expect(
        confirmUserAttribute(context, { userAttributeKey: 'email', confirmationCode: first }),
      ).rejects.toMatchObject({ name: 'CodeMismatchException' })
    }
    await confirmUserAttribute(context, { userAttributeKey: 'email', confirmationCode: second })
    expect(await fetchUserAttributes(context)).toMatchObject({ email_verified: 'true' })
  })

  test('for an address the user does not have rejects with the service’s InvalidParameterException', async () => {
    const started = await start()
    await signedInUser(started)
    await expect(
      sendUserAttributeVerificationCode(started.context, { userAttributeKey: 'phone_number' }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })
})

describe('deleteUserAttributes', () => {
  test('deletes them, and tokens show it after a refresh', async () => {
    const started = await start()
    await signedInUser(started)
    const { context, net } = started
    await updateUserAttributes(context, { userAttributes: { name: 'Ada', nickname: 'Countess' } })
    const { tokens } = await fetchAuthSession(context, { forceRefresh: true })
    expect(tokens?.idToken?.payload).toMatchObject({ name: 'Ada', nickname: 'Countess' })
    net.sent.length = 0
    expect(await deleteUserAttributes(context, { userAttributeKeys: ['name', 'nickname'] })).toBeUndefined()
    expect(net.sent.map(({ operation, body }) => [operation, body])).toEqual([
      [
        'DeleteUserAttributes',
        { AccessToken: `${tokens?.accessToken}`, UserAttributeNames: ['name', 'nickname'] },
      ],
    ])
    const attributes = await fetchUserAttributes(context)
    expect([attributes.name, attributes.nickname]).toEqual([undefined, undefined])
    const fresh = await fetchAuthSession(context, { forceRefresh: true })
    expect(fresh.tokens?.idToken?.payload).not.toHaveProperty('name')
  })

  test('is sent again when an answer is lost: what is deleted stays so', async () => {
    const started = await start()
    await signedInUser(started)
    started.net.faults.push(answerLost)
    await deleteUserAttributes(started.context, { userAttributeKeys: ['nickname'] })
    expect(started.net.operations()).toEqual(['DeleteUserAttributes', 'DeleteUserAttributes'])
  })

  test.each([
    ['custom:no', 'InvalidParameterException'],
    ['sub', 'NotAuthorizedException'],
  ])('of %s is the service’s %s', async (attribute, name) => {
    const started = await start()
    await signedInUser(started)
    await expect(
      deleteUserAttributes(started.context, { userAttributeKeys: [attribute] }),
    ).rejects.toMatchObject({ name })
  })

  test('of no attributes does nothing', async () => {
    const started = await start()
    await signedInUser(started)
    const none = [] as unknown as [string]
    expect(await deleteUserAttributes(started.context, { userAttributeKeys: none })).toBeUndefined()
  })
})
