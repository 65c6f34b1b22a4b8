function render({ model, el }) {
  const item = model.get("item"), legend = uid();
  const out = statusLine("parley-status parley-feedback");
  const clear = () => { out.textContent = ""; delete out.dataset.state; };
  const line = asker(model, {
    lost: () => { out.textContent = "No answer from Python. If it was restarted, the menu Run, Run All Cells brings this question back."; },
    busy: () => { out.textContent = "Python is busy with another cell. Your answer waits in line."; },
  });
  const radios = radioGroup({ labelId: legend, options: item.options, value: model.get("choice"), onPick: clear });
  const button = mk("button", { type: "button", className: "parley-button", textContent: "Check my answer", onclick: () => {
    const choice = radios.get();
    if (choice === null) { out.textContent = "Choose one of the options first."; return; }
    line.ask({ do: "check", choice });
  } });
  radios.box.removeAttribute("role"); radios.box.removeAttribute("aria-labelledby"); // the fieldset names the group
  el.append(mk("fieldset", { className: "parley-card parley-quiz" },
    mk("legend", { id: legend }, mk("span", { className: "parley-tag", textContent: `Question ${item.id}` }), mk("span", { textContent: item.stem })),
    radios.box, mk("div", { className: "parley-actions" }, button), out));
  const onMessage = (m) => {
    if (m.say !== "feedback") return;
    line.heard();
    if (model.get("choice") !== radios.get()) return; // another option was chosen meanwhile, or in a second view
    out.textContent = m.text; out.dataset.state = m.correct ? "done" : "open";
  };
  const free = guardKeys(el);
  model.on("msg:custom", onMessage);
  if (model.get("choice")) model.send({ do: "ready" });
  return () => { free(); line.heard(); model.off("msg:custom", onMessage); };
}
export default { render };
