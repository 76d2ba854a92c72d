// The same tests in each environment that applications are tested in.
module.exports = {
  projects: ['node', './jsdom-environment.js'].map((testEnvironment) => ({
    displayName: testEnvironment,
    testEnvironment,
  })),
}
