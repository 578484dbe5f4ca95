import { describe, expect, it } from "vitest";
import { splitShell } from "../../../src/project/delivery/shell.ts";
import { splitWords } from "../../../src/project/delivery/shell-words.ts";

const texts = (script: string): string[] => splitShell(script).map(({ text }) => text);

describe("splitting shell text", () => {
  it("splits at operators and line ends", () => {
    expect(texts("a && b || c; d | e & f\ng")).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
  });

  it("joins continuation lines and gives each command its line", () => {
    expect(splitShell("one\n\ntwo \\\n  --x \\\n  y\nthree")).toEqual([
      { text: "one", line: 0 },
      { text: "two --x y", line: 2 },
      { text: "three", line: 5 },
    ]);
  });

  it("opens the bodies of if, for, while, case and functions", () => {
    const script = `if [ -f x ]; then black .; else flake8; fi
for i in 1 2; do pytest $i; done
while ! nc -z db 5432; do sleep 1; done
case "$1" in
  web|api) gunicorn app ;;
  *) exec "$@" ;;
esac
run() {
  ruff check .
}
{ mypy .; }`;
    expect(texts(script)).toEqual([
      "black .",
      "flake8",
      "pytest $i",
      "nc -z db 5432",
      "sleep 1",
      "gunicorn app",
      'exec "$@"',
      "ruff check .",
      "mypy .",
    ]);
  });

  it("tells the line of a command behind a keyword", () => {
    expect(splitShell("a && \\\n  if b; \\\n  then \\\n  c; fi")).toEqual([
      { text: "a", line: 0 },
      { text: "b", line: 1 },
      { text: "c", line: 3 },
    ]);
  });

  it("leaves comments and here-documents out", () => {
    expect(texts("a # pytest\n# pytest\ncat <<EOF > x\npytest\nEOF\nb#c")).toEqual([
      "a",
      "cat <<EOF > x",
      "b#c",
    ]);
    expect(texts("cat <<-'END'\n\tpytest\n\tEND\nb")).toEqual(["cat <<-'END'", "b"]);
  });

  it("keeps quotes, substitutions and expressions of CI whole", () => {
    expect(texts(`echo "a; b" 'c && d'`)).toEqual([`echo "a; b" 'c && d'`]);
    expect(texts("x=$(a; b | c) && d")).toEqual(["x=$(a; b | c)", "d"]);
    expect(texts(`: "\${A:=$(python -c "import x; print(x)")}"\nb`)).toEqual([
      `: "\${A:=$(python -c "import x; print(x)")}"`,
      "b",
    ]);
    expect(texts("tox -e ${{ matrix.a || 'b' }} && c")).toEqual(["tox -e ${{ matrix.a || 'b' }}", "c"]);
  });

  it("takes a quote that nothing closes as a letter", () => {
    expect(texts("echo don't\npytest")).toEqual(["echo don't", "pytest"]);
  });

  it("does not take redirections for operators", () => {
    expect(texts("a > x 2>&1 && b &> y")).toEqual(["a > x 2>&1", "b &> y"]);
  });

  it.each([
    ["quotes", "'".repeat(100_001)],
    ["double quotes", '"'.repeat(100_001)],
    ["open substitutions", "$(".repeat(100_000)],
    ["quoted open substitutions", '"$('.repeat(50_000)],
    ["open brackets", `x${"(".repeat(100_000)}`],
    ["backticks", "`".repeat(100_001)],
    ["here-documents", `${"<<a ".repeat(50_000)}\n${"x\n".repeat(50_000)}`],
    ["expressions", "${{".repeat(100_000)],
    ["escapes", '\\"'.repeat(100_000)],
    ["cases", "case x in a)".repeat(50_000)],
    ["spaces", " ".repeat(1_000_000)],
  ])("is linear for many %s", (_, text) => {
    expect(splitShell(text).length).toBeLessThanOrEqual(2000);
  });
});

describe("splitting a command into words", () => {
  it("takes quotes off and redirections out", () => {
    expect(splitWords(`pip install 'a>=1' "b c" d\\ e > "out.txt" 2>&1 < in`)).toEqual([
      "pip",
      "install",
      "a>=1",
      "b c",
      "d e",
    ]);
  });

  it("keeps an expression as one word", () => {
    expect(splitWords("tox -e ${{ format('py{0}', matrix.x) }}")).toEqual([
      "tox",
      "-e",
      "${{ format('py{0}', matrix.x) }}",
    ]);
  });
});
