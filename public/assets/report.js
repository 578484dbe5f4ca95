// Makes a report's page nicer: buttons that copy code, and a count of what the filters leave.

for (const block of document.querySelectorAll("pre:not(.file pre)")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(block);
      button.textContent = "Selected";
    }
    setTimeout(() => {
      button.textContent = "Copy";
    }, 2000);
  });
  const frame = document.createElement("div");
  frame.className = "code";
  block.replaceWith(frame);
  frame.append(block, button);
}

const filters = document.querySelector(".filters");
const results = [...document.querySelectorAll(".results .r")];
const folded = document.querySelector("details.group");

const chosen = (name) => filters.querySelector(`[name=${name}]:checked`).id.slice(2);

filters?.addEventListener("change", () => {
  const [outcome, category] = [chosen("outcome"), chosen("category")];
  const left = results.filter(
    (result) =>
      (outcome === "all" || result.closest(`.group.o-${outcome}`)) &&
      (category === "all" || result.closest(`.r.c-${category}, .kin.c-${category}`)),
  ).length;
  document.querySelector(".results .empty").hidden = left > 0;
  filters.querySelector("[role=status]").textContent = `${left} of ${results.length} results`;
  if (folded) folded.open = outcome === "not-applicable" || category !== "all";
});

// The review names the rules behind its answers: 300 names, of which the page itself makes no links.
for (const names of document.querySelectorAll(".review small")) {
  const links = names.textContent
    .trim()
    .split(" ")
    .map((name) => {
      const link = document.createElement("a");
      link.href = `#${name}`;
      link.textContent = name;
      return [" ", link];
    });
  names.replaceChildren(...links.flat());
}

/** A link to a result that the filters hide, or that is folded away, shows it; one to a filter sets it. */
function reveal() {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.matches(".filters input")) {
    target.click();
    document.getElementById("results").scrollIntoView();
    return;
  }
  if (!target?.closest(".results")) return;
  for (const fold of [target.closest("details"), target.querySelector("details")]) if (fold) fold.open = true;
  if (target.checkVisibility()) return;
  for (const id of ["f-all", "g-all"]) document.getElementById(id).checked = true;
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
// Followed again, a link changes no address.
for (const link of document.querySelectorAll(".bars a"))
  link.addEventListener("click", () => setTimeout(reveal));
reveal();
