// A form[data-upload] shows how much of its files is sent, refuses what is too large before it is sent, and can be stopped.
const parts = (form) => ({
  box: form.querySelector("[data-sending]"),
  bar: form.querySelector("[data-sending] progress"),
  text: form.querySelector("[data-sending-text]"),
});
const uploadOf = (event) => event.target.closest?.("form[data-upload]");
const say = (form, words) => { parts(form).text.textContent = words; };

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = uploadOf(event);
  if (!form) return;
  const { box, bar, text } = parts(form);
  const files = [...form.querySelector("input[type=file]").files];
  const large = files.find((file) => file.size > Number(form.dataset.mostBytes));
  box.hidden = false;
  bar.value = 0;
  if (large) {
    event.preventDefault();
    say(form, `${large.name}: ${text.dataset.textLarge}`);
  } else say(form, text.dataset.text);
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = uploadOf(event);
  if (!form || !event.detail.lengthComputable) return;
  const { bar, text } = parts(form);
  const percent = Math.floor((100 * event.detail.loaded) / event.detail.total);
  bar.value = percent;
  say(form, percent < 100 ? `${text.dataset.text} ${percent} %` : text.dataset.textDone);
});
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:sendAbort"]) {
  document.addEventListener(name, (event) => {
    const form = uploadOf(event);
    if (form) say(form, parts(form).text.dataset.textLost);
  });
}
document.addEventListener("click", (event) => {
  const form = uploadOf(event);
  if (form && event.target.closest("[data-sending] button")) form.dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: { elt: form } }));
});
