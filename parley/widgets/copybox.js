function render({ model, el }) {
  const id = uid(), out = statusLine();
  const line = asker(model, {
    lost: () => { out.textContent = "Nothing was kept: no answer from Python. The menu Run, Run All Cells brings this box back."; },
    busy: () => { out.textContent = "Python is busy with another cell. Your text waits in line."; },
  });
  const box = mk("textarea", { id, rows: 4, className: "parley-text", spellcheck: false, oninput: () => { out.textContent = ""; } });
  const button = mk("button", { type: "button", className: "parley-button", textContent: "Keep my copy", onclick: () => {
    if (!box.value.trim()) { out.textContent = "Paste the article first."; return; }
    if (box.value.length > model.get("longest")) { out.textContent = `That is ${box.value.length.toLocaleString("en")} characters, far more than the article. Nothing was kept.`; return; }
    line.ask({ do: "keep", text: box.value });
  } });
  el.append(mk("div", { className: "parley-card parley-note" }, mk("label", { htmlFor: id, className: "parley-label" },
    mk("span", { className: "parley-tag", textContent: "Your own copy (if you like)" }),
    mk("span", { textContent: "Paste the whole article here, from its title to its last line. Tasks then show the real sentence. It stays on this machine." })),
    box, mk("div", { className: "parley-actions" }, button, out)));
  const onMessage = (m) => { if (m.say === "kept") { line.heard(); out.textContent = m.text; if (m.ok) box.value = ""; } };
  const free = guardKeys(el);
  model.on("msg:custom", onMessage);
  return () => { free(); line.heard(); model.off("msg:custom", onMessage); };
}
export default { render };
