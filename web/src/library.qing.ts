import { checkVersion } from './library';

test.each([
  ['0.9.80', '0.9.80', true],
  ['0.9.80', '0.9.77', true],
  ['0.9.80', '0.9.9', true], // numbers, not texts
  ['0.9.80', '0.9.81', false],
  ['0.9.80', '0.10', false],
  ['0.9.80', '1', false],
  ['10.7.3', '9.9.9', true],
  ['0.9.80', '0.9.80.1', false],
  ['0.9.50.0', '0.9.50', undefined], // as the vendor's
  ['0.9.50', '0.9.50.0', undefined],
])('checkVersion: %s is at least %s: %p', (client, target, expected) => {
  expect(checkVersion(client, target)).toBe(expected);
});

test('checkVersion takes a number', () => {
  expect(checkVersion('0.9.80', 1 as unknown as string)).toBe(false);
});
