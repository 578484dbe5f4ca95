// Searches the list of rules as one types. All rules are in the page; those that do not match are hidden.

const form = document.getElementById("seek");
const status = document.querySelector(".rules [role=status]");
const rows = [...document.querySelectorAll(".rules .settled > li")];
const total = rows.length;

function search() {
  const { q, category, severity } = Object.fromEntries(new FormData(form));
  const words = q.toLowerCase().split(/\s+/);
  for (const row of rows) {
    const text = [...row.querySelectorAll("h3, code, p:last-child")].map(({ textContent }) => textContent);
    row.hidden =
      (category !== "" && row.dataset.category !== category) ||
      (severity !== "" && row.dataset.severity !== severity) ||
      !words.every((word) => text.join(" ").toLowerCase().includes(word));
  }
  for (const section of document.querySelectorAll(".rules section")) {
    section.hidden = !section.querySelector("li:not([hidden])");
  }
  const left = rows.filter(({ hidden }) => !hidden).length;
  status.textContent = `${left} ${left === 1 ? "rule" : "rules"} of ${total}`;
  const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  history.replaceState(null, "", chosen.size > 0 ? `/rules?${chosen}` : "/rules");
}

form.querySelector("button").hidden = true;
form.addEventListener("input", search);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
