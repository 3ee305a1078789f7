/**
 * Rich results in the output: the value of a last expression, every kind of form
 * in the order of notebooks, figures, and that nothing of a program's markup runs
 * or leaves its place.
 *
 * Not here: `display` of the package `pyscript` and its targets (pyscript.test.mjs);
 * where a last statement begins, what a text form is, limits of the log (native
 * tests of `runtime-protocol`).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { KINDS, editorOn, open, openEditor } from "./editor.mjs";
import { site } from "./harness.mjs";

const on = site();

/** The elements of results that are drawn; a result is in a shadow root of its own. */
const content = (editor) => editor.output.locator(".rich .content");

/** The text of each result. */
const results = async (editor) => (await content(editor).allTextContents()).map((text) => text.trim());

/** Runs a program that must end well. */
async function program(editor, code) {
  const { outcome, error } = await editor.run(code);
  assert.equal(outcome, "ok", `${code}\n${error}`);
  // Each place is filled in its own time.
  await editor.page.waitForFunction((host) => [...host.shadowRoot.querySelectorAll(".rich")].every((place) => place.firstChild), await editor.host.elementHandle());
}

/** A class whose objects have one form. */
const FORMS = `
class Shown:
    def __init__(self, name, data):
        self.name, self.data = name, data
    def __getattr__(self, name):
        if name == self.name:
            return lambda: self.data
        raise AttributeError(name)
    def __repr__(self):
        return "<Shown " + self.name + ">"
`;

/** A red point and a green one. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADklEQVR4nGP4z8AARAAH/QH/9zlQfwAAAABJRU5ErkJggg==";

const LAST = [
  ["1 + 1", "2\n"],
  ["x = [1, 'a']\nx", "[1, 'a']\n"],
  ["'a < b'", "'a < b'\n"],
  ["x = 3", ""],
  ["None", ""],
  ["print('p')", "p\n"],
  ["1 + 1;", ""],
  ["1 + 1  # why\n\n# the end", "2\n"],
  ["a = 2; a * 3", "6\n"],
  ["(\n  4,\n  5,\n)", "(4, 5)\n"],
  ["if True:\n    7", ""],
  ["'''\nx\n'''", "'\\nx\\n'\n"],
  ["s = '''\n9\n'''\nlen(s)", "3\n"],
  ["import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 8\nawait f()", "8\n"],
  ["print('p', end='')\n5", "p\n5\n"],
];

for (const { tag, name } of KINDS) {
  describe(name, () => {
    test("the value of the last expression is shown, as notebooks do", async (t) => {
      const editor = await openEditor(t, on, { tag });
      for (const [code, shown] of LAST) {
        await program(editor, code);
        assert.equal(await editor.written(), shown, code);
      }
      assert.equal(await content(editor).count(), 0, "short texts are text among the output");
      const { outcome, error } = await editor.run("class Odd:\n    def __repr__(self):\n        return 1 / 0\nOdd()");
      assert.deepEqual([outcome, /ZeroDivisionError/.test(error)], ["error", true]);
      assert.equal(await editor.errorLine.textContent(), "        return 1 / 0");
      await editor.setCode("kept = 5\nclass Endless:\n    def __repr__(self):\n        print('in it')\n        while True: pass\nEndless()");
      const ended = await editor.ended();
      await editor.button.click();
      await editor.says("in it");
      await editor.button.click();
      assert.equal((await editor.done(ended + 1)).outcome, "stopped");
      await program(editor, "kept");
      assert.equal(await editor.written(), "5\n", "variables stay after a stop in a value's own text");
      await editor.host.evaluate((element) => element.setAttribute("last-expr", "off"));
      await program(editor, "1 + 1");
      assert.equal(await editor.written(), "");
    });

    test("every kind of form is shown, in true order with the text", async (t) => {
      const editor = await openEditor(t, on, { tag, context: { permissions: ["clipboard-read", "clipboard-write"] } });
      await program(editor, `${FORMS}
from pyscript import display
class Best:
    def _repr_html_(self): return None
    def _repr_svg_(self): return "<svg viewBox='0 0 30 10'><title>A line</title><use href='#l'/><path id='l' d='M0 5h30'/></svg>"
    def _repr_png_(self): raise ValueError("a better one was there")
    def __repr__(self): return "Best"
print("first")
display(Shown("_repr_html_", "<table><tr><td>cell</td></tr></table>"))
print("between", end="")
display(Best())
display(Shown("_repr_png_", (__import__("binascii").a2b_base64(b"${PNG}"), {"alt": "Two points", "width": 20})))
display(Shown("_repr_latex_", "$\\\\displaystyle \\\\frac{a}{b}$"))
display(Shown("_repr_markdown_", "# Title\\n*soft* $x^2$ for 3$ or 4$ <script>hit()</script>"))
display(Shown("_repr_json_", {"a": [1, True, None], "b": {"c": {"d": 1}}, "e": "<b>"}))
display(Shown("_repr_mimebundle_", ({"application/x-unknown": "?", "text/plain": "plain"}, {})))
display("text <b>")
print("last")
Shown("_repr_html_", "<p>value</p>")`);
      const seen = await editor.output.evaluate((output) =>
        [...output.children].flatMap((child) => {
          const content = child.firstElementChild?.shadowRoot?.querySelector(".content");
          if (!content) return child.textContent.trimEnd().split("\n");
          const found = ["table", "img", "math", "h1", ".json", "pre", "p"].find((name) => content.parentNode.querySelector(name));
          // Not every interpreter keeps the order of a dict.
          return [found === ".json" ? "json" : `${found}: ${content.querySelector("img")?.alt ?? content.textContent.trim().slice(0, 19)}`];
        }),
      );
      assert.deepEqual(seen.map((line) => line.replace(/\s+/g, " ")), [
        "first", "table: cell", "between", "img: A line", "img: Two points", "math: ab", "math: Title soft x2 for 3",
        "json", "pre: plain", "text <b>", "last", "p: value",
      ]);
      const image = content(editor).locator("img").nth(1);
      assert.deepEqual(await image.evaluate((image) => [image.width, image.naturalWidth]), [20, 2]);
      assert.deepEqual(await content(editor).locator("img").first().evaluate((image) => [image.naturalWidth, image.naturalHeight]), [30, 10]);
      assert.equal(await content(editor).locator("h1, em").count(), 2);
      // Two levels are unfolded, the third is built when it is asked for.
      const tree = editor.output.locator(".rich .content > details");
      assert.equal(await tree.locator(".key").count(), 4);
      await tree.locator("summary", { hasText: '"c"' }).click();
      await tree.locator(".key", { hasText: "d" }).waitFor();

      const tool = (name) => editor.host.getByRole("button", { name, exact: true });
      await tool("Copy").click();
      await editor.host.locator(".said", { hasText: "Copied." }).waitFor();
      const text = ["first", "<Shown _repr_html_>", "between", "Best", "<Shown _repr_png_>", "<Shown _repr_latex_>", "<Shown _repr_markdown_>", "<Shown _repr_json_>", "plain", "text <b>", "last", "<Shown _repr_html_>", ""];
      assert.deepEqual((await editor.page.evaluate(() => navigator.clipboard.readText())).split("\n"), text);
      const [download] = await Promise.all([editor.page.waitForEvent("download"), tool("Save").click()]);
      assert.deepEqual((await readFile(await download.path(), "utf8")).split("\n"), text);
      await tool("Clear").click();
      assert.equal(await editor.output.locator("*").count(), 0);

      await program(editor, `from pyscript import display\nprint("gone")\ndisplay("also gone")\ndisplay("only", append=False)`);
      assert.equal(await editor.written(), "only\n");
    });

    test("long results are folded, and thousands of them are bounded", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await program(editor, `["row %d" % i for i in range(10_000)]`);
      assert.ok((await editor.output.evaluate((output) => output.scrollHeight)) < 1000, "it is folded");
      const fold = editor.output.getByRole("button", { name: "Show all" });
      await fold.click();
      const less = editor.output.getByRole("button", { name: "Show less" });
      assert.equal(await less.getAttribute("aria-expanded"), "true");
      await program(editor, `${FORMS}
from pyscript import display
for i in range(1000): display(Shown("_repr_html_", "<b>%d</b><!-- %s -->" % (i, "x" * 20_000)))`);
      const count = await editor.output.locator(".rich").count();
      assert.ok(count > 200 && count < 900, `${count} results on the page`);
      const texts = await results(editor);
      assert.deepEqual([texts[0], texts.at(-1)], ["0", "999"]);
      assert.match((await editor.output.locator(".left-out").textContent()) ?? "", /lines left out/);
    });

    test("nothing of a hostile result runs, leaves its place or is sent anywhere", async (t) => {
      const probe = `/probe-${tag}`;
      on.server.route(probe, { body: "", type: "image/png" });
      const html = `<${tag} page-access="none"></${tag}><${tag} id="open"></${tag}><p id="page">the page</p>`;
      const page = await open(t, on, html, { expected: /Refused|violates|blocked|Not allowed to load|Failed to load/ });
      await page.evaluate(() => void (window.hit = () => (document.title = "hit")));
      const editor = editorOn(page, `${tag}:not([id])`);
      await editor.content.waitFor();
      const url = `${on.server.url}${probe}`;
      const code = `${FORMS}
import json
for name, data in json.loads(${JSON.stringify(JSON.stringify(HOSTILE.map(([name, data]) => [name, data.replaceAll("PROBE", url)])))}):
    show(Shown(name, data))`;
      await program(editor, `from _py_editor_rich import show\n${code}`);
      // Whatever would run has had its turn.
      await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
      const found = await editor.output.evaluate((output) => {
        const roots = [...output.querySelectorAll(".rich > div")].map(({ shadowRoot }) => shadowRoot);
        const all = roots.flatMap((root) => [...root.querySelectorAll("*")]);
        return {
          results: roots.length,
          elements: all.map(({ localName }) => localName).filter((name) => /^(script|iframe|frame|object|embed|form|link|meta|base|style|dialog|foreignobject|portal)$/i.test(name)),
          // What is inside of an image is the browser's: it runs and loads nothing there.
          attributes: all.filter((node) => !node.matches("img.picture")).flatMap((node) => [...node.attributes].map(({ name, value }) => `${name}=${value}`)).filter((text) => /^on|^(slot|part|srcdoc|popover|autofocus)|^[^=]*(href|src|action)=\s*(javascript|vbscript|data:text)|url\(/i.test(text)),
          frames: window.length,
          links: all.filter((node) => node.hasAttribute("href") && node.closest("a, area")).map((node) => `${node.getAttribute("target")} ${node.getAttribute("rel")}`),
        };
      });
      assert.deepEqual({ ...found, links: [...new Set(found.links)] }, { results: HOSTILE.length, elements: [], attributes: [], frames: 0, links: ["_blank noopener noreferrer"] });
      for (const link of await content(editor).locator("a:not([href^=http]), area, button, summary, label").all()) await link.dispatchEvent("click");
      assert.equal(await page.title(), "test");
      assert.ok(page.url().startsWith(on.server.url) && !page.url().includes("probe"));
      const covered = await page.locator("#page").evaluate((element) => {
        element.scrollIntoView();
        const { x, y, width, height } = element.getBoundingClientRect();
        return document.elementFromPoint(x + width / 2, y + height / 2) !== element;
      });
      assert.equal(covered, false, "the page is covered");
      assert.equal(await editor.button.evaluate((button) => getComputedStyle(button).display), "flex", "styles leave their result");
      assert.deepEqual(on.server.requests.filter((path) => path.startsWith(probe)), []);

      // Where programs may use the page, its pictures are no secret either.
      const other = editorOn(page, "#open");
      await program(other, `${FORMS}\nShown("_repr_html_", "<img alt=x src='${url}'><style>b { background: url(${url}?css) }</style><b>x</b>")`);
      assert.deepEqual(on.server.requests.filter((path) => path.startsWith(probe)), [probe]);
    });
  });
}

/** What a program could give to become more than something to see. */
const HOSTILE = [
  ["_repr_html_", `<p>x</p><script>hit()</script><script src="PROBE"></script>`],
  ["_repr_html_", `<img src="x:" onerror="hit()" alt="x"><body onload="hit()"><details open ontoggle="hit()">x</details><video controls><source onerror="hit()" src="x:"></video>`],
  ["_repr_html_", `<a href="javascript:hit()">x</a> <a href=" java&#10;script:hit()">y</a> <a href="data:text/html,<script>hit()</script>">z</a> <a href="PROBE-not-clicked" target="_self">w</a>`],
  ["_repr_html_", `x<iframe srcdoc="<script>parent.hit()</script>"></iframe><object data="PROBE"></object><embed src="PROBE"><frame src="PROBE">`],
  ["_repr_html_", `x<form action="PROBE"><input autofocus onfocus="hit()"><button formaction="javascript:hit()">x</button></form>`],
  ["_repr_html_", `x<style>* { display: none !important } :host { position: fixed; inset: 0; z-index: 9 } @import "PROBE"; @font-face { font-family: f; src: url(PROBE) } b { background: u\\72l(PROBE); font-family: f }</style><b>x</b>`],
  ["_repr_html_", `<div style="position: fixed; inset: 0; z-index: 99999; background: red">x</div><div style="background: url(PROBE)">x</div><div style="background: \\75rl(PROBE)">x</div>`],
  ["_repr_html_", `<dialog open>x</dialog><div popover id="p">x</div><button popovertarget="p">x</button><div slot="x" part="run-button">x</div>`],
  ["_repr_html_", `<link rel="stylesheet" href="PROBE"><meta http-equiv="refresh" content="0;url=PROBE"><base href="PROBE">x`],
  ["_repr_html_", `<img src="PROBE" alt="x"><img srcset="PROBE 2x" alt="x"><video poster="PROBE" src="PROBE"></video><audio src="PROBE"></audio><table background="PROBE"><tr><td background="PROBE">x</td></tr></table><picture><source srcset="PROBE"><img alt="x"></picture><input type="image" src="PROBE" alt="x">`],
  ["_repr_html_", `<svg><script>hit()</script><image href="PROBE"/><image xlink:href="PROBE"/><foreignObject><iframe srcdoc="<script>parent.hit()</script>"></iframe></foreignObject><a xlink:href="javascript:hit()"><text>x</text></a><animate onbegin="hit()" attributeName="x" dur="1s"/><set attributeName="href" to="javascript:hit()"/><use href="PROBE#x"/></svg>`],
  ["_repr_html_", `<math href="javascript:hit()"><mtext><table><mglyph><style><img src=x: onerror="hit()"></style></mglyph></table></mtext></math>x`],
  ["_repr_html_", `<map name="m"><area href="javascript:hit()" shape="rect" coords="0,0,9,9"></map><img usemap="#m" alt="x"><template><img src=x: onerror="hit()"></template><noscript><p title="</noscript><img src=x: onerror=hit()>"></noscript>`],
  ["_repr_html_", `<a id="body" name="location">x</a><img name="hit" alt="x"><form id="document"><input name="title"></form>`],
  ["_repr_svg_", `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="hit()"><script>hit()</script><image href="PROBE" width="9" height="9"/><foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="x"></iframe></foreignObject><style>@import url(PROBE); rect { fill: url(PROBE#x) }</style><rect width="9" height="9"/></svg>`],
  ["_repr_png_", `"><script>hit()</script>`],
  ["_repr_markdown_", `[x](javascript:hit()) ![x](PROBE) <img src="x:" onerror="hit()" alt="x"> <script>hit()</script>\n\n<iframe src="PROBE"></iframe>\n\n[y]: javascript:hit()\n[y] $\\href{javascript:hit()}{x}$ $\\text{<img src=x: onerror=hit()>}$`],
  ["_repr_latex_", `$\\href{javascript:hit()}{x} \\includegraphics{PROBE} \\class{run}{x} \\style{position:fixed}{x}$ <img src=x: onerror="hit()">`],
  ["_repr_json_", `{"<img src=x: onerror='hit()'>": "<script>hit()</script>", "__proto__": {"x": 1}}`],
];

test("with rich-html=frame, scripts of a result run apart from the page", async (t) => {
  const editor = await openEditor(t, on, { attributes: `rich-html="frame"` });
  await program(editor, `${FORMS}
Shown("_repr_html_", """<p id=p>quiet</p><script>
  let reached = "nothing";
  try { parent.document.title = "hit"; reached = "the page"; } catch {}
  p.textContent = "ran, and reached " + reached;
  p.style.height = "300px";
</script>""")`);
  const frame = editor.page.frames()[1];
  await frame.locator("p", { hasText: "ran, and reached nothing" }).waitFor();
  await editor.page.waitForFunction((host) => host.shadowRoot.querySelector(".rich > div").shadowRoot.querySelector("iframe").clientHeight > 300, await editor.host.elementHandle());
  assert.equal(await editor.page.title(), "test");
  assert.equal(await editor.output.locator("iframe").getAttribute("title"), "Result of the program");
});

test("a script tag shows no value, as in PyScript, unless it says so", async (t) => {
  const code = "1 + 1";
  const page = await open(t, on, `<script type="mpy-editor">${code}</script><script type="mpy-editor" last-expr>${code}</script>`);
  const [quiet, shown] = [editorOn(page, "mpy-editor >> nth=0"), editorOn(page, "mpy-editor >> nth=1")];
  await quiet.content.waitFor();
  await shown.content.waitFor();
  await quiet.run();
  await shown.run();
  assert.deepEqual([await quiet.written(), await shown.written()], ["", "2\n"]);
});

test("figures show themselves: at show(), and those that are open at the end", async (t) => {
  const page = await open(t, on, `<py-editor></py-editor><div id="there"></div>`);
  const editor = editorOn(page);
  await editor.content.waitFor();
  await program(editor, `${STAND_IN}\nprint("made")`);
  const shown = () => content(editor).locator("img").evaluateAll((images) => images.map((image) => `${image.alt} ${image.width}`));
  await program(editor, `import matplotlib.pyplot as plt\nplt.figure("Rain")\nprint("before")\nplt.show()\nprint("after")\nplt.figure("Wind")`);
  assert.deepEqual(await shown(), ["Figure: Rain 320", "Figure: Wind 320"]);
  const order = await editor.output.evaluate((output) => [...output.children].map((child) => child.textContent.trim() || "result"));
  assert.deepEqual(order, ["before", "result", "after", "result"]);
  await program(editor, "print('next')");
  assert.deepEqual(await shown(), [], "what was shown is closed");
  await program(editor, `import matplotlib.pyplot as plt\nfrom pyscript import display\ndisplay(plt.figure("Once"))\ndisplay(plt.figure("There"), target="there")\nplt.plot([1])`);
  assert.deepEqual(await shown(), ["Figure: Once 320"]);
  await editor.page.locator("#there img").waitFor();
  assert.equal((await editor.output.locator(".block").allTextContents()).join(""), "", "what plot() returns is not shown");
  assert.equal((await editor.run(`plt.figure("Half")\n1 / 0`)).outcome, "error");
  assert.deepEqual(await shown(), ["Figure: Half 320"], "what was drawn before an error is seen");
});

/**
 * matplotlib as far as a backend meets it: what pyplot asks of the module that
 * `MPLBACKEND` names, its managers, and figures that can be saved.
 */
const STAND_IN = `
import os
os.makedirs("matplotlib/backends", exist_ok=True)
FILES = {
    "matplotlib/__init__.py": "",
    "matplotlib/backends/__init__.py": "",
    "matplotlib/_pylab_helpers.py": """
class Gcf:
    figs = {}
    @classmethod
    def get_all_fig_managers(cls): return list(cls.figs.values())
    @classmethod
    def destroy_all(cls): cls.figs.clear()
""",
    "matplotlib/backend_bases.py": """
class FigureManagerBase:
    def __init__(self, canvas, num): self.canvas, self.num = canvas, num
class FigureCanvasBase:
    manager_class = FigureManagerBase
    def __init__(self, figure): self.figure = figure
    @classmethod
    def new_manager(cls, figure, num): return cls.manager_class(cls(figure), num)
""",
    "matplotlib/backends/backend_agg.py": "from matplotlib.backend_bases import FigureCanvasBase\\nclass FigureCanvasAgg(FigureCanvasBase): pass",
    "matplotlib/figure.py": """
import struct, zlib
class Axes:
    def __init__(self, title): self.title = title
    def get_title(self): return self.title
class Figure:
    dpi = 100
    def __init__(self, title): self.axes = [Axes(title)]
    def get_facecolor(self): return "white"
    def __repr__(self): return "<Figure size 320x10 with 1 Axes>"
    def savefig(self, file, *, format, dpi=100, bbox_inches="tight", facecolor="white"):
        assert (format, bbox_inches, facecolor) == ("png", "tight", "white")
        width = 320 * dpi // self.dpi
        chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        rows = (b"\\\\0" + b"\\\\x80" * width) * 10
        file.write(b"\\\\x89PNG\\\\r\\\\n\\\\x1a\\\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, 10, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
""",
    "matplotlib/lines.py": "class Line2D: pass",
    "matplotlib/pyplot.py": """
import importlib, os
from matplotlib._pylab_helpers import Gcf
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
name = os.environ["MPLBACKEND"]
assert name.startswith("module://")
canvas_class = importlib.import_module(name[9:]).FigureCanvas
def figure(title):
    manager = canvas_class.new_manager(Figure(title), len(Gcf.figs))
    Gcf.figs[manager.num] = manager
    return manager.canvas.figure
def gcf(): return Gcf.get_all_fig_managers()[-1].canvas.figure
def plot(values): return [Line2D()]
def show(*, block=None): canvas_class.manager_class.pyplot_show(block=block)
""",
}
for path, text in FILES.items():
    with open(path, "w") as file:
        file.write(text)
`;
