// The page works without this. With it, forms are sent in the background: the place, the focus and what is half typed stay.
"use strict";
(() => {
  let waiting = 0;
  let last = Promise.resolve();

  const same = (a, b) => a.nodeName === b.nodeName && (a.id || "") === (b.id || "");

  // What a control holds is not in its attributes; a text half typed is the person's own, whatever comes meanwhile.
  const keepUp = (old, fresh, form) => {
    const given = fresh.getAttribute("value") || "";
    if (old.type === "checkbox" || old.type === "radio") {
      old.checked = fresh.hasAttribute("checked");
    } else if (old.name === "text") {
      if (old.form === form && !old.value) old.value = given;
    } else if (old.form === form || old.value === old.defaultValue) {
      old.value = given;
    }
  };

  const patch = (old, fresh, form) => {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (old.nodeName === "INPUT") keepUp(old, fresh, form);
    fresh.toggleAttribute("open", old.open || fresh.hasAttribute("open"));
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    let at = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      let match = at;
      while (match && !same(match, child)) match = child.id ? match.nextSibling : null;
      if (!match) {
        old.insertBefore(child, at);
        continue;
      }
      while (at !== match) {
        const gone = at;
        at = at.nextSibling;
        gone.remove();
      }
      at = match.nextSibling;
      patch(match, child, form);
    }
    while (at) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  };

  // Where a person goes on: in the field they texted from; with a finger, that would bring up the keyboard, so in the log.
  const goOn = (form, before) => {
    const fault = document.querySelector(".wrong");
    const id = form.dataset.phone;
    if (id) {
      const tapped = !form.classList.contains("write") && matchMedia("(pointer: coarse)").matches;
      document.getElementById(tapped ? `log-${id}` : `text-${id}`)?.focus({ preventScroll: true });
      const log = document.getElementById(`log-${id}`);
      const newest = log?.querySelector("li:last-child")?.offsetHeight || 0; // the log scrolls up from 0
      if (log) log.scrollTop = -Math.max(0, newest - log.clientHeight + 24);
    } else if (!document.contains(before) || before === document.body) {
      (fault?.parentElement.querySelector("input, button") || document.querySelector(".write input"))?.focus();
    }
    if (fault) fault.scrollIntoView({ block: "nearest" });
  };

  const show = (text, form) => {
    const before = document.activeElement;
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    if (!fresh) throw new Error("no page");
    document.getElementById("lost")?.remove();
    for (const field of fresh.querySelectorAll("[autofocus]")) field.removeAttribute("autofocus");
    patch(document.querySelector("main"), document.adoptNode(fresh), form);
    goOn(form, before);
  };

  const lost = () => {
    document.getElementById("lost")?.remove();
    const said = document.createElement("p");
    Object.assign(said, { id: "lost", className: "wrong", textContent: "The simulator does not answer. Is it still running?" });
    said.setAttribute("role", "alert");
    document.querySelector("header").append(said);
    said.scrollIntoView({ block: "nearest" });
  };

  const send = async (form, fields) => {
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
      show(await answer.text(), form);
    } catch {
      lost();
      const field = form.querySelector("[name=text]");
      if (field && !field.value) field.value = fields.get("text");
    }
    waiting -= 1;
    document.body.toggleAttribute("data-busy", waiting > 0);
  };

  // One after the other, in the order they were given; a second tap on the same answer is none.
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const button = event.submitter;
    if (waiting && button?.name === "tap") return;
    const fields = new URLSearchParams(new FormData(form));
    if (button?.name) fields.append(button.name, button.value);
    const field = form.querySelector("[name=text]");
    if (field) field.value = "";
    waiting += 1;
    document.body.toggleAttribute("data-busy", true);
    last = last.then(() => send(form, fields));
  });
  document.addEventListener("change", (event) => {
    if (event.target.form?.matches("[data-at-once]")) event.target.form.requestSubmit();
  });
})();
