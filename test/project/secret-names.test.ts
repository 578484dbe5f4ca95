/** Secrets that an expression hands on, by their names. */
import { describe, expect, it } from "vitest";
import { readArguments } from "../../src/project/python/arguments.ts";
import { PythonModule } from "../../src/project/python/module.ts";
import { secretsIn } from "../../src/project/secret-names.ts";

const secretsOf = (args: string) => {
  const text = `log(${args})`;
  const lint = { diagnostics: [], noqa: new Map() };
  const module = new PythonModule({ path: "a.py", role: "source", name: "a", text, lint });
  return readArguments(module, 3)
    .args.flatMap(secretsIn)
    .map(({ name }) => name);
};

describe("values that are passed", () => {
  it.each([
    ["'x %s', password", ["password"]],
    ["'x %s' % self.api_key", ["self.api_key"]],
    ["f'x {user.password!r}'", ["user.password"]],
    ["f'{secret_key=}'", ["secret_key"]],
    ["'{}'.format(client_secret)", ["client_secret"]],
    ["'x', extra={'a': access_token}", ["access_token"]],
    ["'x', auth=request.headers['Authorization']", ["Authorization"]],
    ["form.get('password')", ["password"]],
    ["str(password)", ["password"]],
    ["'x', token=token", ["token"]],
    ["'x %s', settings.password.get_secret_value()", ["settings.password"]],
  ])("%s", (args, names) => expect(secretsOf(args)).toEqual(names));
});

describe("values that are not", () => {
  it.each([
    "'the password is wrong'",
    "f'password of {user}'",
    "len(password)",
    "mask(api_key)",
    "bool(token)",
    "password is None",
    "'yes' if password else 'no'",
    "token[:4]",
    "token.id",
    "num_tokens, max_tokens, token_type, has_password",
    "reset_password(user)",
    "createdb('-U', user, env={'PGPASSWORD': password})",
    "password_file",
    "url.obscure_password",
    "'x', token_data=unverified_token",
    "'x %s', str(e).replace(f'&token_auth={token}', '[TOKEN]')",
  ])("%s", (args) => expect(secretsOf(args)).toEqual([]));
});
