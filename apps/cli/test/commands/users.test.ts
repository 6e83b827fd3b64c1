import { sampleAnswers } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

const newPassword = 'long enough';

describe('users', () => {
  it('ls lists them', async () => {
    await using api = await startFakeApi();
    expect((await runCli(api, ['users', 'ls'])).out).toBe(
      'USER   ROLE   CREATED\nadmin  admin  2024-01-15T10:30:00Z\n',
    );
    const { out } = await runCli(api, ['users', 'ls', '--json']);
    expect(JSON.parse(out)).toEqual(sampleAnswers.listUsers.users);
  });

  it('add asks for the password twice', async () => {
    await using api = await startFakeApi();
    const asked: string[] = [];
    const around = { typed: [newPassword, newPassword], asked };
    const { out } = await runCli(api, ['users', 'add', 'anna', 'viewer'], around);
    expect(out).toBe('Added admin as admin.\n');
    expect(asked).toEqual(['Password for anna: ', 'Once more: ']);
    expect(api.seen[0]?.body).toEqual({ username: 'anna', password: newPassword, role: 'viewer' });
    const typo = { typed: [newPassword, 'other'] };
    const { code, err } = await runCli(api, ['users', 'add', 'anna', 'viewer'], typo);
    expect({ code, err }).toEqual({ code: 1, err: 'error: The two are not the same.\n' });
    expect(api.seen).toHaveLength(1);
  });

  it.each([
    [['users', 'add', 'anna'], 'Which role? Give viewer, operator, admin.'],
    [['users', 'add'], 'Which user? Give the name.'],
    [['users', 'add', 'anna', 'admn'], 'is not one of the roles viewer, operator, admin. Did you'],
    [['users', 'set-role', 'anna', 'boss'], '"boss" is not one of the roles'],
    [['users'], 'Which command of users: ls, add, set-role, passwd, rm?'],
    [['users', 'lst'], 'There is no command "users lst". Did you mean ls?'],
    [['users', 'ls', 'x'], '"x" is too much.'],
  ])('%j is not understood', async (argv, message) => {
    await using api = await startFakeApi();
    const { code, err } = await runCli(api, argv, { typed: ['x', 'x'] });
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(api.seen).toEqual([]);
  });

  it('set-role and rm', async () => {
    await using api = await startFakeApi();
    const { out } = await runCli(api, ['users', 'set-role', 'anna', 'operator']);
    expect(out).toBe('admin is admin now.\n');
    expect(api.seen[0]).toMatchObject({ params: { username: 'anna' }, body: { role: 'operator' } });
    expect((await runCli(api, ['users', 'rm', 'anna'])).out).toBe('Removed anna.\n');
    expect(api.seen[1]).toMatchObject({ id: 'deleteUser', params: { username: 'anna' } });
  });

  it('passwd asks for the password until now when it is one’s own', async () => {
    await using api = await startFakeApi();
    const asked: string[] = [];
    const around = { typed: ['old', newPassword, newPassword], asked };
    const { out } = await runCli(api, ['users', 'passwd', 'Admin'], around);
    expect(out).toBe('Changed the password of Admin. Log in again: llamactl login Admin\n');
    expect(asked).toEqual([
      'Password of Admin until now: ',
      'New password for Admin: ',
      'Once more: ',
    ]);
    expect(api.seen[1]?.body).toEqual({ current_password: 'old', password: newPassword });
  });

  it('passwd takes one line of standard input for others, two for oneself', async () => {
    await using api = await startFakeApi();
    const other = ['users', 'passwd', 'anna', '--password-stdin'];
    const { out } = await runCli(api, other, { stdin: `${newPassword}\n` });
    expect(out).toBe('Changed the password of anna.\n');
    expect(api.seen[1]?.body).toEqual({ password: newPassword });
    const own = ['users', 'passwd', 'admin', '--password-stdin'];
    const { code, err } = await runCli(api, own, { stdin: `${newPassword}\n` });
    expect(code).toBe(1);
    expect(err).toContain('2 lines: the old, the new one');
    await runCli(api, own, { stdin: `old\r\n${newPassword}\r\n` });
    expect(api.seen.at(-1)?.body).toEqual({ current_password: 'old', password: newPassword });
  });
});
