function render({ model, el }) {
  const note = model.get("note"), id = uid(), out = statusLine();
  const box = mk("textarea", { id, rows: note.lines, value: model.get("text"), className: "parley-text", oninput: () => { out.textContent = ""; } });
  const button = mk("button", { type: "button", className: "parley-button", textContent: note.button, onclick: () => {
    if (!box.value.trim()) { out.textContent = "Write a few words first."; return; }
    model.send({ do: "keep", text: box.value });
  } });
  el.append(mk("div", { className: "parley-card parley-note" }, mk("label", { htmlFor: id, className: "parley-label" },
    mk("span", { className: "parley-tag", textContent: "For your notes" }), mk("span", { textContent: note.prompt })),
    box, mk("div", { className: "parley-actions" }, button, out)));
  const onMessage = (m) => { if (m.say === "kept") out.textContent = m.text; };
  const free = guardKeys(el);
  model.on("msg:custom", onMessage);
  return () => { free(); model.off("msg:custom", onMessage); };
}
export default { render };
