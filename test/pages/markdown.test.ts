/** The Markdown of rules, as elements. */
import { expect, it } from "vitest";
import { rules } from "../../rules/index.ts";
import { Markdown } from "../../src/pages/markdown.tsx";

const show = (text: string): string => Markdown({ text }).toString();

it("paragraphs, lists, code, bold and links become elements", () => {
  expect(show("Run `uv lock`\nand **commit** it:\n\n- one\n  more\n- two")).toBe(
    "<p>Run <code>uv lock</code> and <strong>commit</strong> it:</p><ul><li>one more</li><li>two</li></ul>",
  );
  expect(show("See [PEP 8](https://peps.python.org/pep-0008/).")).toBe(
    '<p>See <a href="https://peps.python.org/pep-0008/">PEP 8</a>.</p>',
  );
  expect(show("```python\nif a < b:\n    pass\n\nx = `1`\n```\nAfter.")).toBe(
    '<pre tabindex="0"><code>if a &lt; b:\n    pass\n\nx = `1`</code></pre><p>After.</p>',
  );
});

it("a longer fence holds a shorter one", () => {
  expect(show("````markdown\n```sh\nls\n```\n````")).toBe(
    '<pre tabindex="0"><code>```sh\nls\n```</code></pre>',
  );
});

it("nothing but that becomes markup", () => {
  expect(show('<img src=x onerror=alert(1)> [x](javascript:alert(1)) & "y"')).toBe(
    "<p>&lt;img src=x onerror=alert(1)&gt; [x](javascript:alert(1)) &amp; &quot;y&quot;</p>",
  );
});

it("every fix and reason is shown without a mark of Markdown left over", () => {
  for (const { id, fix, why } of rules) {
    const text = show(`${fix}\n\n${why}`)
      .replace(/<(code|pre)[^>]*>[\s\S]*?<\/\1>/g, "")
      .replace(/<[^>]+>/g, "");
    expect(text, id).not.toMatch(/`|\*\*|\]\(/);
  }
});

it("hostile text takes no longer than its length", () => {
  const start = Date.now();
  for (const piece of ["[", "`", "**", "[a](https://", "- ", "```\n"]) show(piece.repeat(100_000));
  expect(Date.now() - start).toBeLessThan(5_000);
});
