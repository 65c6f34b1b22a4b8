function render({ model, el }) {
  const title = uid(), rows = model.get("sentences");
  const slots = Object.fromEntries(rows.map(([id]) => [id, mk("blockquote", { className: "parley-quote", hidden: true })]));
  el.append(mk("div", { className: "parley-card", aria: { role: "group", labelledby: title } },
    mk("div", { className: "parley-title", id: title }, mk("span", { textContent: model.get("title") })),
    mk("ul", { className: "parley-sentences" }, ...rows.map(([id, gist]) => mk("li", {}, mk("span", { className: "parley-tag", textContent: id }), mk("span", { textContent: gist }), slots[id])))));
  const onMessage = (m) => {
    if (m.say !== "sentences") return;
    for (const [id, text] of Object.entries(m.texts)) if (slots[id]) { slots[id].textContent = text; slots[id].hidden = false; }
  };
  model.on("msg:custom", onMessage);
  model.send({ do: "ready" });
  return () => model.off("msg:custom", onMessage);
}
export default { render };
