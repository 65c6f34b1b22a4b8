function render({ model, el }) {
  const item = model.get("item"), legend = uid();
  const out = statusLine("parley-status parley-feedback");
  const clear = () => { out.textContent = ""; delete out.dataset.state; };
  const radios = radioGroup({ labelId: legend, options: item.options, value: model.get("choice"), onPick: clear });
  const button = mk("button", { type: "button", className: "parley-button", textContent: "Check my answer", onclick: () => {
    const choice = radios.get();
    if (choice === null) { out.textContent = "Choose one of the options first."; return; }
    model.send({ do: "check", choice });
  } });
  radios.box.removeAttribute("role"); radios.box.removeAttribute("aria-labelledby"); // the fieldset names the group
  el.append(mk("fieldset", { className: "parley-card parley-quiz" },
    mk("legend", { id: legend }, mk("span", { className: "parley-tag", textContent: `Question ${item.id}` }), mk("span", { textContent: item.stem })),
    radios.box, mk("div", { className: "parley-actions" }, button), out));
  const onMessage = (m) => { if (m.say === "feedback") { out.textContent = m.text; out.dataset.state = m.correct ? "done" : "open"; } };
  const free = guardKeys(el);
  model.on("msg:custom", onMessage);
  if (model.get("choice")) model.send({ do: "ready" });
  return () => { free(); model.off("msg:custom", onMessage); };
}
export default { render };
